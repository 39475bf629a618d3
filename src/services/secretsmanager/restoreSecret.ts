/**
 * Takes a secret back from its scheduled end. One that was not deleted is restored as it is.
 *
 * https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_RestoreSecret.html
 */
import { changeSecret } from './change.ts'
import { findSecret, mustBePrimary } from './secret.ts'
import { operation } from './service.ts'

export const restoreSecret = operation('RestoreSecret', {
  action: 'secretsmanager:RestoreSecret',
  touches: (look, input) => findSecret(look, input),

  async run(rooms, _input, secret) {
    mustBePrimary(secret)
    const { arn, record } = secret
    if (record.deletedAt !== undefined) {
      await changeSecret(rooms, secret, { deletedAt: undefined, purgeAt: undefined })
      rooms.tell('CancelSecretVersionDelete', secret)
    }
    return { ARN: arn, Name: record.name }
  },
})
