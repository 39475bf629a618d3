/**
 * Rotates a secret to the value of an earlier version, AWSPREVIOUS unless another is named: the function
 * sets that value where the secret is used, and makes it current. The caller must be allowed what it
 * would need to rotate the secret itself.
 */
import { parseArn } from '../../lib/arn.ts'
import type { AccountId } from '../../lib/brand.ts'
import { touchSecret } from './readers.ts'
import { operation } from './service.ts'

export const rotateBack = operation('RotateBack', {
  action: 'strongroom:RotateBack',
  touches: (look, { SecretId }) => touchSecret(look, SecretId),

  async run({ attempt, rotations, draws, refusal }, { VersionId }, secret) {
    const facts = rotations.find(attempt, secret)
    const functionArn = facts?.lambdaArn
    if (functionArn) {
      const account = (parseArn(functionArn)?.account ?? secret.account) as AccountId
      const refused =
        refusal('secretsmanager:RotateSecret', { ...secret, policy: secret.secretPolicy }) ??
        refusal('lambda:InvokeFunction', { arn: functionArn, account })
      if (refused) throw refused
    }
    const { versionId, from } = await rotations.back(attempt, secret, VersionId, draws)
    return { ARN: secret.arn, VersionId: versionId, From: from }
  },
})
