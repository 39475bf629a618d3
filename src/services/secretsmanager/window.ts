/**
 * The window in which a secret is rotated next. Days and windows are UTC's, and no window reaches into
 * the next day. AWS rotates at any moment of a window and tells its last second as NextRotationDate.
 *
 * https://docs.aws.amazon.com/secretsmanager/latest/userguide/rotate-secrets_schedule.html
 */
import { dayMs, hourMs, secondMs } from '../../lib/clock.ts'
import type { RotationRules } from './records.ts'
import { readSchedule, type Schedule } from './schedule.ts'

/** When the rotation becomes due, and by when it is promised. */
export interface Window {
  readonly dueAt: number
  readonly nextAt: number
}

/** The first window that begins after an instant; `undefined` without a schedule. */
export function nextWindow(rules: RotationRules | undefined, at: number): Window | undefined {
  const schedule = rules && scheduleOf(rules)
  const dueAt = schedule && beginning(schedule, at)
  if (dueAt === undefined) return undefined
  const midnight = dayStart(dueAt) + dayMs
  const hours = rules?.Duration ? Number.parseInt(rules.Duration, 10) : defaultHours(schedule)
  return { dueAt, nextAt: Math.min(dueAt + hours * hourMs, midnight) - secondMs }
}

const scheduleOf = ({
  AutomaticallyAfterDays: days,
  ScheduleExpression: expression,
}: RotationRules): Schedule | undefined =>
  days === undefined ? readSchedule(expression ?? '') : { kind: 'days', count: days }

const dayStart = (at: number): number => Math.floor(at / dayMs) * dayMs

function beginning(schedule: Schedule, at: number): number | undefined {
  if (schedule.kind === 'cron') return schedule.next(at)
  if (schedule.kind === 'days') return dayStart(at) + schedule.count * dayMs
  const step = schedule.count * hourMs
  // Several a day begin with midnight. Longer steps count from the day of the last rotation on.
  return step < dayMs ? (Math.floor(at / step) + 1) * step : dayStart(at) + step
}

/** Where hours are counted a window is one hour long, elsewhere the rest of its day. */
const defaultHours = (schedule: Schedule | undefined): number =>
  schedule?.kind === 'hours' || (schedule?.kind === 'cron' && schedule.startHours.length > 1)
    ? 1
    : 24
