/**
 * The corridor's heart: what a call touches, whether it may, what it does, and the record of it, as
 * one attempt over one commit. Nothing leaves before that commit is on disk. What a service asks of
 * another comes through here, too, as a call of its own inside the same attempt.
 */
import { randomUUID } from 'node:crypto'
import type { Signed } from '../identity/authenticator.ts'
import type { Caller } from '../lib/caller.ts'
import { Fault } from '../lib/fault.ts'
import {
  Absent,
  type Authority,
  type Circumstances,
  type Desk,
  type Operation,
  type Service,
  type Subject,
} from '../services/operation.ts'
import type { Attempt } from '../store/attempt.ts'
import { StoreAway, StoreFull } from '../store/engine.ts'
import { Contended, type Store } from '../store/store.ts'
import { Unsupplied } from '../store/supply.ts'
import type { Call, Watch } from './call.ts'
import { supposedQuestion } from './consider.ts'
import { judge, type Verdict } from './decide.ts'
import type { Rates } from './rates.ts'
import { Pending } from './sequel.ts'
import { recordOf } from './trail.ts'

/** What the corridor needs of the house. */
export interface Hall {
  readonly store: Store
  /** The services by the name in a credential scope. */
  readonly services: ReadonlyMap<string, Service>
  /** Request rates, where they are limited. */
  readonly rates?: Rates | undefined
  /** Who stands behind a key now; `undefined` when it may not be used any more. */
  findAuthority(attempt: Attempt, signed: Signed, at: number): Authority | undefined
  /** Tells the operator about what is our own fault; never with a caller's values. */
  complain(requestId: string, thrown: unknown): void
}

/** An output, or the fault to answer instead; either is committed and recorded. */
export async function answer(hall: Hall, call: Call): Promise<object | Fault> {
  try {
    const { outcome, pending } = await hall.store.attempt((attempt) => tryOnce(hall, attempt, call))
    return pending ? await follow(hall, call, pending) : outcome
  } catch (thrown) {
    return uncommitted(hall, call, thrown)
  }
}

interface Answered {
  readonly outcome: object | Fault
  /** What there is left to do once it has committed. */
  readonly pending?: Pending
}

function tryOnce(hall: Hall, attempt: Attempt, call: Call): Answered | Promise<Answered> {
  call.draws.replay()
  const authority = authorityOf(hall, attempt, call)
  // The key was switched off between the signature and here: as if it had never been.
  if (!authority) return { outcome: goneKey() }
  const pending = new Pending()
  const outcome = enter({ hall, attempt, authority, pending }, metered(hall, call, authority))
  const leave = (given: object | Fault): Answered => {
    if (call.watch) noteRun(call.watch, authority)
    if (given instanceof Fault) attempt.dropPuts()
    else if (pending.isAsked) return { outcome: given, pending }
    return { outcome: given }
  }
  return outcome instanceof Promise ? outcome.then(leave) : leave(outcome)
}

function noteRun(watch: Watch, { caller }: Authority): void {
  watch.account = caller.account
  watch.ranAt = performance.now()
}

/** The sequel's own answer; a fault of it is committed and recorded before it leaves. */
async function follow(hall: Hall, call: Call, pending: Pending): Promise<object | Fault> {
  try {
    return await pending.run()
  } catch (thrown) {
    if (thrown instanceof StoreAway) throw thrown
    const fault = thrown instanceof Fault ? thrown : internal(hall, call, thrown)
    await hall.store.attempt(async (attempt) => attempt.record(pending.recordOf(fault)))
    return fault
  }
}

const isCaller = (sender: Call['sender']): sender is Caller => 'kind' in sender

const authorityOf = (hall: Hall, attempt: Attempt, { sender, draws }: Call) =>
  isCaller(sender)
    ? { caller: sender, identity: [] }
    : hall.findAuthority(attempt, sender, draws.at)

/**
 * The call, or a refused one in its place where an account calls too often: nothing is looked at for
 * it, and it is recorded like any other answer. Counted once, however often the attempt is run; what
 * services ask of each other is not counted.
 */
function metered({ rates }: Hall, call: Call, { caller }: Authority): Call {
  if (!rates || caller.source) return call
  const { region, draws, operationName: operation } = call
  const service = call.service.model.signingName
  const counted = { account: caller.account, region, service, operation }
  if (draws.draw('rate', () => rates.admits(counted, draws.at))) return call
  return { ...call, request: { operation: undefined, fault: tooOften() } }
}

const tooOften = () => new Fault('ThrottlingException', 'Rate exceeded')

interface Corridor {
  readonly hall: Hall
  readonly attempt: Attempt
  readonly authority: Authority
  /** Absent inside another call, where nobody waits for a sequel. */
  readonly pending?: Pending
}

/**
 * One call, decided and recorded; a fault is returned, and recorded like any other answer. At once, unless
 * its operation waits for something that is no record.
 */
function enter(corridor: Corridor, call: Call): object | Fault | Promise<object | Fault> {
  const passage = new Passage(corridor, call)
  const outcome = passage.run()
  return outcome instanceof Promise
    ? outcome.catch((thrown) => passage.fault(thrown)).then((given) => passage.leave(given))
    : passage.leave(outcome)
}

/** What becomes known of a call between its entry and its record. */
class Passage {
  readonly #corridor: Corridor
  readonly #call: Call
  readonly #eventId: string
  #subject: Subject | undefined
  #verdict: Verdict | undefined

  constructor(corridor: Corridor, call: Call) {
    this.#corridor = corridor
    this.#call = call
    this.#eventId = call.draws.draw('event id', randomUUID)
  }

  run(): object | Fault | Promise<object> {
    try {
      return this.#decided()
    } catch (thrown) {
      return this.fault(thrown)
    }
  }

  #decided(): object | Promise<object> {
    const call = this.#call
    const { authority } = this.#corridor
    mustBeAdmitted(call, authority.caller)
    const { operation, input } = mustBeRunnable(call)
    const rooms = call.service.rooms(deskOf(this.#corridor, call))
    const subject = operation.touches(rooms, input)
    this.#subject = subject
    this.#verdict = verdictOn(authority, operation, subject, call)
    if (this.#verdict?.refusal) throw this.#verdict.refusal
    if (subject instanceof Absent) throw subject.fault
    return operation.run(rooms, input, subject)
  }

  /** What is answered in place of an output. */
  fault(thrown: unknown): Fault {
    // Nothing can be recorded then: the whole attempt ends, or is begun anew with more at hand.
    if (thrown instanceof StoreAway || thrown instanceof Unsupplied) throw thrown
    return thrown instanceof Fault ? thrown : internal(this.#corridor.hall, this.#call, thrown)
  }

  leave(outcome: object | Fault): object | Fault {
    const { attempt, pending } = this.#corridor
    attempt.record(this.record(this.#eventId, outcome))
    pending?.decide(this)
    return outcome
  }

  record(eventId: string, outcome: object | Fault): object {
    const { caller } = this.#corridor.authority
    return recordOf(this.#call, caller, eventId, this.#subject, this.#verdict, outcome)
  }
}

function mustBeAdmitted({ service, operationName }: Call, caller: Caller): void {
  if (service.admits?.(caller, operationName) === false) throw goneKey()
}

const verdictOn = (authority: Authority, { action }: Operation, subject: Subject, call: Call) =>
  action === undefined ? undefined : judge(authority, action, subject, circumstancesOf(call))

const circumstancesOf = ({ draws, region, origin, via }: Call): Circumstances => ({
  at: draws.at,
  region,
  origin,
  via,
})

function mustBeRunnable({ request }: Call) {
  if (request.operation === undefined) throw request.fault
  return request
}

const deskOf = (corridor: Corridor, call: Call): Desk => ({
  attempt: corridor.attempt,
  caller: corridor.authority.caller,
  region: call.region,
  draws: call.draws,
  requestId: call.requestId,
  enter: (serviceName, operationName, input, region) =>
    enterNested(corridor, call, serviceName, operationName, input, region),
  refusal: (action, subject) => refusal(corridor, call, action, subject),
  afterwards(sequel) {
    if (!corridor.pending) throw new Error(`nobody waits for a sequel of ${call.operationName}`)
    corridor.pending.ask(sequel)
  },
  consider: (supposed) =>
    supposedQuestion(
      corridor.hall.services,
      deskOf(corridor, call),
      circumstancesOf(call),
      supposed,
    ),
})

/** What the door would say about a further action or subject of the same call. */
const refusal = ({ authority }: Corridor, call: Call, action: string, subject: Subject) =>
  judge(authority, action, subject, circumstancesOf(call)).refusal

/** A call that a service makes for its caller: with the caller's rights, and told apart by `via`. */
function enterNested(
  corridor: Corridor,
  outer: Call,
  serviceName: string,
  operationName: string,
  input: object,
  region = outer.region,
): object | Promise<object> {
  const service = corridor.hall.services.get(serviceName)
  const operation = service?.operations.get(operationName)
  if (!service || !operation) throw new Error(`no ${operationName} in ${serviceName}`)
  const isOwn = service === outer.service
  const via = isOwn ? outer.via : [...outer.via, outer.service.model.signingName]
  const request = { operation, input }
  const call: Call = { ...outer, region, service, via, operationName, request }
  const { hall, attempt, authority } = corridor
  const outcome = enter({ hall, attempt, authority }, call)
  return outcome instanceof Promise ? outcome.then(output) : output(outcome)
}

/** Throws a fault. */
function output(outcome: object | Fault): object {
  if (outcome instanceof Fault) throw outcome
  return outcome
}

const goneKey = () =>
  new Fault('UnrecognizedClientException', 'The security token included in the request is invalid.')

/** Our own fault: told without words, the cause goes to the operator. */
function internal(hall: Hall, call: Call, thrown: unknown): Fault {
  hall.complain(call.requestId, thrown)
  return new Fault(call.service.internalCode)
}

/** What could not be recorded is not answered, and did not happen. */
function uncommitted(hall: Hall, call: Call, thrown: unknown): Fault {
  if (thrown instanceof Contended) return tooOften()
  if (thrown instanceof StoreFull) hall.complain(call.requestId, thrown)
  if (thrown instanceof StoreFull || thrown instanceof StoreAway) {
    return new Fault('ServiceUnavailableException')
  }
  return internal(hall, call, thrown)
}
