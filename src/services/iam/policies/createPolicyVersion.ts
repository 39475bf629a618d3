/**
 * Another text for a managed policy, at most five at a time; as its default it holds from the next call
 * on.
 *
 * https://docs.aws.amazon.com/IAM/latest/APIReference/API_CreatePolicyVersion.html
 */
import { quotas } from '../quotas.ts'
import { fault, operation } from '../service.ts'
import { mustBeManagedPolicy } from './document.ts'
import { findPolicy, mustBeOwn, versionView } from './policy.ts'

const versionsMax = quotas.VersionsPerPolicyQuota

export const createPolicyVersion = operation('CreatePolicyVersion', {
  action: 'iam:CreatePolicyVersion',
  touches: (look, { PolicyArn }) => findPolicy(look, PolicyArn),

  run({ identities, draws }, { PolicyDocument, SetAsDefault }, { record }) {
    mustBeOwn(record)
    mustBeManagedPolicy(PolicyDocument)
    if (record.versions.length >= versionsMax) {
      throw fault(
        'LimitExceeded',
        `A managed policy can have up to ${versionsMax} versions. Before you create a new version, you must delete an existing version.`,
      )
    }
    const versionsMade = record.versionsMade + 1
    const version = { id: `v${versionsMade}`, text: PolicyDocument, createdAt: draws.at }
    const policy = {
      ...record,
      versionsMade,
      versions: [...record.versions, version],
      changedAt: draws.at,
      ...(SetAsDefault && { defaultVersionId: version.id }),
    }
    identities.replace(record, policy)
    return { PolicyVersion: versionView(policy, version) }
  },
})
