/**
 * Key Management Service.
 *
 * https://docs.aws.amazon.com/kms/latest/APIReference/Welcome.html
 */
import type { KmsOperations } from '../../contract/generated/kms.ts'
import type { Caller } from '../../lib/caller.ts'
import type { Draws } from '../../lib/draws.ts'
import { type Desk, declare, type Operation, type Subject } from '../operation.ts'
import type { Materials } from './material.ts'
import type { KeyReader, KeyStore } from './store.ts'

/** What deciding about a call may look at. */
export interface Look {
  readonly keys: KeyReader
  readonly materials: Materials
  readonly caller: Caller
  readonly region: string
  readonly draws: Draws
}

/** What the operations of this service may use. */
export interface Rooms extends Look {
  readonly keys: KeyStore
  /** The regions of the deployment, between which keys may be replicated. */
  readonly regions: ReadonlySet<string>
  /** The door's answer about a second action or subject of the same call. */
  readonly refusal: Desk['refusal']
}

const declared = declare<KmsOperations, Look, Rooms>()

export const { fault } = declared

/** A subject that is made by its first use: its records are written once the call is allowed. */
export interface Unborn extends Subject {
  readonly bear: (rooms: Rooms) => Subject
}

/** True for what comes to be by this call. */
export const isUnborn = (subject: Subject): subject is Unborn => 'bear' in subject

/** As every service declares operations; what is made by its first use is made before `run`. */
export const operation: typeof declared.operation = (name, behaviour) => {
  const made: Operation = declared.operation(name, behaviour)
  return {
    ...made,
    run: (rooms, input, subject) =>
      made.run(rooms, input, isUnborn(subject) ? subject.bear(rooms as Rooms) : subject),
  }
}
