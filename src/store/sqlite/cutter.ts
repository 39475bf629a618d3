/**
 * The cutter: a thread that seals the oldest batches of the database's journal into a segment, beside
 * the commits. It only reads the database; the batches are removed from it after this thread has said
 * that the segment is on disk. Killed at any point it leaves nothing that counts.
 */
import { parentPort, workerData } from 'node:worker_threads'
import { BrokenChain, Draft } from '../draft.ts'
import type { JournalRow } from '../engine.ts'
import { firstLink, type JournalKeys } from '../journal.ts'
import { Segments } from '../segments.ts'
import { connect } from './connection.ts'

export interface CutterData {
  readonly databasePath: string
  readonly journalPath: string
  readonly keys: JournalKeys
  /** About how much of the journal one segment takes. */
  readonly segmentBytes: number
}

/** A segment that is on disk, or why there are no more. */
export interface CutterReply {
  /** Its last batch, and how many bytes of the database's journal it stands for. */
  readonly cut?: { readonly last: number; readonly bytes: number }
  readonly broken?: string
  /** No space: it may be tried again. */
  readonly full?: true
  /** A write that may have been lost: the process must end. */
  readonly fatal?: string
}

const batchesPerRead = 64

type Read = (after: number) => JournalRow[]

/** Cuts while the database holds enough for a segment. */
function cutAll({ databasePath, journalPath, keys, segmentBytes }: CutterData): void {
  const segments = new Segments(journalPath, keys)
  const database = connect(databasePath, true)
  const rows = database.prepare(
    'SELECT seq, link, batch FROM journal WHERE seq > ? ORDER BY seq LIMIT ?',
  )
  const read: Read = (after) => rows.all(after, batchesPerRead) as unknown as JournalRow[]
  const held = database.prepare(
    'SELECT coalesce(sum(length(batch)), 0) AS bytes FROM journal WHERE seq > ?',
  )
  const isFull = () => (held.get(segments.last) as { bytes: number }).bytes >= segmentBytes
  while (isFull()) {
    const cut = cutOne(segments, read, segmentBytes)
    parentPort?.postMessage({ cut } satisfies CutterReply)
  }
  database.close()
}

function cutOne(segments: Segments, read: Read, bytesMax: number) {
  const { seq, link = firstLink } = segments.end()
  const draft = new Draft(segments.journal, segments.seals, seq, link)
  let [last, bytes] = [seq, 0]
  while (bytes < bytesMax) {
    const rows = read(last)
    if (rows.length === 0) throw new BrokenChain(last + 1)
    for (const row of rows) {
      draft.add(row)
      bytes += row.batch.length
      last = row.seq
      if (bytes >= bytesMax) break
    }
  }
  const { summary, file } = draft.finish()
  segments.write(summary, file)
  return { last, bytes }
}

function failureOf(thrown: unknown): CutterReply {
  if (thrown instanceof BrokenChain) return { broken: thrown.message }
  const { code = '' } = thrown as NodeJS.ErrnoException
  return ['ENOSPC', 'EDQUOT'].includes(code) ? { full: true } : { fatal: String(thrown) }
}

try {
  cutAll(workerData as CutterData)
} catch (thrown) {
  parentPort?.postMessage(failureOf(thrown))
}
