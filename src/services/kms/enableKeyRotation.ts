/**
 * From now on new material every so many days.
 *
 * https://docs.aws.amazon.com/kms/latest/APIReference/API_EnableKeyRotation.html
 */
import { dayMs } from '../../lib/clock.ts'
import { findKey } from './key.ts'
import { mustBeRotatable, periodDaysDefault } from './rotation.ts'
import { fault, operation } from './service.ts'
import { mustBeEnabled } from './state.ts'

export const enableKeyRotation = operation('EnableKeyRotation', {
  action: 'kms:EnableKeyRotation',

  touches: (look, input) =>
    findKey(look, input, {
      context: {
        'kms:RotationPeriodInDays': String(input.RotationPeriodInDays ?? periodDaysDefault),
      },
    }),

  run({ keys, draws }, input, key) {
    const { shelf, record } = key
    mustBeEnabled(key, 'PendingImport')
    mustBeRotatable(key)
    if (record.origin === 'EXTERNAL') throw fault('UnsupportedOperationException')
    const before = record.rotation?.periodDays
    const periodDays = input.RotationPeriodInDays ?? before ?? periodDaysDefault
    if (periodDays === before) return {}
    const rotation = { periodDays, nextAt: draws.at + periodDays * dayMs }
    keys.put(shelf, { ...record, rotation }, record)
    return {}
  },
})
