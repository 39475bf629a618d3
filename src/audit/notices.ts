/** What the house puts on record of its own accord: requests of strangers, a rollback that was accepted. */
import { randomUUID } from 'node:crypto'
import type { Attempt } from '../store/attempt.ts'
import type { Store } from '../store/store.ts'
import { eventRecord, refusedRecord } from './record.ts'
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
      attempt.record(refusedRecord({ ...filed, eventId: randomUUID(), sourceIp, codes }))
    }
  })
}

/** What the house itself did or met, and what each of these tells. */
export type Notice =
  /** Another database than the one that was anchored is served, by the operator's word. */
  | 'RollbackAccepted'
  /** The store was opened, and by which seal: nothing could be recorded while it was not. */
  | 'StoreUnsealed'
  /** There is little space left, or enough again. */
  | 'DiskSpaceChanged'
  /** A detection found something that somebody should know of. */
  | 'FindingRaised'

/** That nothing is answered from here on for want of space: in the space that was kept for it. */
export const recordFull = (store: Store, filed: Filed): Promise<void> =>
  store.lastWords(
    eventRecord({
      ...filed,
      eventId: randomUUID(),
      name: 'StoreFull',
      facts: { answers: 'refused' },
    }),
  )

/** Puts one on record. */
export async function recordNotice(
  store: Store,
  filed: Filed,
  name: Notice,
  facts: object,
): Promise<void> {
  await store.attempt(async (attempt) => noteIn(attempt, filed, name, facts))
}

/** Puts one on record with whatever else an attempt commits. */
export const noteIn = (attempt: Attempt, filed: Filed, name: Notice, facts: object): void =>
  attempt.record(eventRecord({ ...filed, eventId: randomUUID(), name, facts }))
