/**
 * How a try can end and what becomes of the event: tried again ever more seldom, for a day or 185 times
 * unless the target says otherwise.
 *
 * https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-rule-retry-policy.html
 */
import { minuteMs, secondMs } from '../lib/clock.ts'
import type { Taken } from './input.ts'
import type { DeadRecord, DeliveryRecord, TargetRecord } from './records.ts'

export type Verdict =
  | { readonly kind: 'arrived' }
  /** It was not its turn. */
  | { readonly kind: 'later'; readonly afterMs: number }
  /** It may go well another time. */
  | {
      readonly kind: 'failed'
      readonly code: string
      readonly words: string
      /** What the target asked for. */
      readonly afterMs?: number
    }
  /** Trying again is no use. */
  | { readonly kind: 'refused'; readonly code: string; readonly words: string }

/** Brings an event to a target. Words and codes are for whoever owns the rule: without secrets. */
export type Send = (target: TargetRecord, taken: Taken, signal: AbortSignal) => Promise<Verdict>

export type Fate =
  | { readonly dueAt: number; readonly tries: number }
  | { readonly letter?: Pick<DeadRecord, 'code' | 'words' | 'exhausted'> }

const retriesDefault = 185
const ageSecondsDefault = 86_400

/** What has run out; `undefined` if it may be tried again. */
export function exhaustedBy(
  { retriesMax = retriesDefault, ageSecondsMax = ageSecondsDefault }: TargetRecord,
  { tries, takenAt }: DeliveryRecord,
  now: number,
): string | undefined {
  if (tries > retriesMax) return 'MaximumRetryAttempts'
  return now - takenAt >= ageSecondsMax * secondMs ? 'MaximumEventAgeInSeconds' : undefined
}

const backOffMsMax = 10 * minuteMs

/** Twice as long after each try, and never the same for two that failed together. */
export const backOffMs = (tries: number, random: number): number =>
  Math.round(Math.min(backOffMsMax, secondMs * 2 ** (tries - 1)) * (0.5 + random / 2))
