/**
 * Takes a secret back from its scheduled end. One that was not deleted is restored as it is.
 *
 * https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_RestoreSecret.html
 */
import { findSecret } from './secret.ts'
import { operation } from './service.ts'

export const restoreSecret = operation('RestoreSecret', {
  action: 'secretsmanager:RestoreSecret',
  touches: (look, input) => findSecret(look, input.SecretId),

  run({ secrets }, _input, { arn, shelf, record }) {
    secrets.replace(shelf, record, { ...record, deletedAt: undefined, purgeAt: undefined })
    return { ARN: arn, Name: record.name }
  },
})
