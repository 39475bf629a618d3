/** The part of a journal in PostgreSQL that left its table, as a whole store takes it along. */
import { Unopenable } from '../../lib/sealer.ts'
import { BrokenChain } from '../draft.ts'
import type { JournalKeys } from '../journal-keys.ts'
import { Loaded, type SegmentFile } from '../loaded.ts'
import type { Span } from '../segments.ts'
import type { Part } from '../whole.ts'
import { type Asked, fileAt, hasSegments, soundSpans } from './shelf.ts'

/** Batches one by one, and what stands for pruned ones. Throws BrokenChain. */
export async function* segmentParts(
  client: Asked,
  spans: readonly Span[],
  keys: JournalKeys,
): AsyncGenerator<Part> {
  for (const span of spans) {
    const kept = await fileAt(client, span)
    if (!kept) throw new BrokenChain(span.first)
    yield* partsIn(kept, span, keys)
  }
}

function* partsIn(kept: SegmentFile, span: Span, keys: JournalKeys): Generator<Part> {
  try {
    const loaded = new Loaded(kept, keys)
    if (span.isPruned) {
      const link = Buffer.from(loaded.summary.link, 'hex')
      yield { kind: 'pruned', rows: [{ seq: span.last, link, ...kept }] }
    } else for (const rows of loaded.blocks()) yield { kind: 'journal', rows }
  } catch (thrown) {
    throw thrown instanceof Unopenable ? new BrokenChain(span.first) : thrown
  }
}

/** Segments as they are kept, for who looks whether they are as they were written. */
export async function* segmentFiles(client: Asked): AsyncGenerator<SegmentFile> {
  if (!(await hasSegments(client))) return
  for (const span of await soundSpans(client)) {
    const kept = await fileAt(client, span)
    if (kept) yield kept
  }
}
