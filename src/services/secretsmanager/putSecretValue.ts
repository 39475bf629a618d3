/**
 * A new version of a secret. Without labels of its own it becomes AWSCURRENT, and what was current
 * becomes AWSPREVIOUS. The first value of a secret is current whatever else it is called.
 *
 * https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_PutSecretValue.html
 */
import { changeSecret } from './change.ts'
import { current, labelsOf, moveLabels } from './labels.ts'
import { mustBeRotating } from './rotation.ts'
import { findSecret, mustBeChangeable, mustHaveToken } from './secret.ts'
import { fault, operation } from './service.ts'
import { mustBeFitValue, plainOf } from './value.ts'
import { addValue } from './version.ts'

export const putSecretValue = operation('PutSecretValue', {
  action: 'secretsmanager:PutSecretValue',

  touches(look, input) {
    mustHaveToken(input.ClientRequestToken)
    mustBeFitValue(input)
    return findSecret(look, input)
  },

  async run(rooms, input, secret) {
    mustBeChangeable(secret)
    const { record, arn } = secret
    const token = mustHaveToken(input.ClientRequestToken)
    mustBeRotating(record, token, input.RotationToken)
    const plain = plainOf(input)
    if (!plain) {
      throw fault(
        'InvalidRequestException',
        'You must provide either SecretString or SecretBinary.',
      )
    }
    const added = addValue(rooms, secret, token, plain)
    const isFirst = record.versionsCount === 0
    const moved = [...(input.VersionStages ?? [current]), ...(isFirst ? [current] : [])]
    const labels = added ? moveLabels(record.labels, token, moved) : record.labels
    if (added) await changeSecret(rooms, secret, { ...added, labels }, { id: token, plain })

    return { ARN: arn, Name: record.name, VersionId: token, VersionStages: labelsOf(labels, token) }
  },
})
