/**
 * Changes a secret's description, kind or key and, if a value comes with it, makes that the current
 * one. LastChangedDate moves even when nothing else does. Under another key the versions that are in
 * use are sealed anew.
 *
 * https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_UpdateSecret.html
 */
import { changeSecret } from './change.ts'
import { mustReachKey, ownKeyOf } from './kms.ts'
import { current, moveLabels } from './labels.ts'
import { resealInUse } from './reseal.ts'
import { findSecret, mustBeChangeable, mustHaveToken, secretWith } from './secret.ts'
import { operation } from './service.ts'
import { mustBeFitValue, plainOf } from './value.ts'
import { addValue } from './version.ts'

export const updateSecret = operation('UpdateSecret', {
  action: 'secretsmanager:UpdateSecret',

  touches(look, input) {
    mustBeFitValue(input)
    if (plainOf(input)) mustHaveToken(input.ClientRequestToken)
    return findSecret(look, input)
  },

  async run(rooms, input, secret) {
    mustBeChangeable(secret)
    const { shelf, record, arn } = secret
    const plain = plainOf(input)
    const token = plain && mustHaveToken(input.ClientRequestToken)
    const change = {
      ...(input.Description !== undefined && { description: input.Description || undefined }),
      ...(input.Type !== undefined && { type: input.Type || undefined }),
      ...(input.KmsKeyId !== undefined && { kmsKeyId: ownKeyOf(input.KmsKeyId) }),
    }
    const changed = secretWith(secret, { ...record, ...change })
    if (changed.record.kmsKeyId !== record.kmsKeyId) {
      mustReachKey(rooms, changed.record.kmsKeyId, shelf, arn)
      resealInUse(rooms, changed)
    }
    const added = plain && token && addValue(rooms, changed, token, plain)
    const labels = added ? moveLabels(record.labels, token, [current]) : record.labels
    const fresh = added && { id: token, plain }
    await changeSecret(rooms, secret, { ...change, ...added, labels }, fresh || undefined)

    return { ARN: arn, Name: record.name, ...(token && { VersionId: token }) }
  },
})
