/**
 * Makes a copy a secret of its own, with everything that it holds; its primary forgets it. Called in
 * the region of the copy.
 *
 * https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_StopReplicationToReplica.html
 */
import { promote } from './replica.ts'
import { findSecret, mustBeLive } from './secret.ts'
import { fault, operation } from './service.ts'

export const stopReplicationToReplica = operation('StopReplicationToReplica', {
  action: 'secretsmanager:StopReplicationToReplica',
  touches: (look, input) => findSecret(look, input),

  run(rooms, _input, secret) {
    mustBeLive(secret)
    const { primaryRegion } = secret.record
    if (primaryRegion === undefined) {
      throw fault(
        'InvalidParameterException',
        "Operation not permitted on a primary secret. Call must be made in replica secret's region.",
      )
    }
    promote(rooms, secret, primaryRegion)
    return { ARN: secret.arn }
  },
})
