/** What the house puts on record of its own accord: requests of strangers, a rollback that was accepted. */
import { randomUUID } from 'node:crypto'
import type { Store } from '../store/store.ts'
import { printEvent, printRefused } from './record.ts'
import type { Strangers } from './strangers.ts'

/** Where such a record is filed: the deployment's own account and region, and when. */
export interface Filed {
  readonly at: number
  readonly account: string
  readonly region: string
}

/** One record per source for what strangers sent since the last time; nothing if they sent nothing. */
export async function recordStrangers(
  store: Store,
  filed: Filed,
  strangers: Strangers,
): Promise<void> {
  const taken = strangers.take()
  if (taken.size === 0) return
  await store.attempt(async (attempt) => {
    for (const [sourceIp, codes] of taken) {
      attempt.record(printRefused({ ...filed, eventId: randomUUID(), sourceIp, codes }))
    }
  })
}

<<<<<<< HEAD
/** That the store was opened, and by which seal: nothing could be recorded while it was not. */
export async function recordUnsealed(store: Store, filed: Filed, facts: object): Promise<void> {
  await store.attempt(async (attempt) => {
    attempt.record(printEvent({ ...filed, eventId: randomUUID(), name: 'StoreUnsealed', facts }))
=======
/** That there is little space left, or enough again. */
export async function recordSpace(store: Store, filed: Filed, facts: object): Promise<void> {
  await store.attempt(async (attempt) => {
    attempt.record(printEvent({ ...filed, eventId: randomUUID(), name: 'DiskSpaceChanged', facts }))
>>>>>>> 58f4031 (audit: export of a span in three forms; little space is told before it is none)
  })
}

/** That another database than the one that was anchored is served, by the operator's word. */
export async function recordRollback(store: Store, filed: Filed, facts: object): Promise<void> {
  await store.attempt(async (attempt) => {
    attempt.record(printEvent({ ...filed, eventId: randomUUID(), name: 'RollbackAccepted', facts }))
  })
}
