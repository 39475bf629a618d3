/**
 * The chunks of a backup: each sealed for its number and for everything that stands before it, so that
 * none can be altered, left out, put elsewhere or taken from another backup. The last link stands in
 * clear at the end: without any key it shows whether the bytes are those that were written.
 *
 * link(0) = SHA-256(preamble), link(n) = SHA-256(link(n-1) || sealed chunk n)
 */
import { createHash } from 'node:crypto'
import { lengthPrefixed } from '../lib/bytes.ts'
import type { Sealer } from '../lib/sealer.ts'

export class Chain {
  #link: Buffer
  #count = 0

  constructor(preamble: Uint8Array) {
    this.#link = createHash('sha256').update(preamble).digest()
  }

  /** The number of the chunk that comes next, from 1. */
  get next(): number {
    return this.#count + 1
  }

  get link(): Buffer {
    return this.#link
  }

  seal(sealer: Sealer, plain: Uint8Array): Uint8Array {
    const sealed = sealer.seal(plain, this.#place())
    this.pass(sealed)
    return sealed
  }

  /** Throws Unopenable. */
  open(sealer: Sealer, sealed: Uint8Array): Buffer {
    const plain = sealer.open(sealed, this.#place())
    this.pass(sealed)
    return plain
  }

  /** Goes on behind a chunk without opening it. */
  pass(sealed: Uint8Array): void {
    this.#link = createHash('sha256').update(this.#link).update(sealed).digest()
    this.#count++
  }

  #place(): Uint8Array {
    return lengthPrefixed('backup', this.#link, String(this.next))
  }
}
