/**
 * How long records are kept: segments whose every record is older are replaced by what the chain needs of
 * them. That it happens is on record before it happens.
 */
import { randomUUID } from 'node:crypto'
import { once } from 'node:events'
import { startThread } from '../lib/thread.ts'
import { collection } from '../store/collection.ts'
import type { JournalKeys } from '../store/journal-keys.ts'
import { prunable } from '../store/prune.ts'
import { type Span, spansIn } from '../store/segments.ts'
import type { Store } from '../store/store.ts'
import type { Filed } from './notices.ts'
import type { PrunerData } from './pruner.ts'
import { eventRecord } from './record.ts'

/** The segments of a journal, wherever they are kept. */
export interface Shelf {
  spans(): Promise<readonly Span[]> | readonly Span[]
  /** Replaces all up to this batch. */
  prune(last: number, now: number): Promise<void>
}

export interface Keeping {
  readonly store: Store
  readonly shelf: Shelf
  /** For how long, in milliseconds. */
  readonly keepMs: number
}

/** Who last said that something is to be pruned: other nodes leave it to them for a while. */
const claims = collection<{ readonly last: number; readonly at: number }>('pruning')
const claimMilliseconds = 600_000

/** Prunes what is due; gives the last batch that was pruned, if any was. */
export async function pruneDue(keeping: Keeping, filed: Filed): Promise<number | undefined> {
  const { store, shelf, keepMs } = keeping
  const spans = prunable(await shelf.spans(), filed.at - keepMs)
  const last = spans.at(-1)?.last
  if (last === undefined) return undefined
  const facts = {
    firstBatch: spans[0]?.first,
    lastBatch: last,
    olderThan: new Date(filed.at - keepMs).toISOString(),
    keptDays: keepMs / 86_400_000,
  }
  const eventId = randomUUID()
  const isOurs = await store.attempt((attempt) => {
    const claim = attempt.get(claims, 'audit')
    if (claim && claim.last >= last && filed.at - claim.at < claimMilliseconds) return false
    attempt.put(claims, ['audit'], { last, at: filed.at })
    attempt.record(eventRecord({ ...filed, eventId, name: 'AuditPruned', facts }))
    return true
  })
  if (!isOurs) return undefined
  await shelf.prune(last, filed.at)
  return last
}

/** Segments in a folder. */
export const shelfIn = (journalPath: string, keys: JournalKeys): Shelf => ({
  spans: () => spansIn(journalPath),
  prune: (last, now) => run({ journalPath, keys: { ...keys }, last, now }),
})

async function run(data: PrunerData): Promise<void> {
  const worker = startThread('audit/pruner', data)
  // Listened for at once: the thread may end in the same breath. Rejects with what it threw.
  await Promise.all([once(worker, 'message'), once(worker, 'exit')])
}
