/** What detections are lent: what they learned, facts about the things of the house, and thresholds. */
import type { Limits } from './limits.ts'
import type { Memory } from './memory.ts'
import type { Windows } from './windows.ts'

/** A thing as it is now. */
export interface Thing {
  /** Milliseconds since 1970; absent where nobody keeps it. */
  readonly createdAt?: number
  readonly tags: Iterable<readonly [key: string | undefined, value: string | undefined]>
}

/** A secret that should have been rotated by then. */
export interface Overdue {
  readonly account: string
  readonly region: string
  readonly arn: string
  readonly by: number
}

/** The house, as detections ask about it. */
export interface Facts {
  /** The secret, key, parameter, user or role of this ARN; `undefined` if there is none. At once, where it is known. */
  thing(arn: string): Thing | undefined | Promise<Thing | undefined>
  /** The role of the function that rotates a secret. */
  rotatorOf(arn: string): Promise<string | undefined>
  /** Whether the account has a user or role that was made before this instant. */
  hasPrincipalBefore(account: string, at: number): Promise<boolean>
  /** Secrets whose rotation is overdue at this instant; a bounded number. */
  overdue(at: number): Promise<readonly Overdue[]>
}

export interface Mind {
  readonly memory: Memory
  readonly facts: Facts
  readonly limits: Limits
  readonly windows: Windows
  /** When this deployment's detections began. */
  readonly since: number
}
