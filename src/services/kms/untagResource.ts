/**
 * Takes tags off a key; those that it has not are no error.
 *
 * https://docs.aws.amazon.com/kms/latest/APIReference/API_UntagResource.html
 */
import { findKey } from './key.ts'
import { operation } from './service.ts'
import { mustNotBePendingDeletion } from './state.ts'

export const untagResource = operation('UntagResource', {
  action: 'kms:UntagResource',
  touches: (look, input) => findKey(look, input, { context: { 'aws:TagKeys': input.TagKeys } }),

  run({ keys }, { TagKeys }, key) {
    mustNotBePendingDeletion(key)
    const { shelf, record } = key
    const tags = record.tags.filter((tag) => !TagKeys.includes(tag.TagKey))
    keys.put(shelf, { ...record, tags }, record)
    return {}
  },
})
