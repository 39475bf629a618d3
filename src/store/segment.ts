/**
 * A segment: a run of the journal's batches in one file that never changes. It begins with a sealed
 * summary, so that readers can skip it; then come blocks, each compressed and sealed by itself, so that
 * one batch can be read without the rest; it ends with a signature over everything before.
 *
 * magic (8) | length of the summary (4) | summary, sealed | blocks, sealed | key (4) | signature (64)
 *
 * What a batch was sealed as does not compress, and the chain is made over it: a block holds of each batch
 * what was sealed (its text, or a long text packed), with how its sealed form began, from which that form
 * is made again to the byte.
 */
import { createHash } from 'node:crypto'
import { zstdCompressSync, zstdDecompressSync } from 'node:zlib'
import { lengthPrefixed } from '../lib/bytes.ts'
import { Sealer, sealedHeadBytes, Unopenable } from '../lib/sealer.ts'
import type { JournalRow } from './engine.ts'
import type { Journal, JournalKeys } from './journal.ts'
import { unpack } from './packing.ts'
import { Signer } from './signature.ts'

/** Batches that are sealed together, and where in the file. */
export interface Block {
  readonly first: number
  readonly last: number
  /** The link before its first batch, hexadecimal. */
  readonly before: string
  readonly from: number
  readonly to: number
  readonly records: number
  readonly offset: number
  readonly bytes: number
}

/** What a segment says of itself. Times are those of commits, in milliseconds, the least and the greatest. */
export interface Summary {
  readonly first: number
  readonly last: number
  /** The link before its first batch and that of its last, hexadecimal. */
  readonly before: string
  readonly link: string
  readonly from: number
  readonly to: number
  readonly records: number
  /** No record is of another account than these; absent where they are too many. */
  readonly accounts?: readonly string[]
  readonly blocks: readonly Block[]
  /** When its batches were removed by policy; then its blocks hold what rows they had written. */
  readonly prunedAt?: number
}

/** A summary before its blocks have their places. */
export type Outline = Omit<Summary, 'blocks'>

export interface SealedBlock {
  readonly block: Omit<Block, 'offset' | 'bytes'>
  readonly sealed: Uint8Array
}

export const magic = Buffer.from('strseg\u0000\u0001', 'latin1')
/** Before the sealed summary. */
export const headerBytes = magic.length + 4
const signatureBytes = 4 + 64

/** Of a segment, or of one that was pruned. */
export type BlockKind = 'batches' | 'rows'

/** Seals and signs segments of one store, and opens and checks them. */
export class SegmentSeals {
  readonly #storeId: string
  readonly #sealer: Sealer
  readonly #signer: Signer

  constructor(keys: JournalKeys) {
    this.#storeId = keys.storeId
    this.#sealer = new Sealer('journal segment', keys.seal)
    this.#signer = new Signer(keys.sign)
  }

  /** A whole file. */
  print(outline: Outline, blocks: readonly SealedBlock[]): Buffer {
    let offset = 0
    const placed = blocks.map(({ block, sealed }) => {
      offset += sealed.length
      return { ...block, offset: offset - sealed.length, bytes: sealed.length }
    })
    const text = Buffer.from(JSON.stringify({ ...outline, blocks: placed }))
    const head = this.#seal('summary', outline.first, text)
    const parts = [magic, number32(head.length), head, ...blocks.map(({ sealed }) => sealed)]
    const { key, bytes } = this.#signer.sign(this.#signed(outline.first, parts))
    return Buffer.concat([...parts, number32(key), bytes])
  }

  /** The summary of a file that begins so. Throws Unopenable. */
  summary(first: number, sealed: Uint8Array): Summary {
    return JSON.parse(this.#open('summary', first, sealed).toString())
  }

  /** Whether a whole file is as it was signed. */
  isGenuine(first: number, file: Buffer): boolean {
    const end = file.length - signatureBytes
    if (end < headerBytes) return false
    const signature = { key: file.readUInt32BE(end), bytes: file.subarray(end + 4) }
    return this.#signer.holds(this.#signed(first, [file.subarray(0, end)]), signature)
  }

  seal(first: number, plain: Uint8Array, kind: BlockKind = 'batches'): Uint8Array {
    return this.#seal(kind, first, zstdCompressSync(plain))
  }

  /** What was sealed as a block. Throws Unopenable. */
  open(first: number, sealed: Uint8Array, kind: BlockKind = 'batches'): Buffer {
    return zstdDecompressSync(this.#open(kind, first, sealed))
  }

  #seal(what: string, first: number, plain: Uint8Array): Uint8Array {
    return this.#sealer.seal(plain, this.#place(what, first)) as unknown as Uint8Array
  }

  #open(what: string, first: number, sealed: Uint8Array): Buffer {
    return this.#sealer.open(sealed, this.#place(what, first))
  }

  #place(what: string, first: number): Uint8Array {
    return lengthPrefixed(this.#storeId, 'segment', what, String(first))
  }

  #signed(first: number, parts: readonly Uint8Array[]): Uint8Array {
    const hash = createHash('sha256')
    for (const part of parts) hash.update(part)
    return lengthPrefixed(this.#storeId, 'segment', String(first), hash.digest())
  }
}

function number32(value: number): Buffer {
  const bytes = Buffer.alloc(4)
  bytes.writeUInt32BE(value)
  return bytes
}

/** A batch on its way into a block or out of it. */
export interface OpenedRow {
  readonly row: JournalRow
  /** What was sealed. */
  readonly body: Buffer
}

/** Batches as a block's contents: how each began, the length of its body, its body. */
export const printBatches = (rows: readonly OpenedRow[]): Buffer =>
  Buffer.concat(
    rows.flatMap(({ row, body }) => [
      row.batch.subarray(0, sealedHeadBytes),
      number32(body.length),
      body,
    ]),
  )

const frameBytes = sealedHeadBytes + 4

/** The batches of an opened block, sealed and linked as they were. */
export function* parseBatches(
  plain: Buffer,
  { first, last, before }: Block,
  journal: Journal,
): Generator<OpenedRow> {
  let link: Uint8Array = Buffer.from(before, 'hex')
  let at = 0
  for (let seq = first; seq <= last; seq++) {
    if (at + frameBytes > plain.length) throw new Unopenable()
    const bodyAt = at + frameBytes
    const end = bodyAt + plain.readUInt32BE(at + sealedHeadBytes)
    const body = plain.subarray(bodyAt, end)
    const batch = journal.sealAgain(seq, plain.subarray(at, at + sealedHeadBytes), body)
    link = journal.link(seq, link, batch)
    yield { row: { seq, link, batch }, body }
    at = end
  }
}

/** The text of one batch of an opened block. Throws Unopenable. */
export function textIn(plain: Buffer, block: Block, seq: number): Buffer {
  let at = 0
  for (let each = block.first; ; each++) {
    if (at + frameBytes > plain.length) throw new Unopenable()
    const end = at + frameBytes + plain.readUInt32BE(at + sealedHeadBytes)
    if (each === seq) return unpack(plain.subarray(at + frameBytes, end))
    at = end
  }
}
