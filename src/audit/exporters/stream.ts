/**
 * Sends every record of the journal to a sink, in order and at least once: what was not confirmed is
 * sent again, after a restart, too. It lags when the sink is slow, and never makes an answer wait.
 */
import { createHash } from 'node:crypto'
import type { JournalKeys } from '../../store/journal.ts'
import type { Lease } from '../../store/lease.ts'
import type { AuditRecord } from '../copies.ts'
import { Follower } from '../follower.ts'
import type { TapeRow } from '../tape.ts'
import { recordsIn } from './batches.ts'
import { type BookmarkHome, type Journaled, openBookmark } from './bookmark.ts'
import { Position } from './position.ts'
import type { Exporter, Sink } from './sink.ts'

export interface StreamOptions {
  readonly name: string
  readonly source: Journaled
  readonly keys: JournalKeys
  /** Where the position is kept. */
  readonly home: BookmarkHome
  readonly lease: Lease
  readonly sink: Sink
  complain(thrown: unknown): void
}

const rowsPerPage = 16
const recordsPerSend = 100

export async function openStream(options: StreamOptions): Promise<Exporter> {
  const { home, keys, source } = options
  const bookmark = await openBookmark(home, keys.storeId, source, {})
  return new Stream(options, new Position(home, bookmark))
}

class Stream implements Exporter {
  readonly name: string
  readonly #options: StreamOptions
  readonly #follower: Follower
  readonly #position: Position

  constructor(options: StreamOptions, position: Position) {
    this.name = options.name
    this.#options = options
    this.#position = position
    this.#follower = new Follower({
      source: options.source,
      after: position.seq,
      rowsMax: rowsPerPage,
      take: (rows) => this.#take(rows),
      idle: () => position.write(),
      complain: options.complain,
    })
  }

  get progress() {
    return { behind: this.#follower.lag, failing: this.#follower.isFailing }
  }

  async close(): Promise<void> {
    await this.#follower.close()
    // What is not kept is sent again by whoever goes on.
    await this.#position.write().catch(this.#options.complain)
    this.#options.sink.close()
  }

  async #take(rows: readonly TapeRow[]): Promise<void> {
    const last = rows.at(-1) as TapeRow
    const records = rows.flatMap((row) => recordsIn(row))
    for (let at = 0; at < records.length; at += recordsPerSend) {
      const some = records.slice(at, at + recordsPerSend)
      this.#options.lease.mustHold()
      await this.#options.sink.send(some, idOf(some))
    }
    const next = this.#position.behind(last)
    await this.#position.move(next, records.length > 0 || this.#position.isFar(next))
  }
}

/** The same for the same records, so that a receiver can tell that it has them already. */
const idOf = (records: readonly AuditRecord[]): string =>
  createHash('sha256')
    .update(records.map(({ eventID }) => eventID).join())
    .digest('hex')
    .slice(0, 32)
