/**
 * How long records are kept: segments whose every record is older are replaced by what the chain needs of
 * them. That it happens is on record before it happens.
 */
import { randomUUID } from 'node:crypto'
import { once } from 'node:events'
import { Worker } from 'node:worker_threads'
import type { JournalKeys } from '../store/journal-keys.ts'
import { prunable } from '../store/prune.ts'
import { spansIn } from '../store/segments.ts'
import type { Store } from '../store/store.ts'
import type { Filed } from './notices.ts'
import type { PrunerData } from './pruner.ts'
import { printEvent } from './record.ts'

export interface Keeping {
  readonly store: Store
  readonly journalPath: string
  readonly keys: JournalKeys
  /** For how long, in milliseconds. */
  readonly keepMs: number
}

/** Prunes what is due; gives the last batch that was pruned, if any was. */
export async function pruneDue(keeping: Keeping, filed: Filed): Promise<number | undefined> {
  const { store, journalPath, keys, keepMs } = keeping
  const spans = prunable(spansIn(journalPath), filed.at - keepMs)
  const last = spans.at(-1)?.last
  if (last === undefined) return undefined
  const facts = {
    firstBatch: spans[0]?.first,
    lastBatch: last,
    olderThan: new Date(filed.at - keepMs).toISOString(),
    keptDays: keepMs / 86_400_000,
  }
  await store.attempt(async (attempt) => {
    attempt.record(printEvent({ ...filed, eventId: randomUUID(), name: 'AuditPruned', facts }))
  })
  await run({ journalPath, keys: { ...keys }, last, now: filed.at })
  return last
}

async function run(data: PrunerData): Promise<void> {
  const file = import.meta.url.endsWith('.ts') ? './pruner.ts' : './pruner.js'
  const worker = new Worker(new URL(file, import.meta.url), { workerData: data })
  // Listened for at once: the thread may end in the same breath. Rejects with what it threw.
  await Promise.all([once(worker, 'message'), once(worker, 'exit')])
}
