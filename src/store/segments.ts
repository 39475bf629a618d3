/**
 * The folder of a store's segments: the part of the journal that left the database. A segment's name
 * says its first and last batch and the times of the earliest and latest commit in it, so that a reader
 * opens only what it asks for; the sealed summary inside must say the same.
 *
 * A segment is there whole or not at all. A file of batches that were pruned by policy covers the
 * segments that it stands for, should a crash have left them.
 */
import { closeSync, mkdirSync, openSync, readdirSync, readSync, renameSync, rmSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { replaceFile, syncFolder } from '../lib/file.ts'
import { Unopenable } from '../lib/sealer.ts'
import { BrokenChain } from './draft.ts'
import type { JournalRow, Page } from './engine.ts'
import { Journal, type JournalKeys } from './journal.ts'
import {
  type Block,
  headerBytes,
  magic,
  type OpenedRow,
  type Outline,
  parseBatches,
  SegmentSeals,
  type Summary,
  textIn,
} from './segment.ts'

/** What a file's name says of it. */
export interface Span {
  readonly name: string
  readonly first: number
  readonly last: number
  readonly from: number
  readonly to: number
  readonly isPruned: boolean
}

const form = /^(\d{16})-(\d{16})_(\d{15})-(\d{15})\.(segment|pruned)$/
const drafts = /\.new$/
const digits = (value: number, count: number): string => String(value).padStart(count, '0')

/** The name of the file with this summary. */
export const nameOf = ({ first, last, from, to, prunedAt }: Outline): string =>
  `${digits(first, 16)}-${digits(last, 16)}_${digits(from, 15)}-${digits(to, 15)}.${prunedAt === undefined ? 'segment' : 'pruned'}`

/** Opened blocks that are remembered: a page is often followed by the next. */
const blocksMax = 16
/** The same, opened and no more: looks at single batches often fall into one. */
const plainsMax = 8
const summariesMax = 64

export class Segments {
  readonly path: string
  readonly journal: Journal
  readonly seals: SegmentSeals
  readonly #summaries = new Map<string, Summary>()
  readonly #blocks = new Map<string, readonly JournalRow[]>()
  readonly #plains = new Map<string, Buffer>()
  #spans: readonly Span[] | undefined

  constructor(path: string, keys: JournalKeys) {
    this.path = path
    this.journal = new Journal(keys)
    this.seals = new SegmentSeals(keys)
  }

  /** What there is, oldest first, looked up anew. */
  list(): readonly Span[] {
    this.#spans = spansIn(this.path)
    return this.#spans
  }

  /** The number of the last batch in these files. */
  get last(): number {
    return this.list().at(-1)?.last ?? 0
  }

  /** The number of the last batch that has left the database, with its link; zero if none has. */
  end(): { seq: number; link: Uint8Array | undefined } {
    const last = this.list().at(-1)
    if (!last) return { seq: 0, link: undefined }
    return { seq: last.last, link: Buffer.from(this.summary(last).link, 'hex') }
  }

  /**
   * Rows with `after < seq <= upTo`, of one block at most. Empty where there is nothing more; batches that
   * were pruned are passed over. Throws BrokenChain where batches are missing or altered.
   */
  read(after: number, upTo: number, page: Page): JournalRow[] {
    // What was cut since the last look is found by a second one.
    return (
      this.#read(after, upTo, page, this.#spans ?? this.list()) ?? this.#fresh(after, upTo, page)
    )
  }

  #fresh(after: number, upTo: number, page: Page): JournalRow[] {
    const spans = this.list()
    const rows = this.#read(after, upTo, page, spans)
    if (rows) return rows
    if (spans.length === 0 || isBeyond(spans, after, upTo)) return []
    throw new BrokenChain(page.reverse ? upTo : after + 1)
  }

  #read(after: number, upTo: number, page: Page, spans: readonly Span[]): JournalRow[] | undefined {
    const wanted = page.reverse ? upTo : after + 1
    const at = indexOf(spans, wanted)
    const span = spans[at]
    if (!span || span.first > wanted) return undefined
    if (span.isPruned) {
      if (page.reverse || span.last >= upTo || at === spans.length - 1) return []
      return this.#read(span.last, upTo, page, spans)
    }
    try {
      return this.rowsIn(span, after, upTo, page)
    } catch (thrown) {
      if ((thrown as NodeJS.ErrnoException).code === 'ENOENT') return undefined
      throw thrown instanceof Unopenable ? new BrokenChain(span.first) : thrown
    }
  }

  /** The same from one segment, which holds the first that is wanted. Throws Unopenable. */
  rowsIn(span: Span, after: number, upTo: number, { itemsMax, reverse }: Page): JournalRow[] {
    const block = this.#blockAt(span, reverse ? upTo : after + 1)
    const rows = block.filter(({ seq }) => seq > after && seq <= upTo)
    return reverse ? rows.reverse().slice(0, itemsMax) : rows.slice(0, itemsMax)
  }

  /**
   * What stands in one batch, without making its sealed form again; `undefined` where it is not kept
   * any more, or does not open.
   */
  text(seq: number): Buffer | undefined {
    return this.#text(seq, this.#spans ?? this.list()) ?? this.#text(seq, this.list())
  }

  #text(seq: number, spans: readonly Span[]): Buffer | undefined {
    const span = spans[indexOf(spans, seq)]
    if (!span || span.isPruned) return undefined
    try {
      return this.textIn(span, seq)
    } catch (thrown) {
      const isGone = (thrown as NodeJS.ErrnoException).code === 'ENOENT'
      if (isGone || thrown instanceof Unopenable) return undefined
      throw thrown
    }
  }

  /** The same from the segment that holds it. Throws Unopenable. */
  textIn(span: Span, seq: number): Buffer {
    const { blocks } = this.summary(span)
    const block = blocks[indexOf(blocks, seq)]
    if (!block) throw new Unopenable()
    const plain = remembered(this.#plains, plainsMax, `${span.name}:${block.first}`, () =>
      this.plain(span, block),
    )
    return textIn(plain, block, seq)
  }

  #blockAt(span: Span, seq: number): readonly JournalRow[] {
    const { blocks } = this.summary(span)
    const block = blocks[indexOf(blocks, seq)]
    if (!block) throw new Unopenable()
    const name = `${span.name}:${block.first}`
    return remembered(this.#blocks, blocksMax, name, () =>
      Array.from(this.batches(span, block), ({ row }) => row),
    )
  }

  /** The batches of one block. Throws Unopenable, also on the way. */
  batches(span: Span, block: Block): Iterable<OpenedRow> {
    return parseBatches(this.plain(span, block), block, this.journal)
  }

  /** What a block holds. Throws Unopenable. */
  plain(span: Span, block: Block): Buffer {
    const kind = span.isPruned ? 'rows' : 'batches'
    return this.seals.open(block.first, this.#bytes(span, block), kind)
  }

  #bytes(span: Span, { offset, bytes }: Block): Buffer {
    return withFile(join(this.path, span.name), (file) => {
      const length = mustRead(file, headerBytes, 0).readUInt32BE(magic.length)
      return mustRead(file, bytes, headerBytes + length + offset)
    })
  }

  /** What a segment says of itself. Throws Unopenable, also where it is not what its name says. */
  summary(span: Span): Summary {
    return remembered(this.#summaries, summariesMax, span.name, () => {
      const summary = withFile(join(this.path, span.name), (file) => {
        const head = mustRead(file, headerBytes, 0)
        if (!head.subarray(0, magic.length).equals(magic)) throw new Unopenable()
        const length = head.readUInt32BE(magic.length)
        if (length > summaryBytesMax) throw new Unopenable()
        return this.seals.summary(span.first, mustRead(file, length, headerBytes))
      })
      if (nameOf(summary) !== span.name) throw new Unopenable()
      return summary
    })
  }

  /** Writes a file; on disk when it returns. */
  write(summary: Outline, file: Uint8Array): void {
    makeFolder(this.path)
    const path = join(this.path, nameOf(summary))
    try {
      replaceFile(path, file)
    } catch (thrown) {
      rmSync(`${path}.new`, { force: true })
      throw thrown
    }
  }

  /** Takes away what a crash left: unfinished files, and segments that a later file stands for. */
  tidy(): void {
    for (const name of namesIn(this.path)) {
      if (drafts.test(name)) rmSync(join(this.path, name), { force: true })
    }
    const kept = new Set(this.list().map(({ name }) => name))
    for (const name of namesIn(this.path)) {
      if (form.test(name) && !kept.has(name)) rmSync(join(this.path, name), { force: true })
    }
  }

  /** Puts aside what reaches beyond a head: it belongs to a database that was rolled back. */
  setAside(head: number): void {
    for (const { name, last } of this.list()) {
      if (last > head)
        renameSync(join(this.path, name), join(this.path, `${name}.aside-${Date.now()}`))
    }
    if (this.list().length > 0) syncFolder(this.path)
  }
}

/** A summary is some hundred bytes for each block. */
const summaryBytesMax = 64 << 20

/** What the name of a segment says; `undefined` for any other name. */
export function spanOf(name: string): Span | undefined {
  const [, first, last, from, to, kind] = form.exec(name) ?? []
  if (kind === undefined) return undefined
  const numbers = { first: Number(first), last: Number(last), from: Number(from), to: Number(to) }
  return { name, ...numbers, isPruned: kind === 'pruned' }
}

/** The files of a folder by their names, oldest first; one that another stands for is left out. */
export function spansIn(path: string): Span[] {
  const all = namesIn(path).flatMap((name) => spanOf(name) ?? [])
  const pruned = all.filter(({ isPruned }) => isPruned)
  const isCovered = (span: Span) =>
    pruned.some((each) => each !== span && each.first <= span.first && each.last >= span.last)
  return all.filter((span) => !isCovered(span)).sort((a, b) => a.first - b.first || a.last - b.last)
}

function namesIn(path: string): string[] {
  try {
    return readdirSync(path)
  } catch (thrown) {
    if ((thrown as NodeJS.ErrnoException).code === 'ENOENT') return []
    throw thrown
  }
}

/** The last of these that begins at or before a number; -1 if none does or it ends before. */
function indexOf(spans: readonly { first: number; last: number }[], seq: number): number {
  let [low, high] = [0, spans.length]
  while (low < high) {
    const middle = (low + high) >> 1
    if ((spans[middle]?.first ?? 0) <= seq) low = middle + 1
    else high = middle
  }
  return (spans[low - 1]?.last ?? 0) >= seq ? low - 1 : -1
}

/** Whether a range lies wholly outside of what these reach over. */
const isBeyond = (spans: readonly Span[], after: number, upTo: number): boolean =>
  after >= (spans.at(-1)?.last ?? 0) || upTo < (spans[0]?.first ?? 0)

function remembered<T>(known: Map<string, T>, itemsMax: number, name: string, make: () => T): T {
  const found = known.get(name) ?? make()
  known.delete(name)
  known.set(name, found)
  for (const oldest of known.keys()) {
    if (known.size <= itemsMax) break
    known.delete(oldest)
  }
  return found
}

function withFile<T>(path: string, use: (file: number) => T): T {
  const file = openSync(path, 'r')
  try {
    return use(file)
  } finally {
    closeSync(file)
  }
}

/** Exactly so many bytes. Throws Unopenable where the file ends before. */
function mustRead(file: number, length: number, position: number): Buffer {
  const bytes = Buffer.alloc(length)
  let at = 0
  while (at < length) {
    const read = readSync(file, bytes, at, length - at, position + at)
    if (read === 0) throw new Unopenable()
    at += read
  }
  return bytes
}

function makeFolder(path: string): void {
  if (mkdirSync(path, { recursive: true, mode: 0o700 }) !== undefined) syncFolder(dirname(path))
}
