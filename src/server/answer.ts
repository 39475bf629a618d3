/**
 * The corridor's heart: what a call touches, whether it may, what it does, and the record of it, as
 * one attempt over one commit. Nothing leaves before that commit is on disk.
 */
import { randomUUID } from 'node:crypto'
import { Fault } from '../lib/fault.ts'
import { Absent, type Desk, type Subject } from '../services/operation.ts'
import type { Attempt } from '../store/attempt.ts'
import { StoreFull } from '../store/engine.ts'
import { Contended, type Store } from '../store/store.ts'
import type { Call } from './call.ts'
import { type Authority, mustBeAllowed } from './decide.ts'
import { recordOf } from './trail.ts'

/** What the corridor needs of the house. */
export interface Hall {
  readonly store: Store
  /** Who stands behind a key now; `undefined` when it may not be used any more. */
  findAuthority(attempt: Attempt, accessKeyId: string, at: number): Promise<Authority | undefined>
  /** Tells the operator about what is our own fault; never with a caller's values. */
  complain(requestId: string, thrown: unknown): void
}

/** An output, or the fault to answer instead; either is committed and recorded. */
export async function answer(hall: Hall, call: Call): Promise<object | Fault> {
  try {
    return await hall.store.attempt((attempt) => attemptOnce(hall, call, attempt))
  } catch (thrown) {
    return uncommitted(hall, call, thrown)
  }
}

async function attemptOnce(hall: Hall, call: Call, attempt: Attempt): Promise<object | Fault> {
  const { draws, accessKeyId } = call
  draws.replay()
  const authority = await hall.findAuthority(attempt, accessKeyId, draws.at)
  // The key was switched off between the signature and here: as if it had never been.
  if (!authority) return goneKey()
  const eventId = draws.draw(() => randomUUID())
  const record = (subject: Subject | undefined, outcome: object | Fault) =>
    attempt.record(recordOf(call, authority.caller, eventId, subject, outcome))
  let subject: Subject | undefined
  try {
    const { operation, input } = mustBeRunnable(call)
    const desk: Desk = { attempt, caller: authority.caller, region: call.region, draws }
    const rooms = call.service.rooms(desk)
    subject = await operation.touches(rooms, input)
    mustBeAllowed(authority, operation.action, subject, { ...call, at: draws.at })
    if (subject instanceof Absent) throw subject.fault
    const output = await operation.run(rooms, input, subject)
    record(subject, output)
    return output
  } catch (thrown) {
    const fault = thrown instanceof Fault ? thrown : internal(hall, call, thrown)
    attempt.dropPuts()
    record(subject, fault)
    return fault
  }
}

function mustBeRunnable({ request }: Call) {
  if (request.operation === undefined) throw request.fault
  return request
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
  if (thrown instanceof Contended) return new Fault('ThrottlingException', 'Rate exceeded')
  if (thrown instanceof StoreFull) {
    hall.complain(call.requestId, thrown)
    return new Fault('ServiceUnavailableException')
  }
  return internal(hall, call, thrown)
}
