/** How often a secret is rotated, as people type it, and the settings of random passwords. */
import { Refusal } from '../lib/fault.ts'

export interface Rules {
  readonly AutomaticallyAfterDays?: number
  readonly ScheduleExpression?: string
}

/** What `30d`, `12h`, `rate(...)` or `cron(...)` means. Throws Refusal. */
export function rulesOf(every: string): Rules {
  const [, count, unit] = /^(\d{1,4})([hd])$/.exec(every) ?? []
  if (unit === 'd') return { AutomaticallyAfterDays: Number(count) }
  if (unit === 'h') return { ScheduleExpression: `rate(${count} hours)` }
  if (/^(?:rate|cron)\(.*\)$/.test(every)) return { ScheduleExpression: every }
  throw new Refusal(
    `--every ${every} is neither days (30d), hours (12h), nor a rate(...) or cron(...).`,
  )
}

/** The variables that every function which makes passwords heeds, as AWS's do. */
export const randomVariables: readonly string[] = [
  ...['PASSWORD_LENGTH', 'EXCLUDE_CHARACTERS', 'EXCLUDE_NUMBERS', 'EXCLUDE_PUNCTUATION'],
  ...['EXCLUDE_UPPERCASE', 'EXCLUDE_LOWERCASE', 'REQUIRE_EACH_INCLUDED_TYPE'],
]
