/**
 * Identity and Access Management.
 *
 * https://docs.aws.amazon.com/IAM/latest/APIReference/welcome.html
 */
import type { IamOperations } from '../../contract/generated/iam.ts'
import type { Caller } from '../../lib/caller.ts'
import type { Draws } from '../../lib/draws.ts'
import type { Fault } from '../../lib/fault.ts'
import { declare, type Subject } from '../operation.ts'
import type { KeySecrets } from './secrets.ts'
import type { IdentityReader, IdentityStore } from './store.ts'

/** What deciding about a call may look at. */
export interface Look {
  readonly identities: IdentityReader
  readonly caller: Caller
}

/** What the operations of this service may use. */
export interface Rooms extends Look {
  readonly identities: IdentityStore
  readonly secrets: KeySecrets
  readonly draws: Draws
  /** Whether the caller may do something beyond the call's own action: pass a role on. */
  refusal(action: string, subject: Subject): Fault | undefined
}

export const { operation, fault } = declare<IamOperations, Look, Rooms>()

/** The answer of operations that only do. */
export const done = {}
