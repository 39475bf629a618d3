/**
 * Schedules of rules, in UTC: `rate(5 minutes)` and the six fields of `cron(...)`.
 *
 * https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-scheduled-rule-pattern.html
 */
import { dayOfMonthAt, dayOfWeekAt, readAwsCron } from '../lib/aws-cron.ts'
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

function readCron(fields: readonly string[]): Schedule | undefined {
  const fits = fields.length === fieldsCount && fields.every((field) => /^[\w*?,/#-]+$/.test(field))
  const isOpen = (at: number) => fields[at] === '?'
  if (!fits || isOpen(dayOfMonthAt) === isOpen(dayOfWeekAt)) return undefined
  const cron = readAwsCron(fields)
  return cron && { next: (_at, now) => cron.next(now) }
}
