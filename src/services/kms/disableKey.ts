/**
 * Switches a key off: nothing is sealed, opened, signed or verified by it until it is enabled.
 *
 * https://docs.aws.amazon.com/kms/latest/APIReference/API_DisableKey.html
 */
import { findKey } from './key.ts'
import { operation } from './service.ts'
import { mustBeEnabled } from './state.ts'

export const disableKey = operation('DisableKey', {
  action: 'kms:DisableKey',
  touches: (look, input) => findKey(look, input),

  run({ keys }, _input, key) {
    mustBeEnabled(key, 'Disabled')
    keys.put(key.shelf, { ...key.record, enabled: false }, key.record)
    return {}
  },
})
