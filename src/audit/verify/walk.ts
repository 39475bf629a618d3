/**
 * The walk along the whole journal, from its first batch to its head, through segments and database:
 * every batch opened, every link made anew, every segment's signature checked. What is altered, missing,
 * moved or cut off is named; behind it the walk goes on with what the next batch says of itself.
 */

import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { sameBytes } from '../../lib/bytes.ts'
import { keyIdOf, Unopenable } from '../../lib/sealer.ts'
import type { JournalRow } from '../../store/engine.ts'
import { firstLink, type Journal, type JournalBatch } from '../../store/journal.ts'
import { unpack } from '../../store/packing.ts'
import { type Writes, writesOf } from '../../store/prune.ts'
import type { Summary } from '../../store/segment.ts'
import type { Segments, Span } from '../../store/segments.ts'
import type { Evidence } from '../../store/sqlite/evidence.ts'
import type { Findings } from './finding.ts'

/** What is told of each batch that is as it was written. */
export type See = (seq: number, link: Uint8Array, batch: JournalBatch) => void

export interface Walked {
  batches: number
  records: number
  segments: number
  /** The last batch that was removed by policy, and when. */
  pruned: { readonly last: number; readonly at: number } | undefined
}

export interface WalkOptions {
  readonly segments: Segments
  readonly evidence: Evidence
  readonly findings: Findings
  readonly see: See
  /** What the pruned batches wrote. */
  seePruned?(last: number, writes: Writes): void
  progress(done: number, of: number): void
}

const batchesPerRead = 256

export class Walk {
  readonly done: Walked = { batches: 0, records: 0, segments: 0, pruned: undefined }
  readonly #options: WalkOptions
  readonly #journal: Journal
  readonly #known = new Set<string>()
  /** The last batch that was walked over; its link, if it is known to be right; its time. */
  #seq = 0
  #link: Uint8Array | undefined = firstLink
  #at: number | undefined
  #keyId = 0

  constructor(options: WalkOptions) {
    this.#options = options
    this.#journal = options.segments.journal
  }

  /** Walks to the head that the database has when the segments are done; gives it with the last link. */
  run(): { seq: number; link: Uint8Array | undefined } {
    const { evidence } = this.#options
    this.#alongSegments(evidence.head().seq)
    evidence.hold()
    const head = evidence.head()
    // What was cut meanwhile left the database.
    this.#alongSegments(head.seq)
    this.#alongDatabase(head.seq)
    this.#copiesLeft()
    if (this.#seq === head.seq && this.#link && !sameBytes(this.#link, head.link)) {
      this.#note(head.seq, head.seq, 'the head names another batch than the last')
    }
    return { seq: this.#seq, link: this.#link }
  }

  /** Walks once more to a head, on a database that is held already. */
  again(head: number): void {
    this.#alongSegments(head)
    this.#alongDatabase(head)
  }

  #note(first: number, last: number, what: string, file?: string): void {
    this.#options.findings.add({ first, last, after: this.#at, what, ...(file && { file }) })
  }

  #alongSegments(head: number): void {
    const { segments, progress } = this.#options
    for (const span of segments.list()) {
      if (span.last <= this.#seq || span.first > head) {
        this.#mustNotBeKnown(span)
        continue
      }
      this.#mustFollow(span)
      if (span.isPruned) this.#overPruned(span)
      // It was pruned meanwhile: what stands for it is in the next list.
      else if (!existsSync(join(segments.path, span.name))) return
      else this.#overSegment(span)
      progress(this.#seq, head)
    }
  }

  #mustNotBeKnown(span: Span): void {
    if (this.#known.has(span.name) || span.first > this.#seq) return
    this.#known.add(span.name)
    this.#note(span.first, span.last, 'a file that holds batches a second time', span.name)
  }

  /** What lies between must be in the database still, or it is missing. */
  #mustFollow(span: Span): void {
    this.#known.add(span.name)
    if (span.first > this.#seq + 1) this.#alongDatabase(span.first - 1)
    if (span.first <= this.#seq && !span.isPruned) {
      this.#note(span.first, this.#seq, 'a file that holds batches a second time', span.name)
    }
  }

  #summaryOf(span: Span): { summary: Summary; isGenuine: boolean } | undefined {
    const { segments } = this.#options
    try {
      const file = readFileSync(join(segments.path, span.name))
      return {
        summary: segments.summary(span),
        isGenuine: segments.seals.isGenuine(span.first, file),
      }
    } catch (thrown) {
      if (thrown instanceof Unopenable) return undefined
      throw thrown
    }
  }

  #overPruned(span: Span): void {
    const found = this.#summaryOf(span)
    if (!found?.isGenuine) {
      this.#note(span.first, span.last, 'what stands for pruned batches was altered', span.name)
      this.#goOn(span.last, undefined)
      return
    }
    const { summary } = found
    this.#mustBegin(summary, span)
    this.done.pruned = { last: span.last, at: summary.prunedAt ?? 0 }
    for (const writes of writesOf(this.#options.segments, span)) {
      this.#options.seePruned?.(span.last, writes)
    }
    this.#at = summary.to
    this.#goOn(span.last, Buffer.from(summary.link, 'hex'))
  }

  #goOn(seq: number, link: Uint8Array | undefined): void {
    this.#seq = seq
    this.#link = link
  }

  #mustBegin({ before, first, last }: Summary, { name }: Span): void {
    const isNext = first === this.#seq + 1
    if (!isNext || !this.#link || sameBytes(this.#link, Buffer.from(before, 'hex'))) return
    this.#note(first, last, 'a segment that does not follow what is before it', name)
  }

  #overSegment(span: Span): void {
    const found = this.#summaryOf(span)
    if (!found) {
      this.#note(span.first, span.last, 'a segment that was altered or put elsewhere', span.name)
      this.#goOn(span.last, undefined)
      return
    }
    const { summary, isGenuine } = found
    this.#mustBegin(summary, span)
    const before = this.#options.findings.all.length
    for (const block of summary.blocks) this.#overBlock(span, block)
    const isSound = this.#options.findings.all.length === before
    if (!isGenuine && isSound) {
      this.#note(span.first, span.last, "a segment's signature does not hold", span.name)
    }
    this.done.segments++
    this.#goOn(span.last, Buffer.from(summary.link, 'hex'))
  }

  #overBlock(span: Span, block: Summary['blocks'][number]): void {
    const { segments } = this.#options
    if (block.last <= this.#seq) return
    try {
      const before = Buffer.from(block.before, 'hex')
      if (this.#link && !sameBytes(this.#link, before)) throw new Unopenable()
      for (const { row, body } of segments.batches(span, block)) this.#over(row, unpack(body))
    } catch (thrown) {
      if (!(thrown instanceof Unopenable)) throw thrown
      this.#note(block.first, block.last, 'batches that were altered', span.name)
      this.#goOn(block.last, undefined)
    }
  }

  /** A batch whose link is known to be made of what is before it. */
  #over(row: JournalRow, text: Buffer): void {
    const batch: JournalBatch = JSON.parse(text.toString())
    const keyId = keyIdOf(row.batch) ?? 0
    if (keyId < this.#keyId)
      this.#note(row.seq, row.seq, 'a batch under an older key than before it')
    this.#keyId = Math.max(this.#keyId, keyId)
    this.done.batches++
    this.done.records += batch.records.length
    this.#at = batch.at
    this.#goOn(row.seq, row.link)
    this.#options.see(row.seq, row.link, batch)
  }

  #alongDatabase(upTo: number): void {
    const { evidence, progress } = this.#options
    while (this.#seq < upTo) {
      const rows = evidence.batches(this.#seq, batchesPerRead).filter(({ seq }) => seq <= upTo)
      for (const row of rows) this.#overRow(row)
      if (rows.length === 0) this.#missing(upTo)
      progress(this.#seq, upTo)
    }
    const [extra] = upTo === evidence.head().seq ? evidence.batches(upTo, 1) : []
    if (extra) this.#note(extra.seq, extra.seq, 'a batch beyond the head')
  }

  #missing(last: number): void {
    this.#note(this.#seq + 1, last, this.#seq + 1 === last ? 'it is missing' : 'they are missing')
    this.#goOn(last, undefined)
  }

  #overRow(row: JournalRow): void {
    if (row.seq > this.#seq + 1) this.#missing(row.seq - 1)
    try {
      const link = this.#link && this.#journal.link(row.seq, this.#link, row.batch)
      const text = this.#journal.text(row)
      if (link && !sameBytes(link, row.link)) {
        this.#note(row.seq, row.seq, 'it does not follow the batch before it')
        this.#goOn(row.seq, undefined)
      } else this.#over(row, text)
    } catch (thrown) {
      if (!(thrown instanceof Unopenable)) throw thrown
      this.#note(row.seq, row.seq, 'it was altered, or is another batch')
      // What its link was cannot be known: the next one is taken as it says.
      this.#goOn(row.seq, undefined)
    }
  }

  /** Batches that are in segments and in the database still: both must be the same. */
  #copiesLeft(): void {
    const { evidence, segments } = this.#options
    const end = segments.last
    for (let after = 0; after < end; ) {
      const rows = evidence.batches(after, batchesPerRead).filter(({ seq }) => seq <= end)
      if (rows.length === 0) return
      for (const row of rows)
        if (!this.#isCopied(row))
          this.#note(row.seq, row.seq, 'its copy in the database was altered')
      after = rows.at(-1)?.seq ?? end
    }
  }

  #isCopied({ seq, link, batch }: JournalRow): boolean {
    try {
      const [copy] = this.#options.segments.read(seq - 1, seq, { itemsMax: 1 })
      return !copy || (sameBytes(copy.link, link) && sameBytes(copy.batch, batch))
    } catch {
      return true // the segment was named already
    }
  }
}
