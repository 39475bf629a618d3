/** Which protocol a request speaks, before anything of it is trusted. */
import { type ServiceModel, speaks } from '../contract/model.ts'
import type { Origin } from '../lib/caller.ts'
import { once, remembered } from '../lib/once.ts'
import type { Service } from '../services/operation.ts'
import { headersIn, type RawRequest } from '../sigv4/request.ts'
import { cbor, readCborTarget } from '../wire/cbor.ts'
import { json } from '../wire/json.ts'
import type { Wire } from '../wire/protocol.ts'
import { query } from '../wire/query.ts'
import { restJson } from '../wire/restjson.ts'
import { findRoute, isRestTarget } from '../wire/route.ts'

/** A request whose size, header count and time were bounded. */
export interface Received extends RawRequest {
  readonly requestId: string
  readonly origin: Origin
}

/** The services by the name in a credential scope. */
export type Services = ReadonlyMap<string, Service>

/** How a request speaks, by its headers alone; a claim, nothing trusted. */
export interface Lane {
  readonly wire: Wire
  readonly target: string | undefined
  readonly expectedService: string | undefined
}

export function laneOf(services: Services, { method, target: path, headers }: Received): Lane {
  const target = headerOf(headers, 'x-amz-target')
  // Ahead of the content type: a function may be invoked with a form.
  if (target === undefined && isRestTarget(path)) {
    return { wire: restJson, target, expectedService: undefined }
  }
  const asked = target === undefined ? readCborTarget(path) : undefined
  if (asked) return { wire: cbor, target, expectedService: serviceOfPath(services, asked.service) }
  const contentType = headerOf(headers, 'content-type')?.toLowerCase() ?? ''
  const isQuery = method === 'GET' || path.startsWith('/?') || contentType.startsWith(formType)
  if (target === undefined && isQuery) {
    return { wire: query, target, expectedService: undefined }
  }
  const expectedService = target && serviceOfTarget(services, target)
  return { wire: json, target, expectedService }
}

const formType = 'application/x-www-form-urlencoded'

export const headerOf = (headers: RawRequest['headers'], name: string): string | undefined =>
  headersIn(headers).get(name)

const serviceOfTarget = (services: Services, target: string): string | undefined =>
  namesByTarget(services)(target)

const namesByTarget = once((services: Services) =>
  remembered((target): string | undefined => {
    const prefix = target.slice(0, target.lastIndexOf('.'))
    for (const [name, { model }] of services) if (isTargetOf(model, prefix)) return name
    return undefined
  }),
)

function serviceOfPath(services: Services, prefix: string): string | undefined {
  for (const [name, { model }] of services) if (model.targetPrefix === prefix) return name
  return undefined
}

/** Which paths a service's clients sign; absent where it is `/` alone. */
export function signedPathsOf(model: ServiceModel): ((target: string) => boolean) | undefined {
  if (model.protocol === 'rest-json') return isRestTarget
  if (!speaks(model, 'smithy-rpc-v2-cbor')) return undefined
  return (target) => target === '/' || readCborTarget(target)?.service === model.targetPrefix
}

/** Some clients write a service's target in full, `com.amazonaws.cloudtrail...`, some its last part. */
export const isTargetOf = ({ targetPrefix = '' }: ServiceModel, prefix: string): boolean =>
  targetPrefix === prefix || targetPrefix.endsWith(`.${prefix}`)

const claimForm = /\bCredential=[^/,\s]+\/\d{8}\/[^/,\s]+\/([a-z0-9-]{1,64})\/aws4_request\b/

/** The service that a head claims to be for: where its signature stands in a header, and true or not. */
export const claimedService = ({ headers }: Pick<Received, 'headers'>): string | undefined =>
  claimForm.exec(headerOf(headers, 'authorization') ?? '')?.[1]

/** The bound of the body that a head claims to bring, where its operation has one of its own. */
export function bodyBytesMaxOf(
  services: Services,
  head: Omit<Received, 'body'>,
): number | undefined {
  const service = services.get(claimedService(head) ?? '')
  if (!service?.bodyBytesMax) return undefined
  const operation = operationOf(service.model, head)
  return operation === undefined ? undefined : service.bodyBytesMax.get(operation)
}

const operationOf = (model: ServiceModel, head: Omit<Received, 'body'>): string | undefined =>
  model.protocol === 'rest-json'
    ? findRoute(model, head.method, head.target)?.operation
    : (headerOf(head.headers, 'x-amz-target')?.split('.').at(-1) ??
      readCborTarget(head.target)?.operation)
