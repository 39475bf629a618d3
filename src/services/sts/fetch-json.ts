/**
 * Reading JSON from an identity provider. Whoever may register a provider names its address, so that
 * this must not become a way into the house's own network: https only, no redirects, no private
 * addresses (looked at when connecting, so that a name cannot change its mind), bounded in size and time.
 *
 * https://owasp.org/www-community/attacks/Server_Side_Request_Forgery
 */
import { get as getHttps } from 'node:https'
import { isIP } from 'node:net'
import { isLoopback, isPrivate, publicLookup, Unreachable } from '../../lib/address.ts'
import { get as getHttp } from '../../lib/http.ts'
import { type Json, parseJson } from '../../lib/json.ts'

/** @param mayBePrivate the operator said that this provider lives in the house's own network */
export type FetchJson = (url: URL, mayBePrivate: boolean) => Promise<Json>

const bytesMax = 256 << 10
const timeoutMilliseconds = 5000

export const fetchJson: FetchJson = (url, mayBePrivate) => {
  mustBeFetchable(url, mayBePrivate)
  const { promise, resolve, reject } = Promise.withResolvers<Json>()
  const get = url.protocol === 'https:' ? getHttps : getHttp
  const options = {
    agent: false as const,
    headers: { Accept: 'application/json' },
    signal: AbortSignal.timeout(timeoutMilliseconds),
    ...(!mayBePrivate && { lookup: publicLookup }),
  }
  const request = get(url, options, async (response) => {
    try {
      if (response.statusCode !== 200)
        throw new Unreachable(`${url} answers ${response.statusCode}`)
      resolve(parseJson(await readBounded(response)))
    } catch (thrown) {
      response.destroy()
      reject(thrown)
    }
  })
  request.on('error', reject)
  return promise
}

async function readBounded(body: AsyncIterable<Buffer>): Promise<Buffer> {
  const chunks: Buffer[] = []
  let length = 0
  for await (const chunk of body) {
    length += chunk.length
    if (length > bytesMax) throw new Unreachable('the answer is too large')
    chunks.push(chunk)
  }
  return Buffer.concat(chunks)
}

function mustBeFetchable(url: URL, mayBePrivate: boolean): void {
  const host = url.hostname.replace(/^\[|\]$/g, '')
  const isPlain = url.protocol === 'http:' && mayBePrivate && isLoopback(host)
  if (url.protocol !== 'https:' && !isPlain) throw new Unreachable(`${url} is not https`)
  if (url.username || url.password) throw new Unreachable(`${url.host} comes with a password`)
  if (!mayBePrivate && isIP(host) && isPrivate(host)) throw new Unreachable(`${host} is private`)
}
