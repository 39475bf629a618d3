/**
 * Schedules of rotations: rate(...) and the cron(...) of Secrets Manager, which knows hours but no
 * minutes, and the window behind each start.
 *
 * https://docs.aws.amazon.com/secretsmanager/latest/userguide/rotate-secrets_schedule.html
 */
const rateForm = /^rate\((\d{1,5}) (hours?|days?)\)$/
const rateHoursMin = 4
const dayHours = 24
const daysMax = 1000

/** How long a window of a schedule may be, in hours; `undefined` if it is no schedule. */
export function windowHoursMax(expression: string): number | undefined {
  const [, count, unit = ''] = rateForm.exec(expression) ?? []
  if (count !== undefined) return rateHoursMax(Number(count), unit)
  const fields = /^cron\(([^()]*)\)$/.exec(expression)?.[1]?.split(' ')
  return fields && cronHoursMax(fields)
}

function rateHoursMax(count: number, unit: string): number | undefined {
  if ((count === 1) !== !unit.endsWith('s')) return undefined
  if (unit.startsWith('day')) return count >= 1 && count <= daysMax ? dayHours : undefined
  return count >= rateHoursMin && count <= daysMax * dayHours
    ? Math.min(count, dayHours)
    : undefined
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

function cronHoursMax(fields: readonly string[]): number | undefined {
  const [, hours = '', dayOfMonth, , dayOfWeek] = fields
  const fits = cronFields.every((part, at) => (fields[at] ?? '').split(',').every(part))
  const oneIsOpen = (dayOfMonth === '?') !== (dayOfWeek === '?')
  if (!fits || fields.length !== cronFields.length || !oneIsOpen) return undefined
  return shortestGap(startHours(hours))
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
const shortestGap = (hours: readonly number[]): number | undefined =>
  hours.length === 0
    ? undefined
    : Math.min(...hours.map((hour, at) => (hours[at + 1] ?? dayHours) - hour))

/** Whether a window of `Nh` fits; absent, AWS takes a length that does. */
export function isFitDuration(duration: string | undefined, hoursMax: number): boolean {
  if (duration === undefined) return true
  const hours = Number.parseInt(duration, 10)
  return hours >= 1 && hours <= hoursMax
}
