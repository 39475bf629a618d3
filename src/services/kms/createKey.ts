/**
 * A new key: symmetric unless it is asked otherwise. A key whose material is to be imported has none yet.
 *
 * https://docs.aws.amazon.com/kms/latest/APIReference/API_CreateKey.html
 */
import { mustAlso } from './also.ts'
import { addKey, hereOf, keyOf } from './key.ts'
import { mustNotLockOut } from './lockout.ts'
import { metadataOf } from './metadata.ts'
import { parseKeyPolicy } from './policy.ts'
import { operation } from './service.ts'
import { mustHaveFitTags, requestTagContext } from './tags.ts'
import { chooseSpec, chooseUsage, mustBeOffered, newKeyId, recordOf } from './wish.ts'

export const createKey = operation('CreateKey', {
  action: 'kms:CreateKey',

  touches({ caller }, input) {
    mustBeOffered(input)
    const spec = chooseSpec(input)
    const usage = chooseUsage(input, spec)
    mustHaveFitTags(input.Tags)
    if (input.Policy !== undefined) parseKeyPolicy(input.Policy)
    const context = {
      'kms:CallerAccount': caller.account,
      'kms:KeySpec': spec,
      'kms:KeyUsage': usage,
      'kms:KeyOrigin': input.Origin ?? 'AWS_KMS',
      'kms:MultiRegion': String(input.MultiRegion ?? false),
      'kms:BypassPolicyLockoutSafetyCheck': String(input.BypassPolicyLockoutSafetyCheck ?? false),
      ...(input.MultiRegion && { 'kms:MultiRegionKeyType': 'PRIMARY' }),
      ...requestTagContext(input.Tags),
    }
    return { arn: '*', account: caller.account, context }
  },

  async run(rooms, input, subject) {
    if (input.Tags?.length) mustAlso(rooms, 'kms:TagResource', subject)
    const shelf = hereOf(rooms)
    const id = rooms.draws.draw('key id', () => newKeyId(input.MultiRegion ?? false))
    const record = recordOf(input, id, rooms.region, rooms.draws.at)
    const bypass = input.BypassPolicyLockoutSafetyCheck ?? false
    if (!bypass) mustNotLockOut(rooms, keyOf(rooms, shelf, record))
    if (record.origin === 'AWS_KMS') {
      return { KeyMetadata: metadataOf(shelf, await addKey(rooms, shelf, record)) }
    }
    rooms.keys.put(shelf, record)
    return { KeyMetadata: metadataOf(shelf, record) }
  },
})
