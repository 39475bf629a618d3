/**
 * Removes a role that has nothing left. Its sessions end with it.
 *
 * https://docs.aws.amazon.com/IAM/latest/APIReference/API_DeleteRole.html
 */
import { find, mustHoldNothing } from '../entity.ts'
import { done, fault, operation } from '../service.ts'

export const deleteRole = operation('DeleteRole', {
  action: 'iam:DeleteRole',
  touches: (look, { RoleName }) => find(look, 'role', RoleName),

  run({ identities }, _input, { record }) {
    if (identities.countHolders(record.account, 'profile', record.id) > 0) {
      throw fault(
        'DeleteConflict',
        'Cannot delete entity, must remove roles from instance profile first.',
      )
    }
    mustHoldNothing(record)
    identities.remove(record)
    return done
  },
})
