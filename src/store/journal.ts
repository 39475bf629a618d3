/**
 * The journal's own form: each committed batch is sealed as a whole and chained to the one before,
 * `link = HMAC(journal key, previous link || number || sealed batch)`. A batch holds its audit
 * records and a digest of every row that it wrote, so that old, altered and missing rows can be found.
 */
import { createHmac, hash } from 'node:crypto'
import { lengthPrefixed, release } from '../lib/bytes.ts'
import { keyIdOf, Sealer, Unopenable } from '../lib/sealer.ts'
import type { Change, JournalRow } from './engine.ts'
import type { JournalKeys } from './journal-keys.ts'
import { pack, unpack } from './packing.ts'

export type { JournalKeys } from './journal-keys.ts'

/** Audit records as a batch takes them: JSON texts, in UTF-8, with commas between them. */
export interface Records {
  readonly count: number
  readonly text: Uint8Array
}

export const joinRecords = (records: readonly object[]): Records => ({
  count: records.length,
  text: Buffer.from(printRecords(records)),
})

/** All at once, which costs half of one by one. */
export const printRecords = (records: readonly object[]): string =>
  JSON.stringify(records).slice(1, -1)

/** One opened batch. */
export interface JournalBatch {
  /** When it was committed, in milliseconds. */
  readonly at: number
  readonly records: readonly unknown[]
  /** Key and SHA-256 (hex) of every row written; an empty digest for a row removed. */
  readonly writes: readonly (readonly [key: string, digest: string])[]
}

export const firstLink: Uint8Array = new Uint8Array(32)

export class Journal {
  readonly #keys: JournalKeys
  readonly #sealer: Sealer

  constructor(keys: JournalKeys) {
    this.#keys = keys
    this.#sealer = new Sealer('journal', keys.seal)
  }

  /** The row for a batch. */
  write(
    seq: number,
    previous: Uint8Array,
    at: number,
    { count, text }: Records,
    changes: readonly Change[],
  ): JournalRow {
    const writes = JSON.stringify(changes.map(({ key, row }) => [key, row ? digestOf(row) : '']))
    const head = Buffer.from(`{"at":${at},"count":${count},"records":[`)
    const whole = Buffer.concat([head, text, Buffer.from(`],"writes":${writes}}`)])
    const body = pack(whole)
    const batch = this.#sealer.seal(body, this.#place(seq))
    release(whole)
    return { seq, batch, link: this.link(seq, previous, batch) }
  }

  /** What stands in a row. Throws Unopenable. */
  open(row: JournalRow): JournalBatch {
    return JSON.parse(this.text(row).toString())
  }

  /** The same as text. */
  text(row: JournalRow): Buffer {
    return unpack(this.body(row))
  }

  /** What was sealed: the text, or the text packed. */
  body({ seq, batch }: JournalRow): Buffer {
    return this.#sealer.open(batch, this.#place(seq))
  }

  /** The sealed batch again, to the byte, of what was sealed and of how it began. */
  sealAgain(seq: number, head: Uint8Array, body: Uint8Array): Uint8Array {
    return this.#sealer.sealAgain(head, body, this.#place(seq)) as unknown as Uint8Array
  }

  /** The link that a row must have behind `previous`. Throws Unopenable for a batch of no key of ours. */
  link(seq: number, previous: Uint8Array, batch: Uint8Array): Uint8Array {
    const key = this.#keys.link.keys.get(keyIdOf(batch) ?? 0)
    if (!key) throw new Unopenable()
    return createHmac('sha256', key)
      .update(lengthPrefixed(previous, String(seq)))
      .update(batch)
      .digest()
  }

  #place(seq: number): Uint8Array {
    return lengthPrefixed(this.#keys.storeId, 'journal', String(seq))
  }
}

/** What a batch says first: when it was committed and how many records it holds, without the rest. */
export function glanceAtBatch(text: Buffer): { at: number; count: number } {
  const start = text.toString('latin1', 0, glanceBytes)
  const [, at, count] = /^\{"at":(\d+),"count":(\d+),"records":/.exec(start) ?? []
  if (count !== undefined) return { at: Number(at), count: Number(count) }
  // Earlier programs did not say how many.
  const batch: JournalBatch = JSON.parse(text.toString())
  return { at: batch.at, count: batch.records.length }
}

const glanceBytes = 64

/** The digest that the journal keeps of a sealed row. */
export const digestOf = (row: Uint8Array): string => hash('sha256', row, 'hex')
