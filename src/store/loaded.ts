/** A segment that is in memory as a whole, for whoever has it from elsewhere than the folder. */
import { Unopenable } from '../lib/sealer.ts'
import type { JournalRow } from './engine.ts'
import { Journal, type JournalKeys } from './journal.ts'
import {
  type Block,
  headerBytes,
  magic,
  parseBatches,
  SegmentSeals,
  type Summary,
} from './segment.ts'
import { nameOf, type Span, spanOf } from './segments.ts'

/** A segment as it is kept. */
export interface SegmentFile {
  readonly name: string
  readonly file: Buffer
}

/** How much of a file must be had for its summary. Throws Unopenable. */
export function summaryEnd(head: Buffer): number {
  if (head.length < headerBytes || !head.subarray(0, magic.length).equals(magic)) {
    throw new Unopenable()
  }
  return headerBytes + head.readUInt32BE(magic.length)
}

export class Loaded {
  readonly span: Span
  readonly summary: Summary
  readonly #file: Buffer
  readonly #blocksAt: number
  readonly #seals: SegmentSeals
  readonly #journal: Journal

  /** The beginning of a file is enough for its summary. Throws Unopenable where it is not what its name says. */
  constructor({ name, file }: SegmentFile, keys: JournalKeys) {
    const span = spanOf(name)
    if (!span) throw new Unopenable()
    this.span = span
    this.#file = file
    this.#seals = new SegmentSeals(keys)
    this.#journal = new Journal(keys)
    this.#blocksAt = summaryEnd(file)
    this.summary = this.#seals.summary(span.first, file.subarray(headerBytes, this.#blocksAt))
    if (nameOf(this.summary) !== name) throw new Unopenable()
  }

  /** Whether the whole file is as it was signed. */
  get isGenuine(): boolean {
    return this.#seals.isGenuine(this.span.first, this.#file)
  }

  /** Its batches, block by block. Throws Unopenable, also on the way. */
  *blocks(): Generator<JournalRow[]> {
    for (const block of this.summary.blocks) yield this.#rows(block)
  }

  /** The link of one of its batches. Throws Unopenable. */
  link(wanted: number): Uint8Array {
    const block = this.summary.blocks.find((each) => each.first <= wanted && wanted <= each.last)
    const row = block && this.#rows(block).find(({ seq }) => seq === wanted)
    if (!row) throw new Unopenable()
    return row.link
  }

  #rows(block: Block): JournalRow[] {
    const at = this.#blocksAt + block.offset
    const sealed = this.#file.subarray(at, at + block.bytes)
    const plain = this.#seals.open(block.first, sealed)
    return Array.from(parseBatches(plain, block, this.#journal), ({ row }) => row)
  }
}

/** Whether what is kept is a segment of this store, as it was signed. */
export function isGenuine(kept: SegmentFile, keys: JournalKeys): boolean {
  try {
    return new Loaded(kept, keys).isGenuine
  } catch (thrown) {
    if (thrown instanceof Unopenable) return false
    throw thrown
  }
}

/**
 * The link of a batch that a segment holds; `'pruned'` where nothing but that it was there is kept of it;
 * `undefined` where that cannot be known: the segment is none of this store's, or was altered.
 */
export function linkIn(
  kept: SegmentFile,
  seq: number,
  keys: JournalKeys,
): Uint8Array | 'pruned' | undefined {
  try {
    const loaded = new Loaded(kept, keys)
    const { first, last, isPruned } = loaded.span
    if (seq < first || seq > last || !loaded.isGenuine) return undefined
    return isPruned ? 'pruned' : loaded.link(seq)
  } catch (thrown) {
    if (thrown instanceof Unopenable) return undefined
    throw thrown
  }
}
