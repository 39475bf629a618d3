/**
 * Switches rotation off. The rules stay to be seen, and so do labels: an AWSPENDING that was left over
 * stands in the way of the next rotation until somebody takes it off.
 *
 * https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_CancelRotateSecret.html
 */
import { changeSecret } from './change.ts'
import { mustHaveRotation, stopped, unfinishedId } from './rotation.ts'
import { findSecret, mustBeChangeable } from './secret.ts'
import { operation } from './service.ts'

export const cancelRotateSecret = operation('CancelRotateSecret', {
  action: 'secretsmanager:CancelRotateSecret',
  touches: (look, input) => findSecret(look, input),

  async run(rooms, _input, secret) {
    mustBeChangeable(secret)
    const { arn, record } = secret
    await changeSecret(rooms, secret, { rotation: stopped(mustHaveRotation(record)) })
    return { ARN: arn, Name: record.name, VersionId: unfinishedId(record.labels) }
  },
})
