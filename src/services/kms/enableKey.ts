/**
 * Switches a disabled key on again.
 *
 * https://docs.aws.amazon.com/kms/latest/APIReference/API_EnableKey.html
 */
import { findKey } from './key.ts'
import { operation } from './service.ts'
import { mustBeEnabled } from './state.ts'

export const enableKey = operation('EnableKey', {
  action: 'kms:EnableKey',
  touches: (look, input) => findKey(look, input),

  run({ keys }, _input, key) {
    mustBeEnabled(key, 'Disabled')
    keys.put(key.shelf, { ...key.record, enabled: true }, key.record)
    return {}
  },
})
