/** The thread that prunes: it reads every batch that it replaces, and no answer waits for it. */
import { parentPort, workerData } from 'node:worker_threads'
import type { JournalKeys } from '../store/journal-keys.ts'
import { prune } from '../store/prune.ts'
import { Segments } from '../store/segments.ts'

export interface PrunerData {
  readonly journalPath: string
  readonly keys: JournalKeys
  /** Up to this batch. */
  readonly last: number
  readonly now: number
}

if (parentPort) {
  const { journalPath, keys, last, now } = workerData as PrunerData
  prune(new Segments(journalPath, keys), last, now)
  parentPort.postMessage('done')
}
