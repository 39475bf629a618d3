/**
 * Another name or path for a group. Its members and policies stay with it.
 *
 * https://docs.aws.amazon.com/IAM/latest/APIReference/API_UpdateGroup.html
 */
import { find, mustBeNewName } from '../entity.ts'
import { done, operation } from '../service.ts'

export const updateGroup = operation('UpdateGroup', {
  action: 'iam:UpdateGroup',
  touches: (look, { GroupName }) => find(look, 'group', GroupName),

  run(rooms, { NewGroupName, NewPath }, { record }) {
    const after = { ...record, name: NewGroupName ?? record.name, path: NewPath ?? record.path }
    mustBeNewName(rooms, 'iam:UpdateGroup', record, after)
    rooms.identities.replace(record, after)
    return done
  },
})
