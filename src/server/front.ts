/**
 * From a bounded request to a call, or to a fault: which protocol, who signed it, which service and
 * operation. Nothing in a body is parsed before the signature holds.
 */
import { gunzipSync } from 'node:zlib'
import { findOperation, type ServiceModel, speaks } from '../contract/model.ts'
import type { Authenticate, Signed } from '../identity/authenticator.ts'
import type { Clock } from '../lib/clock.ts'
import { Draws } from '../lib/draws.ts'
import { Fault } from '../lib/fault.ts'
import type { Service } from '../services/operation.ts'
import { StoreAway } from '../store/engine.ts'
import { cbor, readCborTarget } from '../wire/cbor.ts'
import { json, readTarget } from '../wire/json.ts'
import type { Answer, Wire } from '../wire/protocol.ts'
import { query, readAction, unknownAction } from '../wire/query.ts'
import { restJson } from '../wire/restjson.ts'
import { findRoute } from '../wire/route.ts'
import { wires } from '../wire/wires.ts'
import { answer, type Hall } from './answer.ts'
import type { Call } from './call.ts'
import { headerOf, isTargetOf, type Lane, laneOf, type Received, type Services } from './lane.ts'
import { findUnsigned, proved } from './unsigned.ts'

export type { Received } from './lane.ts'

export interface FrontHall extends Hall {
  readonly services: Services
  readonly clock: Clock
  authenticate: Authenticate
  /** Counts a request that nobody signed. */
  noteStranger(sourceIp: string, code: string): void
  /** The region of calls whose sender names none. */
  readonly region: string
  /** Told of each answer to somebody who is known, when it is ready to leave. */
  observe?(call: Call, outcome: object | Fault, received: Received): void
}

/** Answers one request. Every fault, whatever its origin, leaves by the same writer. */
export async function respond(hall: FrontHall, received: Received): Promise<Answer> {
  const watch = hall.observe && { startedAt: performance.now() }
  const lane = laneOf(hall.services, received)
  const unsigned = findUnsigned(hall.services, lane, received)
  let call: Call | undefined
  try {
    if (unsigned) call = { ...(await proved(hall, unsigned, received)), watch }
    else {
      const signed = hall.authenticate(received, lane.expectedService)
      call = callOf(hall, lane, received, signed instanceof Promise ? await signed : signed, watch)
    }
  } catch (thrown) {
    const fault = stranger(hall, received, thrown)
    return lane.wire.fault(fault, received.requestId, unsigned?.service.model, unsigned?.name)
  }
  const { model } = call.service
  const outcome = await answer(hall, call)
  hall.observe?.(call, outcome, received)
  return outcome instanceof Fault
    ? lane.wire.fault(outcome, received.requestId, model, call.request.operation?.name)
    : lane.wire.encode(model, call.operationName, outcome, received.requestId)
}

function stranger(hall: FrontHall, { requestId, origin }: Received, thrown: unknown): Fault {
  if (thrown instanceof StoreAway) return new Fault('ServiceUnavailableException')
  if (!(thrown instanceof Fault)) {
    hall.complain(requestId, thrown)
    return new Fault('InternalFailure')
  }
  hall.noteStranger(origin.sourceIp, thrown.code)
  return thrown
}

function callOf(
  hall: FrontHall,
  lane: Lane,
  received: Received,
  signed: Signed,
  watch: Call['watch'],
): Call {
  const service = hall.services.get(signed.service)
  // The door lets only scopes of these services pass.
  if (!service) throw new Error(`a signature for ${signed.service} was let in`)
  const { operationName, request } = wishOf(lane, service, received)
  return {
    requestId: received.requestId,
    draws: new Draws(hall.clock.now()),
    origin: received.origin,
    sender: signed,
    via: [],
    region: signed.region,
    service,
    operationName,
    request,
    watch,
  }
}

/** What is asked for, as far as it can be read. */
function wishOf(
  lane: Lane,
  service: Service,
  received: Received,
): Pick<Call, 'operationName' | 'request'> {
  try {
    const { name: operationName, body: sent } = asked(lane, service.model, received)
    const operation = service.operations.get(operationName)
    if (!operation) return { operationName, request: unknownOf(lane, service, operationName) }
    const body = unpacked(service.model, operationName, received.headers, sent)
    const input = decode(lane, service.model, operationName, body, received)
    return input instanceof Fault
      ? { operationName, request: { operation: undefined, fault: input } }
      : { operationName, request: { operation, input } }
  } catch (thrown) {
    if (!(thrown instanceof Fault)) throw thrown
    return { operationName: 'Unknown', request: { operation: undefined, fault: thrown } }
  }
}

interface Asked {
  /** The operation's name, which the service may not have. */
  readonly name: string
  /** The bytes that hold its input. */
  readonly body: Uint8Array
}

type Ask = (lane: Lane, model: ServiceModel, received: Received) => Asked

/** Each service is asked in the protocols that it speaks and in no other. */
function asked(lane: Lane, model: ServiceModel, received: Received): Asked {
  const ask = asks.get(lane.wire)
  const isTheirs = protocols.some(
    ([protocol, wire]) => wire === lane.wire && speaks(model, protocol),
  )
  if (!ask || !isTheirs) throw new Fault('UnknownOperationException')
  return ask(lane, model, received)
}

const protocols = [...wires]

const asks: ReadonlyMap<Wire, Ask> = new Map<Wire, Ask>([
  [json, askedInJson],
  [query, askedInQuery],
  [restJson, askedInRest],
  [cbor, askedInCbor],
])

function askedInJson(lane: Lane, model: ServiceModel, { method, headers, body }: Received): Asked {
  const type = headerOf(headers, 'content-type')?.toLowerCase() ?? ''
  if (method !== 'POST' || !jsonType.test(type)) throw new Fault('UnknownOperationException')
  const { prefix, operation } = readTarget(lane.target)
  if (!isTargetOf(model, prefix)) throw new Fault('UnknownOperationException')
  return { name: operation, body }
}

function askedInQuery(_lane: Lane, model: ServiceModel, received: Received): Asked {
  const { method, target } = received
  if (method !== 'POST' && method !== 'GET') throw new Fault('UnknownOperationException')
  const inQuery = target.startsWith('/?')
  const body = inQuery ? Buffer.from(target.slice(2), 'latin1') : received.body
  const { operation, version } = readAction(body)
  if (version !== model.apiVersion) throw unknownAction({ operation, version })
  return { name: operation, body }
}

function askedInRest(_lane: Lane, model: ServiceModel, { method, target, body }: Received): Asked {
  const route = findRoute(model, method, target)
  if (!route) throw new Fault('UnknownOperationException')
  return { name: route.operation, body }
}

function askedInCbor(_lane: Lane, model: ServiceModel, { method, target, body }: Received): Asked {
  const asked = readCborTarget(target)
  if (method !== 'POST' || !asked || asked.service !== model.targetPrefix) {
    throw new Fault('UnknownOperationException')
  }
  return { name: asked.operation, body }
}

/** A body as it was before its client compressed it, where an operation's clients do. */
function unpacked(
  model: ServiceModel,
  operation: string,
  headers: Received['headers'],
  body: Uint8Array,
): Uint8Array {
  const encoding = headerOf(headers, 'content-encoding')
  if (encoding !== 'gzip' || !model.operations[operation]?.compresses) return body
  try {
    return gunzipSync(body, { maxOutputLength: unpackedBytesMax })
  } catch {
    throw new Fault('SerializationException')
  }
}

/** PutMetricData takes a mebibyte. */
const unpackedBytesMax = 1 << 20

const jsonType = /^application\/x-amz-json-1\.[01](?:;|$)/

/** What AWS has and we do not is told apart from what nobody has. */
function unknownOf({ wire }: Lane, { model }: Service, operation: string) {
  const known = findOperation(model, operation) && notOffered(model, operation)
  const unknown =
    wire === query
      ? unknownAction({ operation, version: model.apiVersion })
      : new Fault('UnknownOperationException')
  return { operation: undefined, fault: known ?? unknown }
}

const notOffered = ({ id }: ServiceModel, operation: string): Fault =>
  new Fault(
    'NotImplementedException',
    `${operation} of ${id} is not offered here: docs/compat.md says what is.`,
  )

function decode(
  { wire }: Lane,
  model: ServiceModel,
  name: string,
  body: Uint8Array,
  received: Received,
) {
  try {
    return wire.decode(model, name, body, received)
  } catch (thrown) {
    if (thrown instanceof Fault) return thrown
    throw thrown
  }
}
