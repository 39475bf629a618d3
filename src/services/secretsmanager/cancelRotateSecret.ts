/**
 * Switches rotation off. The rules stay to be seen, and so do labels: an AWSPENDING that was left over
 * stands in the way of the next rotation until somebody takes it off.
 *
 * https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_CancelRotateSecret.html
 */
import { changeSecret } from './change.ts'
import { mustHaveRotation, stopped, unfinishedId } from './rotation.ts'
import { findSecret, mustBeChangeable, secretWith } from './secret.ts'
import { operation } from './service.ts'
import { endTrial } from './trial.ts'

export const cancelRotateSecret = operation('CancelRotateSecret', {
  action: 'secretsmanager:CancelRotateSecret',
  touches: (look, input) => findSecret(look, input),

  async run(rooms, _input, secret) {
    mustBeChangeable(secret)
    mustHaveRotation(secret.record)
    const { arn, record } = await endTrial(rooms, secret)
    const rotation = stopped(mustHaveRotation(record))
    const { labels } = await changeSecret(rooms, secretWith(secret, record), { rotation })
    return { ARN: arn, Name: record.name, VersionId: unfinishedId(labels) }
  },
})
