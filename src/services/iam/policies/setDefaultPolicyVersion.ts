/**
 * Puts another version of a managed policy in force, from the next call on.
 *
 * https://docs.aws.amazon.com/IAM/latest/APIReference/API_SetDefaultPolicyVersion.html
 */
import { done, operation } from '../service.ts'
import { findForVersion, mustBeOwn, mustFindVersion } from './policy.ts'

export const setDefaultPolicyVersion = operation('SetDefaultPolicyVersion', {
  action: 'iam:SetDefaultPolicyVersion',
  touches: (look, { PolicyArn, VersionId }) => findForVersion(look, PolicyArn, VersionId),

  run({ identities, draws }, { VersionId }, { record }) {
    mustBeOwn(record)
    const { id: defaultVersionId } = mustFindVersion(record, VersionId)
    identities.replace(record, { ...record, defaultVersionId, changedAt: draws.at })
    return done
  },
})
