/**
 * Rotates a secret: makes the version that the function is to fill, labelled AWSPENDING and without a
 * value, and answers at once. Function and rules are remembered for calls that do not name them. A
 * refused rotation leaves nothing. If it is not to be at once, the function is tested. Of a managed external secret the partner's settings are kept, if it
 * is not to be rotated at once.
 *
 * https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_RotateSecret.html
 */
import { changeSecret } from './change.ts'
import {
  externalRotation,
  isRepeated,
  isTrialRepeated,
  mustBeFitRules,
  mustBeInvocable,
  mustNotBePending,
  wantedRotation,
} from './rotation.ts'
import { findSecret, mustBeChangeable, mustHaveToken } from './secret.ts'
import { operation } from './service.ts'
import { beginTrial, endTrial } from './trial.ts'
import { beginRotation } from './turn.ts'

export const rotateSecret = operation('RotateSecret', {
  action: 'secretsmanager:RotateSecret',

  touches(look, input) {
    mustHaveToken(input.ClientRequestToken, 'InvalidParameterException')
    mustBeFitRules(input.RotationRules)
    return findSecret(look, input)
  },

  async run(rooms, input, found) {
    mustBeChangeable(found)
    const token = mustHaveToken(input.ClientRequestToken, 'InvalidParameterException')
    const answer = { ARN: found.arn, Name: found.record.name }
    if (isRepeated(found.record, token)) return { ...answer, VersionId: token }
    if (isTrialRepeated(found.record, token)) return answer
    // A test is nothing that the next wish has to wait for.
    const secret = await endTrial(rooms, found)
    const { record } = secret
    mustNotBePending(record.labels)
    const partner = externalRotation(record, input)
    if (partner) {
      await changeSecret(rooms, secret, { rotation: partner })
      return answer
    }
    const named = input.RotationLambdaARN || record.rotation?.lambdaArn
    const lambdaArn = mustBeInvocable(rooms, secret, named)
    const rotation = wantedRotation(record, input, lambdaArn, rooms.draws.at)
    rooms.wakeRotation()
    if (input.RotateImmediately === false) {
      await beginTrial(rooms, secret, rotation, token)
      return answer
    }
    await beginRotation(rooms, secret, rotation, token)
    return { ...answer, VersionId: token }
  },
})
