/**
 * Schedules of rotations: rate(...) and the cron(...) of Secrets Manager, which knows hours but no
 * minutes, and the window behind each start.
 *
 * https://docs.aws.amazon.com/secretsmanager/latest/userguide/rotate-secrets_schedule.html
 */
import { type AwsCron, readAwsCron } from '../../lib/aws-cron.ts'

const rateForm = /^rate\((\d{1,5}) (hours?|days?)\)$/
const rateHoursMin = 4
const dayHours = 24
const daysMax = 1000

/** A schedule as it was understood. */
export type Schedule = Rate | Cron

interface Rate {
  readonly kind: 'hours' | 'days'
  readonly count: number
}

interface Cron {
  readonly kind: 'cron'
  readonly next: AwsCron['next']
  /** The hours of a day at which windows begin. */
  readonly startHours: readonly number[]
}

/** Reads an expression; `undefined` if it is no schedule, or one whose day never comes. */
export function readSchedule(expression: string): Schedule | undefined {
  const [, count, unit = ''] = rateForm.exec(expression) ?? []
  if (count !== undefined) return readRate(Number(count), unit)
  const fields = /^cron\(([^()]*)\)$/.exec(expression)?.[1]?.split(' ')
  return fields && readCron(fields)
}

function readRate(count: number, unit: string): Rate | undefined {
  if ((count === 1) !== !unit.endsWith('s')) return undefined
  const isDaily = unit.startsWith('day')
  const least = isDaily ? 1 : rateHoursMin
  const most = isDaily ? daysMax : daysMax * dayHours
  if (count < least || count > most) return undefined
  return { kind: isDaily ? 'days' : 'hours', count }
}

/** How long a window of a schedule may be, in hours; `undefined` if it is no schedule. */
export function windowHoursMax(expression: string): number | undefined {
  const schedule = readSchedule(expression)
  switch (schedule?.kind) {
    case 'hours':
      return Math.min(schedule.count, dayHours)
    case 'days':
      return dayHours
    case 'cron':
      return shortestGap(schedule.startHours)
    default:
      return undefined
  }
}

/** One part of a comma-separated field. */
type Part = (text: string) => boolean

const within =
  (least: number, most: number) =>
  (text: string): boolean =>
    /^\d{1,2}$/.test(text) && Number(text) >= least && Number(text) <= most

const named = (names: string) => {
  const known = new Set(names.split(' '))
  return (text: string): boolean => known.has(text)
}

const either =
  (...parts: Part[]): Part =>
  (text) =>
    parts.some((part) => part(text))

/** `*`, a value, a range of them, each of these with a step. */
const stepped =
  (value: Part): Part =>
  (text) => {
    const [base = '', step, ...more] = text.split('/')
    const ends = base.split('-')
    const isBase = base === '*' || (ends.length <= 2 && ends.every(value))
    return isBase && more.length === 0 && (step === undefined || within(1, 31)(step))
  }

const weekday = either(within(1, 7), named('SUN MON TUE WED THU FRI SAT'))
const nthWeekday: Part = (text) => {
  const [day = '', nth = '', ...more] = text.split('#')
  return more.length === 0 && weekday(day) && within(1, 5)(nth)
}
const lastWeekday: Part = (text) =>
  text.endsWith('L') && (text === 'L' || weekday(text.slice(0, -1)))

/** Minutes, hours, days of the month, months, days of the week, years. */
const cronFields: readonly Part[] = [
  named('0'),
  stepped(within(0, 23)),
  either(stepped(within(1, 31)), named('L ?')),
  stepped(either(within(1, 12), named('JAN FEB MAR APR MAY JUN JUL AUG SEP OCT NOV DEC'))),
  either(stepped(weekday), nthWeekday, lastWeekday, named('?')),
  named('*'),
]

function readCron(fields: readonly string[]): Cron | undefined {
  const [, hours = '', dayOfMonth, , dayOfWeek] = fields
  const fits = cronFields.every((part, at) => (fields[at] ?? '').split(',').every(part))
  const oneIsOpen = (dayOfMonth === '?') !== (dayOfWeek === '?')
  if (!fits || fields.length !== cronFields.length || !oneIsOpen) return undefined
  const cron = readAwsCron(fields)
  const starts = startHours(hours)
  if (starts.length === 0 || cron?.next(0) === undefined) return undefined
  return { kind: 'cron', next: cron.next, startHours: starts }
}

/** The hours of a day at which a field starts a window. */
function startHours(field: string): number[] {
  const hours = new Set<number>()
  for (const part of field.split(',')) {
    const [base = '', step = '1'] = part.split('/')
    const [first = '0', last = part.includes('/') ? '23' : first] =
      base === '*' ? ['0', '23'] : base.split('-')
    for (let hour = Number(first); hour <= Number(last); hour += Number(step)) hours.add(hour)
  }
  return [...hours].sort((a, b) => a - b)
}

/** A window reaches neither into the next one nor into the next day. */
const shortestGap = (hours: readonly number[]): number =>
  Math.min(...hours.map((hour, at) => (hours[at + 1] ?? dayHours) - hour))

/** Whether a window of `Nh` fits; absent, AWS takes a length that does. */
export function isFitDuration(duration: string | undefined, hoursMax: number): boolean {
  if (duration === undefined) return true
  const hours = Number.parseInt(duration, 10)
  return hours >= 1 && hours <= hoursMax
}
