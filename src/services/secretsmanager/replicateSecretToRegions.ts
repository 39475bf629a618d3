/**
 * Copies a secret to other regions. The copies are in step when this is answered; one that could not
 * be made says why in its status.
 *
 * https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_ReplicateSecretToRegions.html
 */
import { addReplicas, keepReplicas, mustBeFitRegions } from './replica.ts'
import { findSecret, mustBeChangeable } from './secret.ts'
import { operation } from './service.ts'

export const replicateSecretToRegions = operation('ReplicateSecretToRegions', {
  action: 'secretsmanager:ReplicateSecretToRegions',

  touches(look, input) {
    mustBeFitRegions(look, input.AddReplicaRegions)
    return findSecret(look, input)
  },

  async run(rooms, input, secret) {
    mustBeChangeable(secret)
    const replicas = await addReplicas(rooms, secret, input.AddReplicaRegions, {
      overwrite: input.ForceOverwriteReplicaSecret,
    })
    return { ARN: secret.arn, ReplicationStatus: await keepReplicas(rooms, secret, replicas) }
  },
})
