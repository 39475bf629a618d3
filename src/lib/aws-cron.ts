/**
 * The six fields of AWS's cron(...), in UTC: minutes, hours, days of the month, months, days of the week,
 * years. Days of the week count from 1, SUN; steps need no range.
 *
 * https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-scheduled-rule-pattern.html
 */
import { Cron } from 'croner'

export interface AwsCron {
  /** The first instant behind this one, in milliseconds since 1970; `undefined` if none ever comes. */
  next(after: number): number | undefined
}

export const dayOfMonthAt = 2
export const dayOfWeekAt = 4

const options = {
  mode: '7-part',
  alternativeWeekdays: true,
  sloppyRanges: true,
  utcOffset: 0,
} as const

/** `undefined` for fields that mean nothing, such as a range that runs backwards. */
export function readAwsCron(fields: readonly string[]): AwsCron | undefined {
  // In AWS's cron an L by itself is the week's last day, which croner does not know.
  const known = fields.map((field, at) => (at === dayOfWeekAt && field === 'L' ? '7' : field))
  try {
    const cron = new Cron(`0 ${known.join(' ')}`, options)
    return { next: (after) => cron.nextRun(new Date(after))?.getTime() }
  } catch {
    // The library throws whatever it finds: none of it is ours.
    return undefined
  }
}
