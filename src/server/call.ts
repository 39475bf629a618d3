/** A call on its way through the corridor: who signed it, and what it asks for. */
import type { Signed } from '../identity/authenticator.ts'
import type { Caller, Origin } from '../lib/caller.ts'
import type { Draws } from '../lib/draws.ts'
import type { Fault } from '../lib/fault.ts'
import type { Operation, Service } from '../services/operation.ts'

export interface Call {
  /** Stands in the answer's header and in the audit. */
  readonly requestId: string
  readonly draws: Draws
  readonly origin: Origin
  /** Who calls: by a signature, whose holder each attempt looks up anew, or proved otherwise. */
  readonly sender: Signed | Caller
  readonly region: string
  readonly service: Service
  /** The services through which the caller's own call came here, outermost first. */
  readonly via: readonly string[]
  /** What was asked for, as far as it could be read. */
  readonly operationName: string
  readonly request: Runnable | Refused
  /** Noted on its way, for whoever watches; absent where nobody does. */
  readonly watch?: Watch | undefined
}

/** What becomes known of a call on its way. */
export interface Watch {
  /** When it was taken, and when all was done but the commit, by the process's own clock. */
  readonly startedAt: number
  ranAt?: number
  account?: string
}

interface Runnable {
  readonly operation: Operation
  readonly input: object
}

/** The caller is known, but the request is not one that can be run. */
interface Refused {
  readonly operation: undefined
  readonly fault: Fault
}
