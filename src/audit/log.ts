/** Reading the audit back out of the journal: the newest batch first, or from an instant on. */
import type { JournalRow } from '../store/engine.ts'
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
/** Records stand in the order of their commits: a call that took long is dated before its neighbours. */
const lateMs = 120_000
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

  /** The records of an account of `from <= at < to` behind a place, oldest first. */
  async between(
    account: string,
    { from, to }: { readonly from: number; readonly to: number },
    itemsMax: number,
    after?: AuditPlace,
  ): Promise<{ items: Placed[]; next: AuditPlace | undefined }> {
    const items: Placed[] = []
    let examined = 0
    for await (const placed of this.#forwards(
      after ?? { seq: await this.#firstOf(from), index: -1 },
    )) {
      const at = Date.parse(placed.record.eventTime)
      if (at >= to + lateMs) break
      const record = at >= from && at < to ? copyOf(placed.record, account) : undefined
      if (record) items.push({ seq: placed.seq, index: placed.index, record })
      if (items.length >= itemsMax || ++examined >= examinedMax) {
        return { items, next: { seq: placed.seq, index: placed.index } }
      }
    }
    return { items, next: undefined }
  }

  async *#forwards(after: AuditPlace): AsyncGenerator<Placed> {
    let behind = after.seq - 1
    while (behind < this.#store.position) {
      const page = { itemsMax: batchesPerRead }
      const rows = await this.#store.journal(behind, this.#store.position, page)
      for (const row of rows) {
        const { records } = this.#journal.open(row)
        const begin = row.seq === after.seq ? after.index + 1 : 0
        for (let index = begin; index < records.length; index++) {
          yield { seq: row.seq, index, record: records[index] as AuditRecord }
        }
      }
      behind = rows.at(-1)?.seq ?? this.#store.position
    }
  }

  /** A batch from which on nothing is missed that happened from this instant on: found by halving. */
  async #firstOf(from: number): Promise<number> {
    let low = 0
    let high = this.#store.position
    while (low < high) {
      const middle = low + ((high - low) >> 1)
      const [row] = await this.#store.journal(middle, high, { itemsMax: 1 })
      const isBefore = row !== undefined && this.#timeOf(row) < from - lateMs
      if (row && isBefore) low = row.seq
      else high = middle
    }
    return low
  }

  /** When the first call of a batch was taken; of one without calls, when it was written. */
  #timeOf(row: JournalRow): number {
    const { at, records } = this.#journal.open(row)
    const [first] = records as readonly AuditRecord[]
    return first ? Date.parse(first.eventTime) : at
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
