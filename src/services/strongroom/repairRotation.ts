/**
 * Heals an AWSPENDING that is stuck: a rotation that is not done is taken up again at once with its
 * token; a label that nobody goes on with is taken off. AWSCURRENT is not touched.
 */
import { touchSecret } from './readers.ts'
import { operation } from './service.ts'

export const repairRotation = operation('RepairRotation', {
  action: 'strongroom:RepairRotation',
  touches: (look, { SecretId }) => touchSecret(look, SecretId),

  async run({ attempt, rotations, draws }, _input, secret) {
    const facts = rotations.find(attempt, secret)
    if (facts?.turn?.state === 'running') {
      return { ARN: secret.arn, Repair: 'running', VersionId: facts.turn.versionId }
    }
    const { kind, versionId } = await rotations.repair(attempt, secret, draws)
    return { ARN: secret.arn, Repair: kind, VersionId: versionId }
  },
})
