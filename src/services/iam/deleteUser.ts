/**
 * Removes a user that has nothing left: keys and policies must be taken away first.
 *
 * https://docs.aws.amazon.com/IAM/latest/APIReference/API_DeleteUser.html
 */
import { fault, operation } from './service.ts'
import { findUser } from './user.ts'

export const deleteUser = operation('DeleteUser', {
  action: 'iam:DeleteUser',
  touches: (look, { UserName }) => findUser(look, UserName),

  run({ identities, caller }, _input, { record }) {
    if (record.accessKeyIds.length > 0) {
      throw fault('DeleteConflict', 'Cannot delete entity, must delete access keys first.')
    }
    if (Object.keys(record.policies).length > 0) {
      throw fault('DeleteConflict', 'Cannot delete entity, must delete policies first.')
    }
    identities.removeUser(caller.account, record)
    return {}
  },
})
