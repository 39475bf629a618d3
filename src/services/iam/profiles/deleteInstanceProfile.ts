/**
 * Removes an instance profile that holds no role.
 *
 * https://docs.aws.amazon.com/IAM/latest/APIReference/API_DeleteInstanceProfile.html
 */
import { find } from '../entity.ts'
import { done, fault, operation } from '../service.ts'

export const deleteInstanceProfile = operation('DeleteInstanceProfile', {
  action: 'iam:DeleteInstanceProfile',
  touches: (look, { InstanceProfileName }) => find(look, 'profile', InstanceProfileName),

  run({ identities }, _input, { record }) {
    if (record.roleId !== undefined) {
      throw fault(
        'DeleteConflict',
        'Cannot delete entity, must remove roles from instance profile first.',
      )
    }
    identities.remove(record)
    return done
  },
})
