/** What a rule must be like, and how many there may be. */
import type { PutRuleRequest } from '../../contract/generated/events.ts'
import { InvalidPattern } from '../../events/pattern/invalid.ts'
import { compilePattern, type Pattern } from '../../events/pattern/pattern.ts'
import { defaultBus, type Shelf } from '../../events/records.ts'
import { readSchedule } from '../../events/schedule.ts'
import { fault, type Rooms } from './service.ts'

const rulesMax = 300

export function mustBeFitRule(
  { EventPattern: pattern, ScheduleExpression: schedule }: PutRuleRequest,
  bus: string,
): void {
  if (!pattern && !schedule) {
    throw fault(
      'ValidationException',
      'Parameter(s) EventPattern or ScheduleExpression must be specified.',
    )
  }
  if (pattern !== undefined) mustBePattern(pattern)
  if (schedule === undefined) return
  if (bus !== defaultBus) {
    throw fault(
      'ValidationException',
      'ScheduleExpression is supported only on the default event bus.',
    )
  }
  if (!readSchedule(schedule)) {
    throw fault('ValidationException', 'Parameter ScheduleExpression is not valid.')
  }
}

/** Throws InvalidEventPatternException. */
export function mustBePattern(text: string): Pattern {
  try {
    return compilePattern(text)
  } catch (thrown) {
    if (!(thrown instanceof InvalidPattern)) throw thrown
    throw fault(
      'InvalidEventPatternException',
      `Event pattern is not valid. Reason: ${thrown.message}`,
    )
  }
}

/** A list and not an invariant: two at once may pass it by one, as AWS's own quota may be passed. */
export async function mustHaveRoom({ events }: Rooms, shelf: Shelf, bus: string): Promise<void> {
  if ((await events.listRules(shelf, bus, { itemsMax: rulesMax })).length < rulesMax) return
  throw tooMany()
}

export const tooMany = () =>
  fault('LimitExceededException', 'The requested resource exceeds the maximum number allowed.')
