/**
 * Another description for a key.
 *
 * https://docs.aws.amazon.com/kms/latest/APIReference/API_UpdateKeyDescription.html
 */
import { findKey } from './key.ts'
import { operation } from './service.ts'
import { mustNotBePendingDeletion } from './state.ts'

export const updateKeyDescription = operation('UpdateKeyDescription', {
  action: 'kms:UpdateKeyDescription',
  touches: (look, input) => findKey(look, input),

  run({ keys }, { Description }, key) {
    mustNotBePendingDeletion(key)
    keys.put(key.shelf, { ...key.record, description: Description }, key.record)
    return {}
  },
})
