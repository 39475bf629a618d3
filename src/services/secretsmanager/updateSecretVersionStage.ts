/**
 * Moves a staging label to another version, or takes it off. AWSCURRENT can only be moved, and takes
 * AWSPREVIOUS along to the version that it leaves.
 *
 * https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_UpdateSecretVersionStage.html
 */
import { changeSecret } from './change.ts'
import { current } from './labels.ts'
import { findSecret, mustBeChangeable } from './secret.ts'
import { fault, operation } from './service.ts'
import { mustBeFitMove, mustHaveValue, mustHaveVersion, relabelled } from './stage.ts'

export const updateSecretVersionStage = operation('UpdateSecretVersionStage', {
  action: 'secretsmanager:UpdateSecretVersionStage',

  touches(look, input) {
    if (input.MoveToVersionId === undefined && input.RemoveFromVersionId === undefined) {
      throw fault(
        'InvalidParameterException',
        'You must specify MoveToVersionId or RemoveFromVersionId.',
      )
    }
    return findSecret(look, input)
  },

  async run(rooms, input, secret) {
    mustBeChangeable(secret)
    mustHaveVersion(rooms.secrets, secret, input.RemoveFromVersionId)
    mustHaveVersion(rooms.secrets, secret, input.MoveToVersionId)
    mustBeFitMove(secret.record.labels, input)
    if (input.VersionStage === current) {
      mustHaveValue(rooms.secrets, secret, input.MoveToVersionId)
    }
    await changeSecret(rooms, secret, { labels: relabelled(secret.record.labels, input) })
    return { ARN: secret.arn, Name: secret.record.name }
  },
})
