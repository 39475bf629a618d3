/** Signed calls without an SDK: quick, and able to send what no SDK would. */
import { Agent, request } from 'node:http'
import { SigningKeys } from '../src/sigv4/key.ts'
import { signRequest } from '../src/sigv4/sign.ts'
import type { Keys } from './house.ts'

export interface RawAnswer {
  readonly status: number
  readonly requestId: string
  /** As the rest protocols tell it; empty in the others. */
  readonly errorType: string
  readonly body: string
}

export interface RawCall {
  readonly url: string
  /** `POST` if none is given. */
  readonly method?: string
  /** What stands on the request line; `/` if nothing is given. */
  readonly target?: string
  readonly keys: Keys
  readonly service: string
  readonly headers: readonly (readonly [string, string])[]
  readonly body: string | Uint8Array
  readonly region?: string
  readonly agent?: Agent
  /** Ends the wait for the answer. */
  readonly signal?: AbortSignal
}

/** By secret: a test that signs with a wrong one must not meet the right one's key. */
const signingKeys = new Map<string, SigningKeys>()

function keysOf({ secretAccessKey }: Keys): SigningKeys {
  const known = signingKeys.get(secretAccessKey) ?? new SigningKeys()
  signingKeys.set(secretAccessKey, known)
  return known
}

/** Signs and sends one request; rejects when the connection ends before its answer. */
export function send(call: RawCall): Promise<RawAnswer> {
  const { url, keys, service, region = 'us-east-1', agent, method = 'POST', target = '/' } = call
  const body = Buffer.from(call.body)
  const { host, hostname, port } = new URL(url)
  const { headers } = signRequest({
    method,
    target,
    headers: [['Host', host], ...call.headers],
    body,
    credentials: keys,
    region,
    service,
    at: Date.now(),
    keys: keysOf(keys),
  })
  const { promise, resolve, reject } = Promise.withResolvers<RawAnswer>()
  const options = { method, path: target, hostname, port, agent, signal: call.signal }
  const sending = request(
    { ...options, headers: Object.fromEntries(headers) },
    async (response) => {
      try {
        const chunks: Buffer[] = []
        for await (const chunk of response) chunks.push(chunk)
        const requestId = String(response.headers['x-amzn-requestid'] ?? '')
        resolve({
          status: response.statusCode ?? 0,
          requestId,
          errorType: String(response.headers['x-amzn-errortype'] ?? ''),
          body: Buffer.concat(chunks).toString(),
        })
      } catch (thrown) {
        reject(thrown)
      }
    },
  )
  sending.on('error', reject)
  sending.end(body)
  return promise
}

/** A JSON 1.1 call of a target such as `secretsmanager.GetSecretValue`. */
export function callJson(
  target: string,
  input: unknown,
  call: Omit<RawCall, 'body' | 'headers' | 'service'> & {
    readonly service?: string
    readonly userAgent?: string
  },
): Promise<RawAnswer> {
  const { userAgent } = call
  return send({
    service: 'secretsmanager',
    ...call,
    headers: [
      ['Content-Type', 'application/x-amz-json-1.1'],
      ['X-Amz-Target', target],
      ...(userAgent === undefined ? [] : [['User-Agent', userAgent] as const]),
    ],
    body: typeof input === 'string' ? input : JSON.stringify(input),
  })
}

/** Connections that stay open, as an application keeps them. */
export const keepAlive = (connections: number): Agent =>
  new Agent({ keepAlive: true, maxSockets: connections })
