/** What of the outside world a house is given; tests set it. */

import type { Room } from './doctor/disk.ts'
import type { Runners } from './functions/function.ts'
import type { Clock } from './lib/clock.ts'
import type { RotationLimits } from './rotation/engine.ts'
import type { Invoke } from './rotation/ports.ts'
import type { Step } from './seals/moving.ts'
import type { ServerLimits } from './server/limits.ts'
import type { DeliveryLimits } from './services/lambda/index.ts'

/** Functions that a secret can be rotated by. */
export interface RotationFunctions {
  /** Whether a function exists and lets Secrets Manager invoke it. */
  mayInvoke(functionArn: string): boolean
  readonly invoke: Invoke
}

export interface World {
  readonly clock?: Clock
  readonly limits?: ServerLimits
  /** The page behind `/-/docs`. */
  readonly docs?: string
  /** What runs functions, in place of processes of their own. */
  readonly runners?: Runners
  readonly queue?: Partial<DeliveryLimits>
  /** Rotation functions out there, in place of the house's own. */
  readonly functions?: RotationFunctions
  readonly rotation?: Partial<RotationLimits>
  /** How often what accounts did becomes their metrics. */
  readonly usageEveryMs?: number
  /** How often is looked at which alarms are due. */
  readonly alarmsEveryMs?: number
  /** Asks whoever sits at the terminal; twice for a new one. */
  readonly askPassphrase?: (isNew: boolean) => Promise<string>
  /** Told of each step of a change of keys: a kill may follow any of them. */
  readonly stage?: (step: Step) => void
  /** How much room there is where the data lie. */
  readonly roomAt?: (path: string) => Room
  /** Tells the operator. Never with a caller's values. */
  complain(words: string): void
  /** A write may have been lost: the process must end. */
  fatal(reason: string): void
}

/** The operator's log: which request and what kind of error, with its stack; never a value. */
export function complainOf(world: World, requestId: string, thrown: unknown): void {
  const cause = thrown instanceof Error ? (thrown.stack ?? thrown.message) : 'something thrown'
  world.complain(`request ${requestId}: ${cause}`)
}
