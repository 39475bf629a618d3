/**
 * A new version of a secret. Without labels of its own it becomes AWSCURRENT, and what was current
 * becomes AWSPREVIOUS.
 *
 * https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_PutSecretValue.html
 */
import { findSecret, mustBeLive, mustHaveToken } from './secret.ts'
import { fault, operation } from './service.ts'
import { plainOf } from './vault.ts'
import { addVersion, current, labelsOf, moveLabels, mustBeOneValue } from './version.ts'

export const putSecretValue = operation('PutSecretValue', {
  action: 'secretsmanager:PutSecretValue',

  touches(look, input) {
    mustHaveToken(input.ClientRequestToken)
    mustBeOneValue(input)
    return findSecret(look, input.SecretId)
  },

  async run(rooms, input, secret) {
    mustBeLive(secret)
    const { shelf, record, arn } = secret
    const token = mustHaveToken(input.ClientRequestToken)
    const value = plainOf(input)
    if (!value) {
      throw fault(
        'InvalidRequestException',
        'You must provide either SecretString or SecretBinary.',
      )
    }
    const added = await addVersion(rooms, secret, token, value)
    const moved = input.VersionStages ?? [current]
    const labels = added ? moveLabels(record.labels, token, moved) : record.labels
    if (added)
      rooms.secrets.replace(shelf, record, { ...record, labels, changedAt: rooms.draws.at })

    return { ARN: arn, Name: record.name, VersionId: token, VersionStages: labelsOf(labels, token) }
  },
})
