/**
 * Rotates a secret. What is asked for is checked as AWS checks it; since no function can be invoked
 * here yet, none can be found invocable, which is the answer, and a refused rotation leaves nothing.
 * Of a managed external secret the partner's settings are kept, if it is not to be rotated at once.
 *
 * https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_RotateSecret.html
 */
import { changeSecret } from './change.ts'
import { externalRotation, mustBeFitRules, mustBeInvocable, mustNotBePending } from './rotation.ts'
import { findSecret, mustBeChangeable, mustHaveToken } from './secret.ts'
import { operation } from './service.ts'

export const rotateSecret = operation('RotateSecret', {
  action: 'secretsmanager:RotateSecret',

  touches(look, input) {
    mustHaveToken(input.ClientRequestToken, 'InvalidParameterException')
    mustBeFitRules(input.RotationRules)
    return findSecret(look, input)
  },

  async run(rooms, input, secret) {
    mustBeChangeable(secret)
    mustNotBePending(secret.record.labels)
    const rotation = externalRotation(secret.record, input)
    if (rotation) await changeSecret(rooms, secret, { rotation })
    else mustBeInvocable(input.RotationLambdaARN || secret.record.rotation?.lambdaArn)
    return { ARN: secret.arn, Name: secret.record.name }
  },
})
