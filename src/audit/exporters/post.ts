/**
 * One POST over HTTP: bounded in time and in what it reads back, no redirects. By default to public
 * addresses only and by TLS.
 */
import { request as requestHttp } from 'node:http'
import { request as requestHttps } from 'node:https'
import { isIP } from 'node:net'
import { isLoopback, isPrivate, publicLookup, Unreachable } from '../../lib/address.ts'

export interface Post {
  readonly url: URL
  readonly headers: Readonly<Record<string, string>>
  readonly body: string | Uint8Array
  readonly mayBePrivate: boolean
}

const timeoutMilliseconds = 10_000
const answerBytesMax = 64 << 10

/** The answer's text. Throws Unreachable unless the answer is a 2xx; its words name the host alone. */
export async function post({ url, headers, body, mayBePrivate }: Post): Promise<string> {
  mustBePostable(url, mayBePrivate)
  const { promise, resolve, reject } = Promise.withResolvers<string>()
  const request = url.protocol === 'https:' ? requestHttps : requestHttp
  const options = {
    method: 'POST',
    agent: false as const,
    headers: { ...headers, 'Content-Length': String(Buffer.byteLength(body)) },
    signal: AbortSignal.timeout(timeoutMilliseconds),
    ...(!mayBePrivate && { lookup: publicLookup }),
  }
  const sending = request(url, options, async (response) => {
    try {
      const { statusCode = 0 } = response
      const text = await readBounded(response)
      if (statusCode >= 200 && statusCode < 300) resolve(text)
      else reject(new Unreachable(`${url.host} answers ${statusCode}`))
    } catch (thrown) {
      response.destroy()
      reject(thrown)
    }
  })
  sending.on('error', (error: NodeJS.ErrnoException) => {
    // The system's own words may hold the whole address, and a path can be a secret.
    reject(
      error instanceof Unreachable
        ? error
        : new Unreachable(`${url.host}: ${error.code ?? error.name}`),
    )
  })
  sending.end(body)
  return promise
}

async function readBounded(body: AsyncIterable<Buffer>): Promise<string> {
  const chunks: Buffer[] = []
  let length = 0
  for await (const chunk of body) {
    length += chunk.length
    if (length <= answerBytesMax) chunks.push(chunk)
  }
  return Buffer.concat(chunks).toString()
}

function mustBePostable(url: URL, mayBePrivate: boolean): void {
  const host = hostOf(url)
  if (url.protocol !== 'https:' && !(mayBePrivate && url.protocol === 'http:')) {
    throw new Unreachable(`${url.host} is not https`)
  }
  const isOurs = isLoopback(host) || (isIP(host) !== 0 && isPrivate(host))
  if (!mayBePrivate && isOurs) throw new Unreachable(`${host} is private`)
}

export const hostOf = (url: URL): string => url.hostname.replace(/^\[|\]$/g, '')
