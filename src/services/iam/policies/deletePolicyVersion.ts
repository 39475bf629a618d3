/**
 * Removes a version of a managed policy that is not in force.
 *
 * https://docs.aws.amazon.com/IAM/latest/APIReference/API_DeletePolicyVersion.html
 */
import { done, fault, operation } from '../service.ts'
import { findForVersion, mustBeOwn, mustFindVersion } from './policy.ts'

export const deletePolicyVersion = operation('DeletePolicyVersion', {
  action: 'iam:DeletePolicyVersion',
  touches: (look, { PolicyArn, VersionId }) => findForVersion(look, PolicyArn, VersionId),

  run({ identities, draws }, { VersionId }, { record }) {
    mustBeOwn(record)
    const { id } = mustFindVersion(record, VersionId)
    if (id === record.defaultVersionId) {
      throw fault('DeleteConflict', 'Cannot delete the default version of a policy.')
    }
    const versions = record.versions.filter((version) => version.id !== id)
    identities.replace(record, { ...record, versions, changedAt: draws.at })
    return done
  },
})
