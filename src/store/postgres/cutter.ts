/**
 * The thread that cuts segments and prunes them, on a connection of its own: no answer waits for it. One
 * task, then it ends. Killed at any point it leaves nothing that counts.
 */
import { parentPort, workerData } from 'node:worker_threads'
import { StoreAway } from '../engine.ts'
import type { JournalKeys } from '../journal-keys.ts'
import { cut, pruneUpTo } from './cut.ts'
import { Lost, Primary } from './primary.ts'

export interface CutterData {
  readonly url: string
  readonly keys: JournalKeys
  readonly task:
    | { readonly kind: 'cut'; readonly segmentBytes: number }
    /** Everything up to this batch. */
    | { readonly kind: 'prune'; readonly last: number; readonly now: number }
}

/** The last word of the thread. */
export interface CutterReply {
  /** Why it ended before its time. */
  readonly failure?: string
}

async function work({ url, keys, task }: CutterData): Promise<void> {
  const primary = new Primary({ url, connectionsMax: 1 })
  try {
    if (task.kind === 'prune') {
      await primary.use((client) => pruneUpTo(client, keys, task.last, task.now))
    } else while (await primary.use((client) => cut(client, keys, task.segmentBytes)));
  } finally {
    await primary.close()
  }
}

/** A database that is away is told by whoever needs it for answers. */
function replyTo(thrown: unknown): CutterReply {
  if (thrown instanceof Lost || thrown instanceof StoreAway) return {}
  return { failure: (thrown as Error).message }
}

try {
  await work(workerData as CutterData)
  parentPort?.postMessage({} satisfies CutterReply)
} catch (thrown) {
  parentPort?.postMessage(replyTo(thrown))
}
