/**
 * Takes the actions that alarms ask for, behind their commits and at least once: functions are invoked
 * asynchronously, as CloudWatch, which their policies must let in. What is refused is told in the
 * alarm's history and not tried again.
 *
 * https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/alarms-and-actions-Lambda.html
 */
import { randomUUID } from 'node:crypto'
import { minuteMs } from '../../lib/clock.ts'
import { Fault } from '../../lib/fault.ts'
import type { Desk } from '../operation.ts'
import type { ActionRecord } from './records.ts'
import { AlarmReader, AlarmStore } from './stores/alarms.ts'
import type { Watching } from './watch.ts'

export interface Acting extends Pick<Watching, 'see' | 'attempt' | 'clock'> {
  /** Puts an event into a function's queue. Throws its Fault. */
  invoke(action: ActionRecord): Promise<void>
}

const actionsPerLook = 50

/** Takes what waits; gives how many there were. What fails otherwise than by a fault waits on. */
export async function takeActions(house: Acting): Promise<number> {
  const waiting = await house.see((look) => new AlarmReader(look).listActions(actionsPerLook))
  for (const { parts, record } of waiting) {
    const now = house.clock.now()
    // Nodes that share a store look at the same time: one takes it, and has a minute for it.
    const isOurs = await house.attempt((attempt) =>
      new AlarmStore(attempt).claimAction(parts, now, now + minuteMs),
    )
    if (!isOurs) continue
    const refusal = await invoked(house, record)
    const at = house.clock.now()
    await house.attempt((attempt) => settle(attempt, parts, record, refusal, at))
  }
  return waiting.length
}

async function invoked(house: Acting, action: ActionRecord): Promise<Fault | undefined> {
  try {
    await house.invoke(action)
    return undefined
  } catch (thrown) {
    if (thrown instanceof Fault) return thrown
    throw thrown
  }
}

function settle(
  attempt: Desk['attempt'],
  parts: readonly string[],
  { shelf, alarm, actionArn }: ActionRecord,
  refusal: Fault | undefined,
  at: number,
): void {
  const alarms = new AlarmStore(attempt)
  alarms.forgetAction(parts)
  const done = refusal ? 'Failed' : 'Successfully'
  const execute = refusal ? 'to execute' : 'executed'
  const actionState = refusal ? 'Failed' : 'Succeeded'
  const error = refusal && { code: refusal.code, message: refusal.words }
  alarms.addHistory(shelf, at, randomUUID(), {
    ...{ alarm, type: 'Action' },
    summary: `${done} ${execute} action ${actionArn}`.slice(0, 255),
    text: JSON.stringify({ actionState, notificationResource: actionArn, error }),
  })
}
