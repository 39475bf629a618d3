/** Reading the audit back out of the journal, newest batch first. */
import type { Journal } from '../store/journal.ts'
import type { Store } from '../store/store.ts'
import { type AuditRecord, copyOf } from './copies.ts'

/** A record with its place: the number of its batch, and its number within it. */
export interface Placed {
  readonly seq: number
  readonly index: number
  readonly record: AuditRecord
}

export type AuditPlace = Pick<Placed, 'seq' | 'index'>

const batchesPerRead = 64
/** Records looked at for one page, so that an account with few among many cannot hold a thread. */
const examinedMax = 5000

export class AuditLog {
  readonly #store: Store
  readonly #journal: Journal

  constructor(store: Store, journal: Journal) {
    this.#store = store
    this.#journal = journal
  }

  /** The newest records of an account before a place, newest first. `next` is where to go on. */
  async latest(
    account: string,
    itemsMax: number,
    before?: AuditPlace,
  ): Promise<{ items: Placed[]; next: AuditPlace | undefined }> {
    const items: Placed[] = []
    let examined = 0
    for await (const placed of this.#backwards(before)) {
      const record = copyOf(placed.record, account)
      if (record) items.push({ ...placed, record })
      if (items.length >= itemsMax || ++examined >= examinedMax) {
        return { items, next: { seq: placed.seq, index: placed.index } }
      }
    }
    return { items, next: undefined }
  }

  async *#backwards(before?: AuditPlace): AsyncGenerator<Placed> {
    let upTo = before ? before.seq : this.#store.position
    while (upTo > 0) {
      const rows = await this.#store.journal(0, upTo, { itemsMax: batchesPerRead, reverse: true })
      for (const row of rows) {
        const { records } = this.#journal.open(row)
        const end = before?.seq === row.seq ? before.index : records.length
        for (let index = end - 1; index >= 0; index--) {
          yield { seq: row.seq, index, record: records[index] as AuditRecord }
        }
      }
      upTo = (rows.at(-1)?.seq ?? 0) - 1
    }
  }
}
