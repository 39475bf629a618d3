/** What was done of backups on schedule, kept in the store by whichever node makes them. */
import type { Look } from '../store/attempt.ts'
import { collection } from '../store/collection.ts'
import type { Lease } from '../store/lease.ts'
import type { Store } from '../store/store.ts'
import type { Done, Log } from './routine.ts'

const routines = collection<Done>('backup-routine')
const only = 'scheduled'

export const peekDone = (look: Look): Done | undefined => look.peek(routines, only)

/** Whoever lost the lease writes nothing. */
export const logIn = (store: Store, lease: Lease): Log => ({
  find: async () => store.see(peekDone),
  put: (done) =>
    store.attempt((attempt) => {
      lease.fence(attempt)
      attempt.put(routines, [only], done)
    }),
})
