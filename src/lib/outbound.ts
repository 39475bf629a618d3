/**
 * One request to an address that somebody else named: bounded in time and in what is read back, without
 * redirects, and only to addresses that are admitted. It is the very address that is connected to which
 * is asked about, after the name was looked up.
 *
 * https://owasp.org/www-community/attacks/Server_Side_Request_Forgery
 */
import type { IncomingHttpHeaders } from 'node:http'
import { request as requestHttps } from 'node:https'
import { isIP } from 'node:net'
import { type Admits, hostOf, lookupAmong, Unreachable } from './address.ts'
import { request as requestHttp } from './http.ts'

export interface Outgoing {
  readonly url: URL
  readonly method: string
  readonly headers: Readonly<Record<string, string>>
  readonly body?: string | Uint8Array | undefined
  readonly admits: Admits
  readonly timeoutMs: number
  readonly signal?: AbortSignal
}

export interface Incoming {
  readonly status: number
  readonly headers: IncomingHttpHeaders
  /** As much as is read of it, and as much as came. */
  readonly text: string
}

const answerBytesMax = 64 << 10

/** What was answered, whatever it was. Throws Unreachable, whose words name the host alone. */
export async function send(outgoing: Outgoing): Promise<Incoming> {
  const { url, method, headers, body, admits, timeoutMs } = outgoing
  const host = hostOf(url)
  if (isIP(host) !== 0 && !admits(host)) throw new Unreachable(`${host} is private`)
  const { promise, resolve, reject } = Promise.withResolvers<Incoming>()
  const signals = [AbortSignal.timeout(timeoutMs), ...(outgoing.signal ? [outgoing.signal] : [])]
  const options = {
    ...{ method, agent: false as const, signal: AbortSignal.any(signals) },
    lookup: lookupAmong(admits),
    headers: {
      ...headers,
      ...(body !== undefined && { 'Content-Length': String(Buffer.byteLength(body)) }),
    },
  }
  const request = url.protocol === 'https:' ? requestHttps : requestHttp
  const sending = request(url, options, async (response) => {
    const { statusCode: status = 0, headers: answered } = response
    resolve({ status, headers: answered, text: await readBounded(response) })
  })
  sending.on('error', (error: NodeJS.ErrnoException) => {
    // The system's own words may hold the whole address, and a path can be a secret.
    const words = `${url.host}: ${error.code ?? error.name}`
    reject(error instanceof Unreachable ? error : new Unreachable(words))
  })
  sending.end(body)
  return promise
}

/** Never fails: the status has come, and what goes wrong behind it is the other side's. */
async function readBounded(body: AsyncIterable<Buffer>): Promise<string> {
  const chunks: Buffer[] = []
  let length = 0
  try {
    for await (const chunk of body) {
      length += chunk.length
      if (length > answerBytesMax) break
      chunks.push(chunk)
    }
  } catch {
    // Cut off: what came stands.
  }
  return Buffer.concat(chunks).toString()
}
