/**
 * Another name or path for a user. Its unique id, keys, groups and policies stay with it; policies that
 * name it by ARN do not follow, trust policies do.
 *
 * https://docs.aws.amazon.com/IAM/latest/APIReference/API_UpdateUser.html
 */
import { find, mustBeNewName } from '../entity.ts'
import { done, operation } from '../service.ts'

export const updateUser = operation('UpdateUser', {
  action: 'iam:UpdateUser',
  touches: (look, { UserName }) => find(look, 'user', UserName),

  run(rooms, { NewUserName, NewPath }, { record }) {
    const after = { ...record, name: NewUserName ?? record.name, path: NewPath ?? record.path }
    mustBeNewName(rooms, 'iam:UpdateUser', record, after)
    rooms.identities.replace(record, after)
    return done
  },
})
