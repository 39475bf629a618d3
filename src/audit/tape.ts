/**
 * The journal as those who follow it read it: each batch is opened and parsed once, whoever asks. What
 * this process commits is handed over as it was made and need not be opened at all; what is older
 * than the bounded part that is held, or of another process, is read from the journal.
 */
import { Unopenable } from '../lib/sealer.ts'
import type { JournalRow, Page } from '../store/engine.ts'
import { Journal, type JournalKeys } from '../store/journal.ts'
import type { Journaled, Store } from '../store/store.ts'
import type { AuditRecord } from './copies.ts'

/** One batch, as its followers see it. */
export interface TapeRow {
  readonly seq: number
  readonly link: Uint8Array
  /** Present where it came out of the journal. */
  readonly sealed: JournalRow | undefined
  /** As they were written; nothing for a batch that is damaged, which `audit verify` names. */
  readonly records: readonly AuditRecord[]
}

/** What may be held of what was committed lately, for followers to come by. */
const heldBytesMax = 8 << 20
const heldRowsMax = 2048
/** Rows out of the journal that others may ask for, too. */
const readRowsMax = 64

export class Tape {
  readonly #store: Pick<Store, 'position' | 'journal' | 'journalRow'>
  readonly #journal: Journal
  /** Without a gap, the oldest first, unless others commit to the same store. */
  readonly #held = new Map<number, Handed>()
  #heldBytes = 0
  readonly #read = new Map<number, Opened>()

  constructor(
    store: Pick<Store, 'position' | 'journal' | 'journalRow' | 'onJournal'>,
    keys: JournalKeys,
  ) {
    this.#store = store
    this.#journal = new Journal(keys)
    store.onJournal((row) => this.#hold(handed(row)))
  }

  /** The number of the last batch. */
  get position(): number {
    return this.#store.position
  }

  journalRow(seq: number): Promise<Pick<JournalRow, 'seq' | 'link'> | undefined> {
    const held = this.#held.get(seq)
    return held ? Promise.resolve(held) : this.#store.journalRow(seq)
  }

  /** Rows with `after < seq <= upTo`, oldest first. A page may be short; it is empty only at the end. */
  async journal(after: number, upTo: number, page: Page): Promise<readonly TapeRow[]> {
    const end = Math.min(upTo, after + page.itemsMax)
    const held: TapeRow[] = []
    for (let seq = after + 1; seq <= end; seq++) {
      const row = this.#held.get(seq)
      if (!row) break
      held.push(row)
    }
    if (held.length > 0) return held
    const rows = await this.#store.journal(after, upTo, page)
    return rows.map((row) => this.#opened(row))
  }

  #hold(row: Handed): void {
    this.#held.set(row.seq, row)
    this.#heldBytes += row.recordsBytes
    for (const [seq, oldest] of this.#held) {
      if (this.#held.size <= heldRowsMax && this.#heldBytes <= heldBytesMax) return
      this.#held.delete(seq)
      this.#heldBytes -= oldest.recordsBytes
    }
  }

  #opened(row: JournalRow): Opened {
    const known = this.#read.get(row.seq)
    if (known) return known
    const opened = new Opened(this.#journal, row)
    this.#read.set(row.seq, opened)
    for (const seq of this.#read.keys()) {
      if (this.#read.size <= readRowsMax) break
      this.#read.delete(seq)
    }
    return opened
  }
}

/** A batch that this process committed: its records are the very ones that were written. */
interface Handed extends TapeRow {
  readonly recordsBytes: number
}

const handed = ({ seq, link, records, recordsBytes }: Journaled): Handed => ({
  ...{ seq, link, recordsBytes, sealed: undefined },
  records: records as readonly AuditRecord[],
})

class Opened implements TapeRow {
  readonly sealed: JournalRow
  readonly #journal: Journal
  #records: readonly AuditRecord[] | undefined

  constructor(journal: Journal, row: JournalRow) {
    this.#journal = journal
    this.sealed = row
  }

  get seq(): number {
    return this.sealed.seq
  }

  get link(): Uint8Array {
    return this.sealed.link
  }

  get records(): readonly AuditRecord[] {
    this.#records ??= this.#open()
    return this.#records
  }

  #open(): readonly AuditRecord[] {
    try {
      return this.#journal.open(this.sealed).records as readonly AuditRecord[]
    } catch (thrown) {
      if (thrown instanceof Unopenable) return []
      throw thrown
    }
  }
}
