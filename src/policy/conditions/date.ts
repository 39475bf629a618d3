/**
 * Date operators. A date is one of the W3C forms of ISO 8601 (year, month, day, or an instant with
 * its zone) or whole epoch seconds, on either side.
 *
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition_operators.html#Conditions_Date
 * https://www.w3.org/TR/NOTE-datetime
 */
import { type OperatorRow, ordered } from './operator.ts'

const epochForm = /^\d{5,11}$/
const dayForm = /^\d{4}(?:-\d\d(?:-\d\d)?)?$/
const instantForm = /^\d{4}-\d\d-\d\dT\d\d:\d\d(?::\d\d(?:\.\d{1,9})?)?(?:Z|[+-]\d\d:\d\d)$/

/** Milliseconds since 1970; four digits alone are a year, as in the W3C form. */
export function parseDate(text: string): number | undefined {
  if (instantForm.test(text)) return parseInstant(text)
  if (epochForm.test(text)) return Number(text) * 1000
  return dayForm.test(text) ? parseDay(text) : undefined
}

/** The forms have fixed places, so that nothing needs to be captured on the hot path. */
const numberAt = (text: string, start: number, otherwise: number): number =>
  text.length > start ? Number(text.slice(start, start + 2)) : otherwise

function parseDay(text: string): number | undefined {
  const year = Number(text.slice(0, 4))
  const month = numberAt(text, 5, 1)
  const day = numberAt(text, 8, 1)
  const at = Date.UTC(year, month - 1, day)
  // Date.UTC rolls the 30th of February over into March and reads year 50 as 1950: such are no dates.
  const date = new Date(at)
  return date.getUTCMonth() === month - 1 && date.getUTCFullYear() === year ? at : undefined
}

function parseInstant(text: string): number | undefined {
  const start = parseDay(text)
  const time = minutesAt(text, 11)
  const zoneAt = text.endsWith('Z') ? text.length - 1 : text.length - 6
  const zone = zoneAt === text.length - 1 ? 0 : minutesAt(text, zoneAt + 1)
  const seconds = zoneAt > 17 ? Number(text.slice(17, zoneAt)) : 0
  if (start === undefined || time === undefined || zone === undefined || seconds >= 60) {
    return undefined
  }
  const ahead = text.charAt(zoneAt) === '-' ? -zone : zone
  return start + (time - ahead) * 60_000 + seconds * 1000
}

function minutesAt(text: string, start: number): number | undefined {
  const hours = numberAt(text, start, 0)
  const minutes = numberAt(text, start + 3, 0)
  return hours > 23 || minutes > 59 ? undefined : hours * 60 + minutes
}

export const dateOperators: readonly OperatorRow[] = ordered('Date', parseDate)
