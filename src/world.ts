/** What of the outside world a house is given; tests set it. */
import type { Clock } from './lib/clock.ts'
import type { ServerLimits } from './server/limits.ts'

export interface World {
  readonly clock?: Clock
  readonly limits?: ServerLimits
  /** The page behind `/-/docs`. */
  readonly docs?: string
  /** Whether a rotation function out there can be invoked. The house runs none: without this, none can. */
  readonly mayInvoke?: (functionArn: string) => boolean
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
