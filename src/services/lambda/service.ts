/**
 * Lambda: the functions of an account, and what may call them. Another room runs them.
 *
 * https://docs.aws.amazon.com/lambda/latest/api/welcome.html
 */

import type { LambdaOperations } from '../../contract/generated/lambda.ts'
import type { Caller } from '../../lib/caller.ts'
import type { Draws } from '../../lib/draws.ts'
import type { CompiledPolicy } from '../../policy/compile.ts'
import { type Desk, declare, type See, type Subject } from '../operation.ts'
import type { FunctionReader, FunctionStore } from './store.ts'

/** What deciding about a call may look at. */
export interface Look {
  readonly functions: FunctionReader
  readonly caller: Pick<Caller, 'account'>
  readonly region: string
}

/** One version of a function, as it is run. */
export interface Deployed {
  readonly arn: string
  readonly version: string
  readonly account: string
  readonly region: string
  readonly name: string
  readonly runtime: string
  readonly handler: string
  readonly timeoutSeconds: number
  readonly memoryMegabytes: number
  readonly environment: Readonly<Record<string, string>>
  readonly roleArn: string
  readonly codeSha256: string
  readonly revisionId: string
  readonly reservedConcurrency?: number
  code(): Promise<Uint8Array>
}

export interface Invocation {
  readonly requestId: string
  readonly invokedArn: string
  readonly payload: Uint8Array
  readonly clientContext?: string
  readonly traceId?: string
  readonly wantsTail: boolean
}

/** What came of an invocation: what the handler answered, or how it failed. */
export interface Outcome {
  readonly payload: Uint8Array
  readonly error?: 'Unhandled' | 'Handled'
  /** The end of the log. */
  readonly tail?: Uint8Array
}

/** It was not run: there is no room now, of the account or of the function's own; or this machine cannot. */
export interface NotRun {
  readonly notRun: 'busy' | 'unfit'
  readonly words: string
}

/** What runs functions. */
export interface Runners {
  invoke(deployed: Deployed, invocation: Invocation): Promise<Outcome | NotRun>
  /** Drops what is ready to run of a function. */
  forget(arn: string): void
}

/** A role, as far as giving it to a function goes. */
export interface Roles {
  /** Its trust policy; `undefined` if there is no such role. */
  trustOf(roleArn: string): CompiledPolicy | undefined
  /** Whether a function may invoke another one with it. */
  mayInvoke(roleArn: string, functionName: string, target: Subject): boolean
}

/** What the operations of this service may use. */
export interface Rooms extends Look {
  readonly functions: FunctionStore
  readonly draws: Draws
  readonly refusal: Desk['refusal']
  readonly afterwards: Desk['afterwards']
  readonly runners: Runners
  readonly roles: Roles
  /** The call's own id, which its function learns. */
  readonly requestId: string
  /** Functions as they stand now, for what happens when this attempt has ended. */
  readonly see: See
  /** Has the queue looked at soon. */
  wakeQueue(): void
}

export const { operation, fault } = declare<LambdaOperations, Look, Rooms>()
