/**
 * Removes a group that has no members and no policies any more.
 *
 * https://docs.aws.amazon.com/IAM/latest/APIReference/API_DeleteGroup.html
 */
import { find, mustHoldNothing } from '../entity.ts'
import { done, fault, operation } from '../service.ts'

export const deleteGroup = operation('DeleteGroup', {
  action: 'iam:DeleteGroup',
  touches: (look, { GroupName }) => find(look, 'group', GroupName),

  run({ identities }, _input, { record }) {
    if (identities.countHolders(record.account, 'member', record.id) > 0) {
      throw fault('DeleteConflict', 'Cannot delete entity, must remove users from group first.')
    }
    mustHoldNothing(record)
    identities.remove(record)
    return done
  },
})
