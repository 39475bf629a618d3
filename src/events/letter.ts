/** What becomes of an event that does not arrive. */
import { randomUUID } from 'node:crypto'
import type { DeliveryStore } from './deliveries.ts'
import type { DeadRecord } from './records.ts'

const digits = 15

/** An id that sorts by the time of death. */
export const deadId = (diedAt: number): string =>
  `${String(diedAt).padStart(digits, '0')}-${randomUUID().slice(0, 8)}`

export const bury = (store: DeliveryStore, letter: DeadRecord): Promise<void> =>
  store.bury(deadId(letter.diedAt), letter)
