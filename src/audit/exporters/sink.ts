/** Where records are sent: one at a time takes some records, and answers when they have arrived. */
import type { AuditRecord } from '../copies.ts'

export interface Sink {
  /** Resolves when they have arrived; throws when they have to be sent again. */
  send(records: readonly AuditRecord[], deliveryId: string): Promise<void>
  close(): void
}

/** How an exporter does, for whoever looks after the house. */
export interface Progress {
  /** Batches of the journal that wait. */
  readonly behind: number
  readonly failing: boolean
}

export interface Exporter {
  readonly name: string
  readonly progress: Progress
  close(): Promise<void>
}
