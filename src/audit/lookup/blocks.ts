/**
 * Entries in order as blocks that are compressed and sealed, so that the index of a stolen folder tells
 * neither names nor who met what when. Each is bound to its run and its place there.
 */
import type { KeyObject } from 'node:crypto'
import { constants, zstdCompressSync, zstdDecompressSync } from 'node:zlib'
import { lengthPrefixed, release } from '../../lib/bytes.ts'
import { Sealer, Unopenable } from '../../lib/sealer.ts'
import { type Entries, entryBytes } from './entries.ts'

/** Little enough to open for one page, enough to compress well. */
export const blockEntries = 2048

/** The quickest: what is merged is compressed again. */
const options = { params: { [constants.ZSTD_c_compressionLevel]: 1 }, chunkSize: 16 << 10 }
/** A whole block, and a little more than it. */
const opening = { chunkSize: 64 << 10 }

export class Blocks {
  readonly #storeId: string
  readonly #sealer: Sealer

  constructor(storeId: string, key: KeyObject) {
    this.#storeId = storeId
    this.#sealer = new Sealer('look-up index', { current: 1, keys: new Map([[1, key]]) })
  }

  seal(run: number, number: number, entries: Entries): Uint8Array {
    const bytes = printed(entries)
    const plain = zstdCompressSync(bytes, options)
    release(bytes)
    return this.#sealer.seal(plain, this.#place(run, number)) as unknown as Uint8Array
  }

  /** Throws Unopenable. */
  open(run: number, number: number, sealed: Uint8Array): Entries {
    const plain = this.#sealer.open(sealed, this.#place(run, number))
    return parsed(zstdDecompressSync(plain, opening))
  }

  #place(run: number, number: number): Uint8Array {
    return lengthPrefixed(this.#storeId, String(run), String(number))
  }
}

function printed({ terms, seconds, seqs, indexes }: Entries): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(terms.length * entryBytes)
  let at = 0
  for (const { buffer, byteOffset, byteLength } of [terms, seqs, seconds, indexes]) {
    bytes.set(new Uint8Array(buffer, byteOffset, byteLength), at)
    at += byteLength
  }
  return bytes
}

function parsed(plain: Uint8Array): Entries {
  const count = plain.length / entryBytes
  if (!Number.isInteger(count)) throw new Unopenable()
  const bytes = new Uint8Array(plain) // aligned, and on its own
  return {
    terms: new Float64Array(bytes.buffer, 0, count),
    seqs: new Float64Array(bytes.buffer, 8 * count, count),
    seconds: new Uint32Array(bytes.buffer, 16 * count, count),
    indexes: new Uint32Array(bytes.buffer, 20 * count, count),
  }
}
