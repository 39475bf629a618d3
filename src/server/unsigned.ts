/**
 * The few operations that bring a proof of their own in place of a signature, such as an identity
 * provider's token. Only for them is a body read that nobody signed.
 *
 * https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRoleWithWebIdentity.html
 */
import type { Clock } from '../lib/clock.ts'
import { Draws } from '../lib/draws.ts'
import { Fault } from '../lib/fault.ts'
import type { Prove, Service } from '../services/operation.ts'
import type { Store } from '../store/store.ts'
import { query, readAction, unknownAction } from '../wire/query.ts'
import type { Call } from './call.ts'
import { headerOf, type Lane, type Received, type Services } from './lane.ts'

export interface Unsigned {
  readonly service: Service
  readonly name: string
}

/** What proving needs of the house. */
interface Hall {
  readonly store: Store
  readonly clock: Clock
  /** The region of calls whose sender names none. */
  readonly region: string
}

/** Enough for a token of 20,000 characters and its session policies, with every character escaped. */
const bodyBytesMax = 96 << 10

/** The operation, if this is a call that its contract takes unsigned; a signed one goes the usual way. */
export function findUnsigned(
  services: Services,
  { wire }: Lane,
  { method, target, headers, body }: Received,
): Unsigned | undefined {
  const isCandidate = wire === query && method === 'POST' && target === '/'
  if (!isCandidate || body.length > bodyBytesMax) return undefined
  if (headerOf(headers, 'authorization') !== undefined) return undefined
  const action = actionIn(body)
  for (const service of services.values()) {
    const { protocol, apiVersion, operations } = service.model
    const isTheirs = protocol === 'query' && apiVersion === action?.version
    if (action && isTheirs && operations[action.operation]?.unsigned) {
      return { service, name: action.operation }
    }
  }
  return undefined
}

function actionIn(body: Uint8Array) {
  try {
    return readAction(body)
  } catch (thrown) {
    if (thrown instanceof Fault) return undefined
    throw thrown
  }
}

/** The call, once its proof holds. Throws the Fault of a proof that does not, or of a malformed input. */
export async function proved(
  hall: Hall,
  { service, name }: Unsigned,
  { requestId, origin, body }: Received,
): Promise<Call> {
  const operation = service.operations.get(name)
  const prove: Prove | undefined = service.proofs?.get(name)
  if (!operation || !prove) {
    throw unknownAction({ operation: name, version: service.model.apiVersion })
  }
  const draws = new Draws(hall.clock.now())
  const input = query.decode(service.model, name, body)
  const sender = await hall.store.see((look) => prove(look, input, draws.at))
  const request = { operation, input }
  const { region } = hall
  return {
    requestId,
    draws,
    origin,
    sender,
    via: [],
    region,
    service,
    operationName: name,
    request,
  }
}
