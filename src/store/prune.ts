/**
 * Pruning: segments whose time is over are replaced by one sealed file that says where they began and
 * ended, so that the chain still verifies behind them, and which rows they had written, so that rows of
 * the database can still be held against the journal.
 */
import { rmSync } from 'node:fs'
import { join } from 'node:path'
import { syncFolder } from '../lib/file.ts'
import { BrokenChain } from './draft.ts'
import type { JournalBatch } from './journal.ts'
import { unpack } from './packing.ts'
import type { Outline, SealedBlock } from './segment.ts'
import { nameOf, type Segments, type Span } from './segments.ts'

/** Key and digest of rows that were written, as a batch of the journal says them. */
export type Writes = JournalBatch['writes']

const rowsPerBlock = 4096

/** The segments, oldest first, in which everything is older than this. Milliseconds since 1970. */
export function prunable(spans: readonly Span[], before: number): Span[] {
  const left = spans.findIndex((span) => !span.isPruned && span.to >= before)
  return spans.slice(0, left === -1 ? undefined : left).filter((span) => !span.isPruned)
}

/** Replaces every segment up to this batch; on disk when it returns. A crash leaves either form. */
export function prune(segments: Segments, last: number, now: number): void {
  const spans = segments.list().filter((span) => span.last <= last)
  const rows = new Map<string, string>()
  let outline: Outline | undefined
  for (const span of spans) {
    const summary = segments.summary(span)
    // What is missing must not go unnoticed behind one file that stands for all.
    if (outline && !follows(summary, outline)) throw new BrokenChain(outline.last + 1)
    for (const writes of writesOf(segments, span)) {
      for (const [key, digest] of writes) {
        if (digest === '') rows.delete(key)
        else rows.set(key, digest)
      }
    }
    outline = joined(outline, summary)
  }
  if (!outline) return
  const made = { ...outline, prunedAt: now }
  segments.write(made, segments.seals.print(made, sealRows(segments, rows)))
  for (const { name } of spans) {
    if (name !== nameOf(made)) rmSync(join(segments.path, name), { force: true })
  }
  syncFolder(segments.path)
}

const follows = ({ first, before }: Outline, { last, link }: Outline): boolean =>
  first === last + 1 && before === link

function joined(before: Outline | undefined, after: Outline): Outline {
  const { first, last, link, from, to, records } = after
  if (!before) return { first, last, before: after.before, link, from, to, records }
  return {
    first: before.first,
    last,
    before: before.before,
    link,
    from: Math.min(before.from, from),
    to: Math.max(before.to, to),
    records: before.records + records,
  }
}

/** What rows a file says were written: a segment by its batches, a pruned one by what it keeps. */
export function* writesOf(segments: Segments, span: Span): Generator<Writes> {
  for (const block of segments.summary(span).blocks) {
    if (span.isPruned) yield JSON.parse(segments.plain(span, block).toString())
    else {
      for (const { body } of segments.batches(span, block)) {
        yield JSON.parse(unpack(body).toString()).writes
      }
    }
  }
}

function sealRows(segments: Segments, rows: ReadonlyMap<string, string>): SealedBlock[] {
  const all = [...rows]
  const blocks: SealedBlock[] = []
  for (let at = 0; at < all.length; at += rowsPerBlock) {
    const text = Buffer.from(JSON.stringify(all.slice(at, at + rowsPerBlock)))
    const block = { first: at, last: at, before: '', from: 0, to: 0, records: 0 }
    blocks.push({ block, sealed: segments.seals.seal(at, text, 'rows') })
  }
  return blocks
}
