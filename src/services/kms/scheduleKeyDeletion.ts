/**
 * The end of a key, 7 to 30 days ahead; from now on it does nothing. A multi-Region primary waits until
 * its replicas are gone before its own days begin.
 *
 * https://docs.aws.amazon.com/kms/latest/APIReference/API_ScheduleKeyDeletion.html
 */
import { dayMs } from '../../lib/clock.ts'
import { findKey } from './key.ts'
import type { KeyRecord } from './records.ts'
import { fault, operation } from './service.ts'
import { mustNotBePendingDeletion, stateOf } from './state.ts'

const windowDaysDefault = 30

export const scheduleKeyDeletion = operation('ScheduleKeyDeletion', {
  action: 'kms:ScheduleKeyDeletion',

  touches(look, input) {
    const days = windowOf(input.PendingWindowInDays)
    return findKey(look, input, {
      context: { 'kms:ScheduleKeyDeletionPendingWindowInDays': String(days) },
    })
  },

  run({ keys, draws, region }, input, key) {
    mustNotBePendingDeletion(key)
    const { shelf, record, arn } = key
    const windowDays = windowOf(input.PendingWindowInDays)
    const dueAt = hasReplicas(record, region) ? undefined : draws.at + windowDays * dayMs
    const ending = { ...record, deletion: { windowDays, dueAt } }
    keys.put(shelf, ending, record)
    return {
      KeyId: arn,
      DeletionDate: dueAt,
      KeyState: stateOf(ending),
      PendingWindowInDays: windowDays,
    }
  },
})

const hasReplicas = ({ family }: KeyRecord, region: string): boolean =>
  family?.primary === region && family.regions.length > 1

function windowOf(days = windowDaysDefault): number {
  if (days >= 7 && days <= 30) return days
  throw fault('ValidationException', 'PendingWindowInDays must be between 7 and 30 (inclusive).')
}
