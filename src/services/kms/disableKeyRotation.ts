/**
 * No more new material by the clock; what was made stays.
 *
 * https://docs.aws.amazon.com/kms/latest/APIReference/API_DisableKeyRotation.html
 */
import { findKey } from './key.ts'
import { mustBeRotatable } from './rotation.ts'
import { fault, operation } from './service.ts'
import { mustBeEnabled } from './state.ts'

export const disableKeyRotation = operation('DisableKeyRotation', {
  action: 'kms:DisableKeyRotation',
  touches: (look, input) => findKey(look, input),

  run({ keys }, _input, key) {
    mustBeEnabled(key, 'PendingImport')
    mustBeRotatable(key)
    if (key.record.origin === 'EXTERNAL') throw fault('UnsupportedOperationException')
    keys.put(key.shelf, { ...key.record, rotation: undefined }, key.record)
    return {}
  },
})
