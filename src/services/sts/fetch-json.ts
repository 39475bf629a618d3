/**
 * Reading JSON from an identity provider. Whoever may register a provider names its address, so that
 * this must not become a way into the house's own network: https only, no redirects, no private
 * addresses (looked at when connecting, so that a name cannot change its mind), bounded in size and time.
 *
 * https://owasp.org/www-community/attacks/Server_Side_Request_Forgery
 */
import { type LookupAddress, lookup } from 'node:dns'
import { get as getHttp } from 'node:http'
import { get as getHttps } from 'node:https'
import { BlockList, isIP, type LookupFunction } from 'node:net'
import { type Json, parseJson } from '../../lib/json.ts'

/** @param mayBePrivate the operator said that this provider lives in the house's own network */
export type FetchJson = (url: URL, mayBePrivate: boolean) => Promise<Json>

/** Why a provider's answer was not had. The words are for the operator, not for the caller. */
export class Unreachable extends Error {
  override name = 'Unreachable'
}

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

export const isLoopback = (host: string): boolean =>
  host === 'localhost' || host === '::1' || (isIP(host) === 4 && host.startsWith('127.'))

/** As dns.lookup, but a name with any private address is not found. */
const publicLookup: LookupFunction = (hostname, options, callback) => {
  lookup(hostname, { ...options, all: true }, (error, addresses: LookupAddress[]) => {
    const found = error ? undefined : addresses[0]
    if (error || !found) return callback(error ?? new Unreachable(`${hostname} is nowhere`), '')
    if (addresses.some(({ address }) => isPrivate(address))) {
      return callback(new Unreachable(`${hostname} is private`), '')
    }
    if (options.all) callback(null, addresses)
    else callback(null, found.address, found.family)
  })
}

const ranges: readonly (readonly [address: string, bits: number])[] = [
  ['0.0.0.0', 8],
  ['10.0.0.0', 8],
  ['100.64.0.0', 10],
  ['127.0.0.0', 8],
  ['169.254.0.0', 16],
  ['172.16.0.0', 12],
  ['192.0.0.0', 24],
  ['192.0.2.0', 24],
  ['192.168.0.0', 16],
  ['198.18.0.0', 15],
  ['198.51.100.0', 24],
  ['203.0.113.0', 24],
  ['224.0.0.0', 3],
]

const privateV4 = new BlockList()
for (const [address, bits] of ranges) privateV4.addSubnet(address, bits, 'ipv4')

/** Of IPv6 only what is routed at large, without what carries an IPv4 address inside. */
const publicV6 = new BlockList()
publicV6.addSubnet('2000::', 3, 'ipv6')
const carryingV6 = new BlockList()
for (const [address, bits] of [['2001::', 23] as const, ['2002::', 16] as const]) {
  carryingV6.addSubnet(address, bits, 'ipv6')
}

export function isPrivate(address: string): boolean {
  if (isIP(address) === 4) return privateV4.check(address, 'ipv4')
  return !publicV6.check(address, 'ipv6') || carryingV6.check(address, 'ipv6')
}
