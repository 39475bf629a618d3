/**
 * Takes the resource policy off a secret. One that has none stays as it is.
 *
 * https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_DeleteResourcePolicy.html
 */
import { changeSecret } from './change.ts'
import { findSecret, mustBeChangeable } from './secret.ts'
import { operation } from './service.ts'

export const deleteResourcePolicy = operation('DeleteResourcePolicy', {
  action: 'secretsmanager:DeleteResourcePolicy',
  touches: (look, input) => findSecret(look, input),

  async run(rooms, _input, secret) {
    mustBeChangeable(secret)
    if (secret.record.policy) await changeSecret(rooms, secret, { policy: undefined })
    return { ARN: secret.arn, Name: secret.record.name }
  },
})
