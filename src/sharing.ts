/**
 * What a node does because others share its store: it hears what they changed even while nobody asks
 * it anything. No answer rests on that, since each is held against the store's head when it commits; it
 * spares second tries, and wakes whoever follows the journal.
 */
import type { Place } from './store/place.ts'
import type { Store } from './store/store.ts'

const everyMilliseconds = 200
/** A node that is silent for so long has lost what it held. */
export const leaseMilliseconds = 30_000

export interface Sharing {
  close(): Promise<void>
}

/** Begins to listen, where there can be others. */
export function openSharing(place: Place, store: Store): Sharing {
  if (place.kind === 'sqlite') return { close: async () => {} }
  let listening: Promise<void> | undefined
  const timer = setInterval(() => {
    // The database may be away: whoever wants something of it says so.
    listening ??= store
      .refresh()
      .catch(() => {})
      .finally(() => {
        listening = undefined
      })
  }, everyMilliseconds)
  return {
    async close() {
      clearInterval(timer)
      await listening
    },
  }
}
