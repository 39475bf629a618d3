/** Whether the clock can be right: signatures are good for fifteen minutes, certificates and schedules go by it. */
import { minuteMs, secondMs } from '../lib/clock.ts'
import { type Check, failure, warning, well } from './check.ts'

/** Commits carry the clock of then: none can be of later than now. */
export function checkClock(now: number, lastCommitAt: number | undefined): Check {
  const behind = lastCommitAt === undefined ? 0 : lastCommitAt - now
  if (behind <= minuteMs) return well('clock', `it is ${new Date(now).toISOString()} here`)
  return failure(
    'clock',
    `the clock is ${Math.round(behind / secondMs)} s behind the store's last commit: set it, and see to its synchronisation`,
  )
}

const failureMs = 5 * minuteMs

/** What two clocks are called. */
interface Clocks {
  readonly name: string
  readonly whose: string
}

const ofClient: Clocks = {
  name: 'client clock',
  whose: "this machine's clock and the server's",
}

/** The clocks of two machines. @param roundTripMs how long the answer took */
export function compareClocks(
  here: number,
  there: number,
  roundTripMs: number,
  { name, whose }: Clocks = ofClient,
): Check {
  const apart = Math.max(0, Math.abs(here - there) - roundTripMs - secondMs)
  const words = `${whose} are ${Math.round(apart / secondMs)} s apart`
  if (apart >= failureMs) return failure(name, `${words}: set the wrong one`)
  return apart >= minuteMs / 2
    ? warning(name, `${words}: see to their synchronisation`)
    : well(name, words)
}
