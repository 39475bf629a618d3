/**
 * What an operation is: its name in the contract, the permission it needs, what it touches, what it
 * does. Everything that its files leave unsaid (types, limits, error codes) comes from the contract.
 */
import type { CommonCode, OperationTypes, ServiceModel } from '../contract/model.ts'
import type { AccountId } from '../lib/brand.ts'
import type { Caller, Origin } from '../lib/caller.ts'
import type { Draws } from '../lib/draws.ts'
import { Fault } from '../lib/fault.ts'
import type { CompiledPolicy } from '../policy/compile.ts'
import type { ContextValue } from '../policy/context.ts'
import type { Question } from '../policy/decide.ts'
import type { Attempt, Look } from '../store/attempt.ts'

export type { Look as RecordLook, See } from '../store/attempt.ts'
export { bothOf, eachOf } from '../store/supply.ts'

/** What the corridor hands a service for one attempt at one call. */
export interface Desk {
  readonly attempt: Attempt
  readonly caller: Caller
  /** The region of the call's signature. */
  readonly region: string
  readonly draws: Draws
  /** Stands in the answer's header and in the audit. */
  readonly requestId: string
  /**
   * Runs another operation for this caller inside the same attempt, decided and recorded as a call of
   * its own: of this service for the parts of a batch, of another one as that service's client (with
   * aws:CalledVia and kms:ViaService set). The input must already fit the contract. Throws its Fault.
   * @param region where that operation works, if not in the region of the call
   */
  enter(service: string, operation: string, input: object, region?: string): MaybePromise<object>
  /**
   * The door's answer about something that the call does beyond its own action, or about a subject as it
   * would be afterwards: the refusal, `undefined` if this caller may.
   */
  refusal(action: string, subject: Subject): Fault | undefined
  /**
   * Has something done when this attempt has committed, once, and answers with what it gives: for what
   * leaves the house and is waited for, such as running a function. Only where somebody waits: not in a
   * call that a service makes inside another.
   */
  afterwards(sequel: Sequel): void
  /** What the door would ask about somebody's call. Nothing is run or recorded. Throws Faults of `touches`. */
  consider(supposed: Supposed): Considered
}

/** What is done once an attempt has committed; its output, or the Fault that it throws, is the answer. */
export type Sequel = () => Promise<object>

/** A caller with the policies attached to it, as IAM's port gives it. */
export interface Authority {
  readonly caller: Caller
  readonly identity: readonly CompiledPolicy[]
  readonly boundary?: CompiledPolicy | undefined
  readonly session?: readonly CompiledPolicy[] | undefined
}

/** What the request itself tells conditions about. */
export interface Circumstances {
  readonly at: number
  readonly region: string
  readonly origin: Origin
  /** The services through which the call came, outermost first. */
  readonly via: readonly string[]
}

/** A call that nobody made, or that was made before. */
export interface Supposed {
  readonly authority: Authority
  readonly service: string
  readonly operation: string
  /** Its input, or what an audit record kept of it. */
  readonly input: object
  readonly isRecorded?: boolean
  /** The service that makes the call for that caller. */
  readonly via?: string
  /** Those of the call at hand, unless told otherwise. */
  readonly circumstances?: Circumstances
}

export interface Considered {
  readonly subject: Subject
  /** Absent for an operation that needs no permission. */
  readonly question: Question | undefined
}

/** Condition keys with their values. */
export type ConditionKeys = Readonly<Record<string, ContextValue>>

/** All that conditions see of a subject. */
export const conditionKeysOf = ({ context = {}, lateContext }: Subject): ConditionKeys =>
  lateContext ? { ...lateContext(), ...context } : context

/** What a call is about, as far as the decision must know it. */
export interface Subject {
  /** The ARN that is decided on, `*` for an operation without a resource. */
  readonly arn: string
  readonly account: AccountId
  /** How a refusal names it: as the caller did, so that it does not tell whether it exists. */
  readonly shown?: string
  /** The resource's own policy. */
  readonly policy?: CompiledPolicy | undefined
  /** Condition keys that come from the resource and the request. */
  readonly context?: ConditionKeys
  /** More of them, behind those: put together only if a policy asks for one. */
  readonly lateContext?: (() => ConditionKeys) | undefined
  /** `AWS::SecretsManager::Secret` and the like, for the audit. */
  readonly type?: string
  /** A KMS grant admits this very call. */
  readonly grantAllows?: boolean
  /** The refusal, where AWS does not say what denied. */
  readonly refused?: ((action: string) => Fault) | undefined
}

/** A thing that is not there: decided upon under the ARN it would have, told only to the entitled. */
export class Absent implements Subject {
  readonly arn: string
  readonly account: AccountId
  readonly shown: string
  readonly fault: Fault
  readonly refused?: (action: string) => Fault
  /** The policy that it would have: a KMS key trusts nobody without one. */
  readonly policy?: CompiledPolicy
  readonly context?: ConditionKeys

  constructor(
    subject: Pick<Subject, 'arn' | 'account' | 'refused' | 'policy' | 'context'> & {
      shown: string
    },
    fault: Fault,
  ) {
    this.arn = subject.arn
    this.account = subject.account
    this.shown = subject.shown
    this.fault = fault
    if (subject.refused) this.refused = subject.refused
    if (subject.policy) this.policy = subject.policy
    if (subject.context) this.context = subject.context
  }
}

/** An operation in the service's table, types checked where it was declared. */
export interface Operation {
  readonly name: string
  /** The IAM action; `undefined` for the few that AWS allows to everybody with credentials. */
  readonly action: string | undefined
  /** The subject of a call: a read-only look. */
  touches(rooms: object, input: object): Subject
  run(rooms: object, input: object, subject: Subject): MaybePromise<object>
}

export interface Service {
  readonly model: ServiceModel
  /** How this service calls its own 500. */
  readonly internalCode: string
  readonly operations: ReadonlyMap<string, Operation>
  /** The longest bodies, of operations that take longer ones than usual. */
  readonly bodyBytesMax?: ReadonlyMap<string, number>
  /** For operations that nobody signs: who brings the proof that such a call holds instead. */
  readonly proofs?: ReadonlyMap<string, Prove>
  /** Which temporary credentials this service knows nothing of; it takes all if this is absent. */
  readonly admits?: (caller: Caller, operation: string) => boolean
  rooms(desk: Desk): object
}

/** Finds out who brings a proof of their own. Throws a Fault unless it holds. `at` is in milliseconds. */
export type Prove = (look: Look, input: object, at: number) => Promise<Caller>

/** What was given without a wait, as by calls of KMS inside another: there is nothing that they wait for. */
export function atOnce<T>(given: MaybePromise<T>): T {
  if (given instanceof Promise) throw new Error('this call was not to wait for anything')
  return given
}

type Operations = object
type TypesOf<Ops, Name extends keyof Ops> = Ops[Name] extends OperationTypes ? Ops[Name] : never
type MaybePromise<T> = T | Promise<T>
type Found<S> = Exclude<S, Absent>

/** The behaviour of one operation, as its file declares it. */
export interface Behaviour<Look, Rooms, Types extends OperationTypes, S extends Subject> {
  readonly action: string | undefined
  touches(look: Look, input: Types['input']): S
  run(rooms: Rooms, input: Types['input'], subject: Found<S>): MaybePromise<Types['output']>
}

/** The words for declaring a service's operations and faults, bound to its contract. */
export function declare<Ops extends Operations, Look, Rooms extends Look>() {
  return {
    operation<Name extends keyof Ops & string, S extends Subject>(
      name: Name,
      behaviour: Behaviour<Look, Rooms, TypesOf<Ops, Name>, S>,
    ): Operation {
      return {
        name,
        action: behaviour.action,
        touches: (rooms, input) => behaviour.touches(rooms as Look, input),
        run: (rooms, input, subject) => behaviour.run(rooms as Rooms, input, subject as Found<S>),
      }
    },

    /** An answer that AWS documents, in its words. */
    fault: (code: TypesOf<Ops, keyof Ops>['error'] | CommonCode, words?: string) =>
      new Fault(code, words),
  }
}

/** The table of a service's operations. */
export const tableOf = (operations: readonly Operation[]): ReadonlyMap<string, Operation> =>
  new Map(operations.map((operation) => [operation.name, operation]))

/** The subject of operations that have no resource. */
export const anything = (account: AccountId): Subject => ({ arn: '*', account })
