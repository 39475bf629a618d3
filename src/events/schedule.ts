/**
 * Schedules of rules, in UTC: `rate(5 minutes)` and the six fields of `cron(...)`.
 *
 * https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-scheduled-rule-pattern.html
 */
import { Cron } from 'croner'
import { dayMs, hourMs, minuteMs } from '../lib/clock.ts'

export interface Schedule {
  /** The first instant behind `now`; `at` is one at which it came round, or began. */
  next(at: number, now: number): number | undefined
}

const units: ReadonlyMap<string, number> = new Map([
  ['minute', minuteMs],
  ['hour', hourMs],
  ['day', dayMs],
])

/** Reads an expression; `undefined` if it is no schedule. */
export function readSchedule(expression: string): Schedule | undefined {
  const [, count, unit = '', plural] =
    /^rate\((\d{1,6}) (minute|hour|day)(s?)\)$/.exec(expression) ?? []
  if (count !== undefined) return readRate(Number(count), units.get(unit) ?? 0, plural === 's')
  const fields = /^cron\(([^()]*)\)$/.exec(expression)?.[1]?.split(' ')
  return fields && readCron(fields)
}

function readRate(count: number, unitMs: number, isPlural: boolean): Schedule | undefined {
  if (count === 0 || (count === 1) === isPlural) return undefined
  const step = count * unitMs
  return { next: (at, now) => at + (Math.floor(Math.max(0, now - at) / step) + 1) * step }
}

const fieldsCount = 6
const dayOfMonthAt = 2
const dayOfWeekAt = 4

/** AWS counts days of the week from 1, SUN, and takes steps without a range. */
const options = {
  mode: '7-part',
  alternativeWeekdays: true,
  sloppyRanges: true,
  utcOffset: 0,
} as const

function readCron(fields: readonly string[]): Schedule | undefined {
  const fits = fields.length === fieldsCount && fields.every((field) => /^[\w*?,/#-]+$/.test(field))
  const isOpen = (at: number) => fields[at] === '?'
  if (!fits || isOpen(dayOfMonthAt) === isOpen(dayOfWeekAt)) return undefined
  // In AWS's cron an L by itself is the week's last day, which croner does not know.
  const known = fields.map((field, at) => (at === dayOfWeekAt && field === 'L' ? '7' : field))
  try {
    const cron = new Cron(`0 ${known.join(' ')}`, options)
    return { next: (_at, now) => cron.nextRun(new Date(now))?.getTime() }
  } catch {
    // The library throws whatever it finds: none of it is ours.
    return undefined
  }
}
