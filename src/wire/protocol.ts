/**
 * What a protocol does for the server, whichever it is: bytes to an operation's input, an output
 * or a fault to bytes.
 */
import type { ServiceModel } from '../contract/model.ts'
import type { Fault } from '../lib/fault.ts'

export interface Answer {
  readonly status: number
  readonly headers: Readonly<Record<string, string>>
  readonly body: string | Uint8Array
}

/** An operation's input or output: the members that the contract knows, and no others. */
export type Structure = Record<string, unknown>

/** What of a request besides its body holds parts of an input, in the rest protocols. */
export interface Envelope {
  readonly method: string
  /** The raw target, as it was signed. */
  readonly target: string
  readonly headers: readonly (readonly [name: string, value: string])[]
}

export interface Wire {
  /**
   * The input of a call, with every type and constraint of the contract held. Throws Faults:
   * unknown operations, SerializationException for types, ValidationException for constraints.
   */
  decode(model: ServiceModel, operation: string, body: Uint8Array, envelope?: Envelope): Structure
  encode(model: ServiceModel, operation: string, output: object, requestId: string): Answer
  /** Model and operation as far as they were known when the fault was made. */
  fault(fault: Fault, requestId: string, model?: ServiceModel, operation?: string): Answer
}
