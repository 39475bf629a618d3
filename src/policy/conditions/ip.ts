/**
 * Addresses in ranges, IPv4 and IPv6. A v6 address lies in no v4 range, except the mapped form
 * `::ffff:203.0.113.5`, which is how a v4 peer looks on a dual-stack socket: a Deny for
 * `203.0.113.0/24` must hit it.
 *
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition_operators.html#Conditions_IPAddress
 */
import { type OperatorRow, pairOf, type Test } from './operator.ts'

/** Version 4 as a number, which is quick, version 6 as a bigint. */
export type Address =
  | { readonly bits: 32; readonly value: number }
  | { readonly bits: 128; readonly value: bigint }

/** All addresses that share the first `prefix` bits with this one. */
export type Range = Address & { readonly prefix: number }

const groupForm = /^[0-9a-fA-F]{1,4}$/
const prefixForm = /^(?:0|[1-9]\d{0,2})$/
const groupsCount = 8
const mappedPrefix = 0xffffn
const dot = 0x2e
const zero = 0x30

/** An address as a number, `undefined` for anything else, zone ids and octal octets included. */
export function parseAddress(text: string): Address | undefined {
  if (!text.includes(':')) return fourOf(parseFour(text))
  const value = parseSix(text)
  if (value === undefined) return undefined
  if (value >> 32n === mappedPrefix) return fourOf(Number(value & 0xffffffffn))
  return { bits: 128, value }
}

const fourOf = (value: number | undefined): Address | undefined =>
  value === undefined ? undefined : { bits: 32, value }

/** One pass over the characters: every request with an address condition pays for this. */
function parseFour(text: string): number | undefined {
  let value = 0
  let octet = 0
  let digits = 0
  let octets = 0
  for (let at = 0; at <= text.length; at++) {
    const code = at < text.length ? text.charCodeAt(at) : dot
    if (code === dot) {
      if (digits === 0 || octet > 255 || ++octets > 4) return undefined
      value = value * 256 + octet
      octet = 0
      digits = 0
    } else {
      const leadingZero = digits > 0 && octet === 0
      if (code < zero || code > zero + 9 || leadingZero || ++digits > 3) return undefined
      octet = octet * 10 + code - zero
    }
  }
  return octets === 4 ? value : undefined
}

function parseSix(text: string): bigint | undefined {
  const halves = text.split('::', 3)
  if (halves.length > 2) return undefined
  const lists = halves.map((half, at) => parseGroups(half, at === halves.length - 1))
  if (lists.includes(undefined)) return undefined
  const [head = [], tail = []] = lists
  const gap = groupsCount - head.length - tail.length
  if (halves.length === 2 ? gap < 1 : gap !== 0) return undefined
  const groups = [...head, ...new Array<number>(gap).fill(0), ...tail]
  return groups.reduce((value, group) => (value << 16n) | BigInt(group), 0n)
}

function parseGroups(half: string, last: boolean): number[] | undefined {
  const texts = half === '' ? [] : half.split(':', groupsCount + 1)
  const groups: number[] = []
  for (const [at, text] of texts.entries()) {
    const four = last && at === texts.length - 1 && text.includes('.') ? parseFour(text) : undefined
    if (four !== undefined) groups.push(four >>> 16, four & 0xffff)
    else if (groupForm.test(text)) groups.push(Number.parseInt(text, 16))
    else return undefined
  }
  return groups
}

/** An address alone, or with the length of its prefix; bits behind the prefix do not count. */
export function parseRange(text: string): Range | undefined {
  const [addressText = '', prefixText, ...more] = text.split('/', 3)
  const address = parseAddress(addressText)
  if (!address || more.length > 0) return undefined
  if (prefixText === undefined) return { ...address, prefix: address.bits }
  if (!prefixForm.test(prefixText)) return undefined
  const mapped = address.bits === 32 && addressText.includes(':')
  const prefix = Number(prefixText) - (mapped ? 96 : 0)
  return prefix < 0 || prefix > address.bits ? undefined : { ...address, prefix }
}

function inRange(text: string): Test | undefined {
  const range = parseRange(text)
  if (!range) return undefined
  const base = networkOf(range, range.prefix)
  return (value) => {
    const address = parseAddress(value)
    if (!address) return undefined
    return address.bits === range.bits && networkOf(address, range.prefix) === base
  }
}

function networkOf({ bits, value }: Address, prefix: number): number | bigint {
  return bits === 32 ? Math.floor(value / 2 ** (32 - prefix)) : value >> BigInt(128 - prefix)
}

export const ipOperators: readonly OperatorRow[] = pairOf('IpAddress', 'NotIpAddress', inRange)
