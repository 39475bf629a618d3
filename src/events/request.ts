/** The request to an API destination: its address, headers and body, of the event and the connection. */
import { createHmac } from 'node:crypto'
import { secondMs } from '../lib/clock.ts'
import { inputFor, type Taken } from './input.ts'
import { isFitHeader, isFitValue, withQuery } from './parameters.ts'
import { valueAt } from './path.ts'
import type {
  ConnectionRecord,
  ConnectionSecrets,
  DestinationRecord,
  HttpSettings,
  TargetRecord,
} from './records.ts'

/** The event does not fit the request that the rule asks for. */
export class Unfit extends Error {
  override name = 'Unfit'
}

export interface Call {
  readonly destination: DestinationRecord
  readonly connection: ConnectionRecord
  readonly secrets: ConnectionSecrets
  /** The Authorization header of a connection that asks for tokens. */
  readonly token?: string | undefined
  readonly target: TargetRecord
  readonly taken: Taken
  readonly now: number
}

export interface Request {
  readonly url: URL
  readonly method: string
  readonly headers: Readonly<Record<string, string>>
  readonly body?: string
}

const withoutBody: ReadonlySet<string> = new Set(['GET', 'HEAD', 'OPTIONS'])
const noSettings: HttpSettings = { pathValues: [], headers: {}, query: {} }

/** Throws Unfit. */
export function requestOf(call: Call): Request {
  const { destination, secrets, target, taken } = call
  const { method } = destination
  const { pathValues, headers, query } = target.http ?? noSettings
  const path = pathValues.map((value) => resolved(value, taken))
  const own = withQuery(endpointOf(destination.endpoint, path), resolvedAll(query, taken))
  const url = withQuery(own, secrets.http.query)
  const body = withoutBody.has(method) ? undefined : bodyOf(inputFor(target, taken), secrets)
  const sent = {
    'Content-Type': 'application/json; charset=utf-8',
    'User-Agent': 'Strongroom/EventBridge/ApiDestinations',
    ...fitHeaders(resolvedAll(headers, taken)),
    ...secrets.http.headers,
    ...authorization(call, body ?? ''),
  }
  return { url, method, headers: sent, ...(body !== undefined && { body }) }
}

/** Each `*` in the address stands for the next path parameter. */
function endpointOf(endpoint: string, values: readonly string[]): URL {
  let at = 0
  const filled = endpoint.replaceAll('*', () => encodeURIComponent(values[at++] ?? ''))
  const url = URL.parse(filled)
  // No parameter may lead to another host than the one that was looked at.
  if (!url || url.host !== URL.parse(endpoint.replaceAll('*', ''))?.host) {
    throw new Unfit('The path parameters do not fit the address.')
  }
  return url
}

/** A parameter that begins with `$.` is taken out of the event. */
function resolved(value: string, { event }: Taken): string {
  if (!value.startsWith('$.')) return value
  const found = valueAt(event, value) ?? ''
  return typeof found === 'string' ? found : JSON.stringify(found)
}

const resolvedAll = (fields: Readonly<Record<string, string>>, taken: Taken) =>
  Object.fromEntries(Object.entries(fields).map(([name, value]) => [name, resolved(value, taken)]))

function fitHeaders(headers: Readonly<Record<string, string>>): Readonly<Record<string, string>> {
  for (const [name, value] of Object.entries(headers)) {
    if (!isFitHeader(name) || !isFitValue(value)) throw new Unfit(`Header ${name} is not fit.`)
  }
  return headers
}

/** The connection's body parameters stand beside those of the event. */
function bodyOf(input: string, { http }: ConnectionSecrets): string {
  if (Object.keys(http.body).length === 0) return input
  try {
    const parsed: unknown = JSON.parse(input)
    if (typeof parsed === 'object' && parsed !== null && !Array.isArray(parsed)) {
      return JSON.stringify({ ...parsed, ...http.body })
    }
  } catch {
    // Told below.
  }
  throw new Unfit('Body parameters need a target input that is a JSON object.')
}

/** An API key of this name is never sent: the body is signed by it. */
export const signatureName = 'X-Strongroom-Signature'

function authorization(call: Call, body: string): Record<string, string> {
  const { connection, secrets, token } = call
  const { kind, shown } = connection
  if (kind === 'OAUTH_CLIENT_CREDENTIALS') return { Authorization: token ?? '' }
  if (kind === 'BASIC') {
    const pair = Buffer.from(`${shown.name}:${secrets.value}`).toString('base64')
    return { Authorization: `Basic ${pair}` }
  }
  if (shown.name.toLowerCase() !== signatureName.toLowerCase()) {
    return { [shown.name]: secrets.value }
  }
  return signed(call, body)
}

/** As the audit's webhook is signed, so that one receiver can take both. */
function signed({ secrets, taken, now }: Call, body: string): Record<string, string> {
  const timestamp = String(Math.floor(now / secondMs))
  const signature = createHmac('sha256', secrets.value).update(`${timestamp}.${body}`).digest('hex')
  return {
    'X-Strongroom-Delivery': taken.event.id,
    'X-Strongroom-Timestamp': timestamp,
    [signatureName]: `v1=${signature}`,
  }
}
