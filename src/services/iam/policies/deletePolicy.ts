/**
 * Removes a managed policy that nobody holds on to and that has its default version only.
 *
 * https://docs.aws.amazon.com/IAM/latest/APIReference/API_DeletePolicy.html
 */
import { done, fault, operation } from '../service.ts'
import { findPolicy, mustBeOwn } from './policy.ts'

export const deletePolicy = operation('DeletePolicy', {
  action: 'iam:DeletePolicy',
  touches: (look, { PolicyArn }) => findPolicy(look, PolicyArn),

  run({ identities }, _input, { record }) {
    mustBeOwn(record)
    for (const relation of ['policy', 'boundary'] as const) {
      if (identities.countHolders(record.account, relation, record.id) > 0) {
        throw fault('DeleteConflict', 'Cannot delete a policy attached to entities.')
      }
    }
    if (record.versions.length > 1) {
      throw fault(
        'DeleteConflict',
        "This policy has more than one version. Before you delete a policy, you must delete the policy's versions. The default version is deleted with the policy.",
      )
    }
    identities.remove(record)
    return done
  },
})
