/**
 * The index's terms: what a record is found by, as numbers of 48 bits that are made with a key. Account
 * and region are part of each term: a look-up cannot reach beyond its own. Two that meet by chance are
 * told apart when the record is read.
 */
import type { KeyObject } from 'node:crypto'
import { lengthPrefixed } from '../../lib/bytes.ts'
import { hmac } from '../../lib/hmac.ts'
import { type AuditRecord, copiesOf } from '../copies.ts'
import { type AttributeName, eachAttribute } from './attributes.ts'
import type { Postings } from './fresh.ts'
import type { Query } from './query.ts'

/** They say so much about a record alone that each stands in one record or few: not worth remembering. */
const singular: ReadonlySet<string> = new Set<AttributeName>(['EventId', 'RequestId'])
/** A request has one id wherever its calls worked. */
const regionless: ReadonlySet<string> = new Set<AttributeName>(['RequestId'])

/** What is known of one account and region. */
interface Known {
  /** Terms by attribute and value. */
  readonly terms: Map<string, Map<string, number>>
  /** Of attributes of which each value comes once: what spreads their values. */
  readonly seeds: Map<string, Seed>
}

/** The two halves of a term. */
interface Seed {
  readonly high: number
  readonly low: number
}

const knownItemsMax = 50_000
const halfBits = 24
const half = 2 ** halfBits

export class Terms {
  readonly #key: KeyObject
  readonly #known = new Map<string, Known>()
  #knownCount = 0

  constructor(key: KeyObject) {
    this.#key = key
  }

  /** Everything that these records of one batch are found by, for each account that sees them. */
  postingsOf(
    batches: readonly { readonly seq: number; readonly records: readonly AuditRecord[] }[],
    keptFrom: number,
  ): Postings {
    const postings: number[] = []
    for (const { seq, records } of batches) {
      for (const [index, record] of records.entries()) {
        const second = secondOf(record.eventTime)
        if (!(second >= keptFrom)) continue
        const from = postings.push(seq, index, second, 0)
        if (record.sharedEventID === undefined) this.#add(record, postings, from)
        else for (const copy of copiesOf(record)) this.#add(copy, postings, from)
        postings[from - 1] = postings.length - from
      }
    }
    return new Float64Array(postings)
  }

  #add(record: AuditRecord, terms: number[], from: number): void {
    const { recipientAccountId: account, awsRegion: region } = record
    const known = this.#knownOf(account, region)
    terms.push(this.#term(known, account, region, '', ''))
    eachAttribute(record, (name, value) => {
      const term = this.#term(known, account, region, name, value)
      // Several things of one kind: none twice.
      if (!terms.includes(term, from)) terms.push(term)
    })
  }

  /** The one term that answers a question. */
  for({ account, region = '', attribute }: Query): number {
    const { name = '', value = '' } = attribute ?? {}
    return this.#term(this.#knownOf(account, region), account, region, name, value)
  }

  #knownOf(account: string, region: string): Known {
    const place = `${account}\n${region}`
    const found = this.#known.get(place)
    if (found) return found
    const known: Known = { terms: new Map(), seeds: new Map() }
    this.#known.set(place, known)
    return known
  }

  #term(known: Known, account: string, region: string, name: string, value: string): number {
    const where = regionless.has(name) ? '' : region
    if (singular.has(name)) return this.#singular(known, account, where, name, value)
    let terms = known.terms.get(name)
    const found = terms?.get(value)
    if (found !== undefined) return found
    const term = this.#hash(account, where, name, value)
    if (++this.#knownCount > knownItemsMax) this.#forget()
    else if (!terms) {
      terms = new Map()
      known.terms.set(name, terms)
    }
    terms?.set(value, term)
    return term
  }

  #forget(): void {
    this.#knownCount = 0
    for (const { terms } of this.#known.values()) terms.clear()
    this.#known.clear()
  }

  /** An id is as good as drawn by lot: the end of it is spread by a keyed seed, without a digest for each. */
  #singular(known: Known, account: string, region: string, name: string, value: string): number {
    const a = hexIn(value, value.length - 12)
    const b = hexIn(value, value.length - 6)
    if (a < 0 || b < 0) return this.#hash(account, region, name, value)
    const seed = known.seeds.get(name) ?? this.#sow(known, account, region, name)
    const high = spread(a ^ seed.high)
    const low = spread(b ^ seed.low ^ high)
    return (high >>> (32 - halfBits)) * half + (low >>> (32 - halfBits))
  }

  #sow({ seeds }: Known, account: string, region: string, name: string): Seed {
    const bits = this.#hash(`${name}\n${account}\n${region}`)
    const seed = { high: Math.floor(bits / half), low: bits % half }
    seeds.set(name, seed)
    return seed
  }

  #hash(...parts: readonly string[]): number {
    return hmac(this.#key, lengthPrefixed(...parts)).readUIntBE(0, 6)
  }
}

const hexDigits = 6

/** The number that so many hexadecimal digits are; -1 where there are none. Made without a text in between. */
function hexIn(text: string, from: number): number {
  let number = 0
  for (let at = from; at < from + hexDigits; at++) {
    const digit = digits[text.charCodeAt(at)]
    if (digit === undefined) return -1
    number = number * 16 + digit
  }
  return number
}

/** By their character codes. */
const digits: number[] = []
for (let digit = 0; digit < 16; digit++) {
  digits[digit.toString(16).charCodeAt(0)] = digit
  digits[digit.toString(16).toUpperCase().charCodeAt(0)] = digit
}

/** Each bit of the result hangs on each bit: the end of MurmurHash3. */
function spread(bits: number): number {
  let mixed = bits
  mixed = Math.imul(mixed ^ (mixed >>> 16), 0x85ebca6b)
  mixed = Math.imul(mixed ^ (mixed >>> 13), 0xc2b2ae35)
  return (mixed ^ (mixed >>> 16)) >>> 0
}

/** Most records that follow each other are of the same second. */
let lastText = ''
let lastSecond = 0

function secondOf(text: string): number {
  if (text !== lastText) {
    lastText = text
    lastSecond = Math.floor(Date.parse(text) / 1000)
  }
  return lastSecond
}
