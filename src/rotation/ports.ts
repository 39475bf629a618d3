/** What the house lends the rotation engine: the secrets, the functions, and the audit behind both. */
import type { AccountId } from '../lib/brand.ts'
import type { Clock } from '../lib/clock.ts'
import type { Draws } from '../lib/draws.ts'
import type { Attempt, Look, See } from '../store/attempt.ts'

/** A secret, by the place where it lives. */
export interface Place {
  readonly shelf: { readonly account: AccountId; readonly region: string }
  readonly name: string
}

/** One turn: the function to invoke, and the version that it is to fill. */
export interface Work {
  readonly arn: string
  /** A trial runs testSecret alone. */
  readonly kind: 'rotation' | 'trial'
  readonly functionArn: string
  readonly versionId: string
  readonly rotationToken: string
  readonly windowEndsAt?: number | undefined
}

/** AWSPENDING is on a version that no rotation made. */
export interface Blocked {
  readonly arn: string
  readonly blockedBy: string
}

export type EventName =
  | 'RotationStarted'
  | 'RotationSucceeded'
  | 'RotationFailed'
  | 'TestRotationStarted'
  | 'TestRotationSucceeded'
  | 'TestRotationFailed'

/** Secrets Manager, as far as rotating goes. Each runs in the attempt that it is given. */
export interface Secrets {
  /** Whether this very secret is still there. */
  has(attempt: Attempt, place: Place, arn: string): boolean
  due(look: Look, at: number, itemsMax: number): Promise<Place[]>
  /** What is to be done now; begins a rotation whose window has come. */
  take(attempt: Attempt, place: Place, draws: Draws): Promise<Work | Blocked | undefined>
  /** Where the labels say that a turn is; `gone` when it was cancelled, abandoned or deleted. */
  standing(attempt: Attempt, place: Place, work: Work): 'pending' | 'current' | 'gone'
  postpone(attempt: Attempt, place: Place, again: number | 'next window', at: number): void
  endTrial(attempt: Attempt, place: Place, draws: Draws): Promise<void>
  tell(
    attempt: Attempt,
    place: Place,
    event: { name: EventName; arn: string; at: number; error?: string },
  ): void
}

/** For whom a function is invoked. */
export interface Source {
  readonly account: AccountId
  readonly region: string
  readonly secretArn: string
}

/** What an invocation came to: `errorType` is the function's own name for its error, never its words. */
export interface Invoked {
  readonly error?: string | undefined
  readonly errorType?: string | undefined
}

/** Invokes a function as secretsmanager.amazonaws.com and waits. Throws a Fault if it may not. */
export type Invoke = (functionArn: string, source: Source, payload: Uint8Array) => Promise<Invoked>

/** The record store, as far as the engine uses it. */
export interface Attempts {
  readonly see: See
  attempt<T>(run: (attempt: Attempt) => T | Promise<T>): Promise<T>
}

/** Everything that the engine is lent. */
export interface Lent {
  readonly store: Attempts
  readonly secrets: Secrets
  readonly invoke: Invoke
  readonly clock: Clock
  /** Tells the operator of what is our own fault. */
  complain(thrown: unknown): void
}
