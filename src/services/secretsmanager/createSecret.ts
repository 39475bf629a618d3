/**
 * A new secret, with its first version if a value comes with it. A repeated request (same token, same
 * value) is answered as before.
 *
 * https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_CreateSecret.html
 */
import { mustReachKey } from './kms.ts'
import { current } from './labels.ts'
import { findRepeated, madeAnswer, mustBeAllowedAll, newRecord } from './made.ts'
import { absentSuffix, arnOf, mustBeName } from './name.ts'
import { addReplicas, mustBeFitRegions } from './replica.ts'
import { askedOf, hereOf, mustHaveToken, secretOf, secretType, secretWith } from './secret.ts'
import { operation } from './service.ts'
import { mustHaveFitTags } from './tags.ts'
import { mustBeFitValue, plainOf } from './value.ts'
import { addValue } from './version.ts'

export const createSecret = operation('CreateSecret', {
  action: 'secretsmanager:CreateSecret',

  touches(look, input) {
    mustHaveToken(input.ClientRequestToken)
    mustBeName(input.Name)
    mustBeFitValue(input)
    mustHaveFitTags(input.Tags)
    mustBeFitRegions(look, input.AddReplicaRegions)
    const here = hereOf(look)
    const arn = arnOf(here, input.Name, absentSuffix)
    const context = askedOf(look, input, here)
    return { arn, shown: input.Name, account: here.account, type: secretType, context }
  },

  async run(rooms, input, subject) {
    mustBeAllowedAll(rooms, input, subject)
    const here = hereOf(rooms)
    const token = mustHaveToken(input.ClientRequestToken)
    const plain = plainOf(input)
    const repeated = await findRepeated(rooms, input.Name, token, plain)
    if (repeated) return madeAnswer(rooms, repeated, plain && token)

    const empty = secretOf(here, newRecord(rooms, input, token), input.Name)
    mustReachKey(rooms, empty.record.kmsKeyId, here, empty.arn)
    const added = plain && addValue(rooms, empty, token, plain)
    const labels = added ? [{ name: current, on: token }] : []
    const secret = secretWith(empty, { ...empty.record, ...added, labels })
    const replicas = await addReplicas(rooms, secret, input.AddReplicaRegions ?? [], {
      overwrite: input.ForceOverwriteReplicaSecret,
      fresh: plain && { id: token, plain },
    })
    const made = replicas.length > 0 ? { ...secret.record, replicas } : secret.record
    rooms.secrets.add(here, made)
    return madeAnswer(rooms, secretWith(secret, made), plain && token)
  },
})
