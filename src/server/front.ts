/**
 * From a bounded request to a call, or to a fault: which protocol, who signed it, which service and
 * operation. Nothing in a body is parsed before the signature holds.
 */
import type { ServiceModel } from '../contract/model.ts'
import type { Authenticate, Signed } from '../identity/authenticator.ts'
import type { Origin } from '../lib/caller.ts'
import type { Clock } from '../lib/clock.ts'
import { Draws } from '../lib/draws.ts'
import { Fault } from '../lib/fault.ts'
import type { Service } from '../services/operation.ts'
import type { RawRequest } from '../sigv4/request.ts'
import { json, readTarget } from '../wire/json.ts'
import type { Answer, Wire } from '../wire/protocol.ts'
import { query, readAction, unknownAction } from '../wire/query.ts'
import { answer, type Hall } from './answer.ts'
import type { Call } from './call.ts'

/** A request whose size, header count and time were bounded. */
export interface Received extends RawRequest {
  readonly requestId: string
  readonly origin: Origin
}

/** The services by the name in a credential scope. */
export type Services = ReadonlyMap<string, Service>

export interface FrontHall extends Hall {
  readonly services: Services
  readonly clock: Clock
  authenticate: Authenticate
  /** Counts a request that nobody signed. */
  noteStranger(sourceIp: string, code: string): void
}

/** Answers one request. Every fault, whatever its origin, leaves by the same writer. */
export async function respond(hall: FrontHall, received: Received): Promise<Answer> {
  const lane = laneOf(hall.services, received)
  let call: Call | undefined
  try {
    const signed = await hall.authenticate(received, lane.expectedService)
    call = callOf(hall, lane, received, signed)
  } catch (thrown) {
    return lane.wire.fault(stranger(hall, received, thrown), received.requestId)
  }
  const { model } = call.service
  const outcome = await answer(hall, call)
  return outcome instanceof Fault
    ? lane.wire.fault(outcome, received.requestId, model, call.request.operation?.name)
    : lane.wire.encode(model, call.operationName, outcome, received.requestId)
}

/** How a request speaks, by its headers alone; a claim, nothing trusted. */
interface Lane {
  readonly wire: Wire
  readonly target: string | undefined
  readonly expectedService: string | undefined
}

function laneOf(services: Services, { method, headers }: Received): Lane {
  const target = headerOf(headers, 'x-amz-target')
  const contentType = headerOf(headers, 'content-type')?.toLowerCase() ?? ''
  if (target === undefined && (method === 'GET' || contentType.startsWith(formType))) {
    return { wire: query, target, expectedService: undefined }
  }
  const expectedService = target && serviceOfTarget(services, target)
  return { wire: json, target, expectedService }
}

const formType = 'application/x-www-form-urlencoded'
const jsonType = /^application\/x-amz-json-1\.[01](?:;|$)/

const headerOf = (headers: RawRequest['headers'], name: string): string | undefined =>
  headers.find(([each]) => each.toLowerCase() === name)?.[1]

function serviceOfTarget(services: Services, target: string): string | undefined {
  const prefix = target.slice(0, target.lastIndexOf('.'))
  for (const [name, { model }] of services) if (model.targetPrefix === prefix) return name
  return undefined
}

function stranger(hall: FrontHall, { requestId, origin }: Received, thrown: unknown): Fault {
  if (!(thrown instanceof Fault)) {
    hall.complain(requestId, thrown)
    return new Fault('InternalFailure')
  }
  hall.noteStranger(origin.sourceIp, thrown.code)
  return thrown
}

function callOf(hall: FrontHall, lane: Lane, received: Received, signed: Signed): Call {
  const service = hall.services.get(signed.service)
  // The door lets only scopes of these services pass.
  if (!service) throw new Error(`a signature for ${signed.service} was let in`)
  const facts = {
    requestId: received.requestId,
    draws: new Draws(hall.clock.now()),
    origin: received.origin,
    signed,
    via: [],
    region: signed.region,
    service,
  }
  try {
    const { name, body } = asked(lane, service.model, received)
    const operation = service.operations.get(name)
    if (!operation)
      return { ...facts, operationName: name, request: unknownOf(lane, service, name) }
    const input = decode(lane, service.model, name, body)
    const request =
      input instanceof Fault ? { operation: undefined, fault: input } : { operation, input }
    return { ...facts, operationName: name, request }
  } catch (thrown) {
    if (!(thrown instanceof Fault)) throw thrown
    return { ...facts, operationName: 'Unknown', request: { operation: undefined, fault: thrown } }
  }
}

/** The operation's name, and the bytes that hold its input. */
function asked(lane: Lane, model: ServiceModel, received: Received) {
  if (lane.wire === json) {
    const type = headerOf(received.headers, 'content-type')?.toLowerCase() ?? ''
    if (model.protocol !== 'json' || !jsonType.test(type))
      throw new Fault('UnknownOperationException')
    return { name: readTarget(lane.target).operation, body: received.body }
  }
  if (model.protocol !== 'query') throw new Fault('UnknownOperationException')
  const { target } = received
  const inQuery = target.startsWith('/?')
  const body = inQuery ? Buffer.from(target.slice(2), 'latin1') : received.body
  const { operation, version } = readAction(body)
  if (version !== model.apiVersion) throw unknownAction({ operation, version })
  return { name: operation, body }
}

/** An operation that AWS has and we do not is refused as one that nobody has; docs/compat.md tells which. */
function unknownOf({ wire }: Lane, { model }: Service, operation: string) {
  const fault =
    wire === query
      ? unknownAction({ operation, version: model.apiVersion })
      : new Fault('UnknownOperationException')
  return { operation: undefined, fault }
}

function decode({ wire }: Lane, model: ServiceModel, name: string, body: Uint8Array) {
  try {
    return wire.decode(model, name, body)
  } catch (thrown) {
    if (thrown instanceof Fault) return thrown
    throw thrown
  }
}
