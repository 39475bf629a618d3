/**
 * Addresses that belong to somebody's own network, and a look-up that does not go there: whoever may
 * name an address for the house to call must not reach by it what only the house can reach.
 *
 * https://owasp.org/www-community/attacks/Server_Side_Request_Forgery
 */
import { type LookupAddress, lookup } from 'node:dns'
import { BlockList, isIP, type LookupFunction } from 'node:net'

/** Why somebody's answer was not had. The words are for the operator, not for the caller. */
export class Unreachable extends Error {
  override name = 'Unreachable'
}

/** This machine itself. */
export const isLoopback = (host: string): boolean =>
  host === 'localhost' || host === '::1' || (isIP(host) === 4 && host.startsWith('127.'))

/** The host of a URL, an IPv6 address without its brackets. */
export const hostOf = (url: URL): string => url.hostname.replace(/^\[|\]$/g, '')

/** Whether an address may be called. */
export type Admits = (address: string) => boolean

/** As dns.lookup, but a name with any address that is not admitted is not found. */
export const lookupAmong =
  (admits: Admits): LookupFunction =>
  (hostname, options, callback) => {
    lookup(hostname, { ...options, all: true }, (error, addresses: LookupAddress[]) => {
      const found = error ? undefined : addresses[0]
      if (error || !found) return callback(error ?? new Unreachable(`${hostname} is nowhere`), '')
      if (!addresses.every(({ address }) => admits(address))) {
        return callback(new Unreachable(`${hostname} is private`), '')
      }
      if (options.all) callback(null, addresses)
      else callback(null, found.address, found.family)
    })
  }

/** As dns.lookup, but a name with any private address is not found. */
export const publicLookup: LookupFunction = lookupAmong((address) => !isPrivate(address))

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

/** Whether an address is not one of the public internet. */
export function isPrivate(address: string): boolean {
  if (isIP(address) === 4) return privateV4.check(address, 'ipv4')
  return !publicV6.check(address, 'ipv6') || carryingV6.check(address, 'ipv6')
}

/** The public internet, and what lies in these blocks, as `10.0.0.0/8`. Throws RangeError for others. */
export function admittedBeside(blocks: readonly string[]): Admits {
  const list = new BlockList()
  for (const block of blocks) {
    const [address = '', bits = '', ...more] = block.split('/')
    const version = isIP(address)
    const bitsMax = version === 4 ? 32 : 128
    if (version === 0 || !/^\d{1,3}$/.test(bits) || Number(bits) > bitsMax || more.length > 0) {
      throw new RangeError(block)
    }
    list.addSubnet(address, Number(bits), version === 4 ? 'ipv4' : 'ipv6')
  }
  return (address) =>
    !isPrivate(address) || list.check(address, isIP(address) === 4 ? 'ipv4' : 'ipv6')
}
