/**
 * Values that are looked for, as keyed fingerprints: a rolling hash of eight bytes finds the places where
 * one could stand, a MAC over its whole length says whether it does. Both keys are drawn for each search,
 * the values themselves are not kept.
 *
 * https://en.wikipedia.org/wiki/Rabin%E2%80%93Karp_algorithm
 */
import { createHmac, randomBytes } from 'node:crypto'
import { type Form, formsOf } from './forms.ts'

const windowBytes = 8

interface Print {
  readonly what: string
  readonly form: Form['name']
  readonly length: number
  /** How far inside the value the window lies. */
  readonly lead: number
  readonly mac: Buffer
}

export interface Match {
  /** What was found, as the seeker named it. */
  readonly what: string
  readonly form: Form['name']
  readonly start: number
  readonly end: number
}

export class Fingerprints {
  readonly #key = randomBytes(32)
  /** Odd: no byte of the window is lost by multiplying. */
  readonly #factor = randomBytes(4).readUInt32LE() | 1
  readonly #leaving: Int32Array
  readonly #prints = new Map<number, Print[]>()
  /** A bit for each upper half of a hash: most places end here. */
  readonly #sieve = new Uint8Array(1 << 16)
  #longest = windowBytes
  #count = 0

  constructor() {
    let power = 1
    for (let at = 0; at < windowBytes; at++) power = Math.imul(power, this.#factor)
    this.#leaving = Int32Array.from({ length: 256 }, (_, byte) => Math.imul(byte + 1, power))
  }

  /** How many bytes the longest value has: what must overlap when bytes come in pieces. */
  get longestBytes(): number {
    return this.#longest
  }

  get size(): number {
    return this.#count
  }

  /** Looks for a value in all its forms. False if it is too short or too plain to be looked for. */
  add(what: string, value: Uint8Array): boolean {
    const forms = formsOf(value).filter(({ bytes }) => bytes.length >= windowBytes)
    for (const { name, bytes } of forms) this.#addForm(what, name, bytes)
    return forms.length > 0
  }

  #addForm(what: string, form: Form['name'], bytes: Buffer): void {
    const lead = leadOf(bytes)
    const hash = this.#hashAt(bytes, lead)
    const print = { what, form, length: bytes.length, lead, mac: this.#mac(bytes) }
    const others = this.#prints.get(hash)
    if (others?.some((each) => each.what === what && each.mac.equals(print.mac))) return
    this.#prints.set(hash, [...(others ?? []), print])
    this.#sieve[hash >>> 16] = 1
    this.#longest = Math.max(this.#longest, bytes.length)
    this.#count++
  }

  /** Every place where one of the values stands. */
  search(bytes: Buffer): Match[] {
    const found: Match[] = []
    if (bytes.length < windowBytes) return found
    const [factor, leaving, sieve] = [this.#factor, this.#leaving, this.#sieve]
    let hash = this.#hashAt(bytes, 0)
    for (let at = 0; ; at++) {
      if (sieve[hash >>> 16] === 1) this.#collect(bytes, at, hash, found)
      const next = at + windowBytes
      if (next >= bytes.length) return found
      const entering = (bytes[next] as number) + 1
      hash = (Math.imul(hash, factor) + entering - (leaving[bytes[at] as number] as number)) | 0
    }
  }

  #collect(bytes: Buffer, at: number, hash: number, found: Match[]): void {
    for (const { what, form, length, lead, mac } of this.#prints.get(hash) ?? []) {
      const [start, end] = [at - lead, at - lead + length]
      if (start < 0 || end > bytes.length) continue
      if (this.#mac(bytes.subarray(start, end)).equals(mac)) found.push({ what, form, start, end })
    }
  }

  /** Zeros count: a byte is its value and one. */
  #hashAt(bytes: Buffer, start: number): number {
    let hash = 0
    for (let at = start; at < start + windowBytes; at++) {
      hash = (Math.imul(hash, this.#factor) + (bytes[at] as number) + 1) | 0
    }
    return hash
  }

  #mac(bytes: Uint8Array): Buffer {
    return createHmac('sha256', this.#key).update(bytes).digest()
  }
}

const candidatesMax = 64

/** Where the window is most uneven: what begins as all keys begin would be looked at everywhere. */
function leadOf(bytes: Buffer): number {
  const last = bytes.length - windowBytes
  const step = Math.max(1, Math.ceil(last / candidatesMax))
  let [best, most] = [0, 0]
  for (let at = 0; at <= last; at += step) {
    const distinct = new Set(bytes.subarray(at, at + windowBytes)).size
    if (distinct > most) [best, most] = [at, distinct]
  }
  return best
}
