/**
 * Removes a user that has nothing left: keys, policies, groups and password must be taken away first.
 *
 * https://docs.aws.amazon.com/IAM/latest/APIReference/API_DeleteUser.html
 */
import { find, mustHoldNothing } from '../entity.ts'
import { done, fault, operation } from '../service.ts'

export const deleteUser = operation('DeleteUser', {
  action: 'iam:DeleteUser',
  touches: (look, { UserName }) => find(look, 'user', UserName),

  run({ identities }, _input, { record }) {
    if (record.groupIds.length > 0) {
      throw fault('DeleteConflict', 'Cannot delete entity, must remove users from group first.')
    }
    mustHoldNothing(record)
    if (identities.findLogin(record.id)) {
      throw fault('DeleteConflict', 'Cannot delete entity, must delete login profile first.')
    }
    if (record.accessKeyIds.length > 0) {
      throw fault('DeleteConflict', 'Cannot delete entity, must delete access keys first.')
    }
    identities.remove(record)
    return done
  },
})
