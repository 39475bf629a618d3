/**
 * A version's text, percent-encoded as IAM gives documents (RFC 3986).
 *
 * https://docs.aws.amazon.com/IAM/latest/APIReference/API_GetPolicyVersion.html
 */
import { operation } from '../service.ts'
import { findForVersion, mustFindVersion, versionWithText } from './policy.ts'

export const getPolicyVersion = operation('GetPolicyVersion', {
  action: 'iam:GetPolicyVersion',
  touches: (look, { PolicyArn, VersionId }) => findForVersion(look, PolicyArn, VersionId),

  run: (_rooms, { VersionId }, { record }) => ({
    PolicyVersion: versionWithText(record, mustFindVersion(record, VersionId)),
  }),
})
