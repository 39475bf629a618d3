/**
 * The resource policy of a secret, letter by letter as it was put.
 *
 * https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_GetResourcePolicy.html
 */
import { findSecret, mustBeLive } from './secret.ts'
import { operation } from './service.ts'

export const getResourcePolicy = operation('GetResourcePolicy', {
  action: 'secretsmanager:GetResourcePolicy',
  touches: (look, input) => findSecret(look, input),

  run(_rooms, _input, secret) {
    mustBeLive(secret)
    const { arn, record } = secret
    return { ARN: arn, Name: record.name, ResourcePolicy: record.policy }
  },
})
