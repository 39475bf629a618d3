/**
 * Removes the copies of a secret in these regions for good.
 *
 * https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_RemoveRegionsFromReplication.html
 */
import { keepReplicas, removeCopy, withoutRegions } from './replica.ts'
import { findSecret, mustBeChangeable } from './secret.ts'
import { operation } from './service.ts'

export const removeRegionsFromReplication = operation('RemoveRegionsFromReplication', {
  action: 'secretsmanager:RemoveRegionsFromReplication',
  touches: (look, input) => findSecret(look, input),

  async run(rooms, input, secret) {
    mustBeChangeable(secret)
    const regions = input.RemoveReplicaRegions
    const replicas = withoutRegions(secret.record, regions)
    for (const region of new Set(regions)) await removeCopy(rooms.secrets, secret, region)
    return { ARN: secret.arn, ReplicationStatus: await keepReplicas(rooms, secret, replicas) }
  },
})
