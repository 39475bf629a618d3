/**
 * Addresses in a block, IPv4 and IPv6. A text in the event that is no address is in none.
 *
 * https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-create-pattern-operators.html#eb-filtering-ip-matching
 */
import { BlockList, isIP } from 'node:net'
import { InvalidPattern } from './invalid.ts'
import type { Test } from './leaf.ts'

/** Throws InvalidPattern. */
export function readCidr(block: string): Test {
  const [address = '', bits = '', ...more] = block.split('/')
  if (!block.includes('/') || more.length > 0) {
    throw new InvalidPattern("Malformed CIDR, one '/' required")
  }
  if (!/^\d{1,3}$/.test(bits)) {
    throw new InvalidPattern('Malformed CIDR, mask bits must be an integer')
  }
  const version = isIP(address)
  if (version === 0) throw new InvalidPattern(`Nonstandard IP address: ${address}`)
  const bitsMax = version === 4 ? 32 : 128
  if (Number(bits) > bitsMax) {
    throw new InvalidPattern(`Malformed CIDR, mask bits must be <= ${bitsMax}`)
  }
  const family = version === 4 ? 'ipv4' : 'ipv6'
  const list = new BlockList()
  list.addSubnet(address, Number(bits), family)
  return (value) =>
    typeof value === 'string' && isIP(value) === version && list.check(value, family)
}
