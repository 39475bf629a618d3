/**
 * Adds tags to a key, or gives those that it has another value.
 *
 * https://docs.aws.amazon.com/kms/latest/APIReference/API_TagResource.html
 */
import { findKey } from './key.ts'
import { operation } from './service.ts'
import { mustNotBePendingDeletion } from './state.ts'
import { mustHaveFitTags, mustNotBeTooMany, requestTagContext } from './tags.ts'

export const tagResource = operation('TagResource', {
  action: 'kms:TagResource',

  touches(look, input) {
    mustHaveFitTags(input.Tags)
    return findKey(look, input, { context: requestTagContext(input.Tags) })
  },

  run({ keys }, { Tags }, key) {
    mustNotBePendingDeletion(key)
    const { shelf, record } = key
    const named = new Set(Tags.map((tag) => tag.TagKey))
    const tags = [...record.tags.filter((tag) => !named.has(tag.TagKey)), ...Tags]
    mustNotBeTooMany(tags)
    keys.put(shelf, { ...record, tags }, record)
    return {}
  },
})
