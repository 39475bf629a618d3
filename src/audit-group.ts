/**
 * An account's own audit as lines of CloudWatch Logs, so that metric filters and alarms work over it as
 * they do behind a trail: where an account's region has the log group `/strongroom/audit`, what is
 * recorded there from the second in which it was made is written into it. Behind the answers, at least
 * once; where nodes share the store, once, since the position is a part of the same commit.
 */
import type { AuditRecord } from './audit/copies.ts'
import { recordsIn } from './audit/exporters/batches.ts'
import {
  type Bookmark,
  type BookmarkHome,
  behind,
  openBookmark,
} from './audit/exporters/bookmark.ts'
import { Position } from './audit/exporters/position.ts'
import type { Exporter } from './audit/exporters/sink.ts'
import { Follower } from './audit/follower.ts'
import type { Tape, TapeRow } from './audit/tape.ts'
import type { Folder } from './folder.ts'
import type { AccountId } from './lib/brand.ts'
import type { Clock } from './lib/clock.ts'
import { appendLines, auditGroup, LogReader, type Measure } from './services/logs/index.ts'
import type { Attempt } from './store/attempt.ts'
import { type Lease, unlessLost } from './store/lease.ts'
import type { Store } from './store/store.ts'

export interface GroupNeeds {
  readonly folder: Folder
  readonly home: BookmarkHome
  readonly lease: Lease
  readonly store: Store
  readonly tape: Tape
  readonly clock: Clock
  readonly measure: Measure
  complain(words: string): void
}

const rowsPerPage = 32
const groupsMax = 1000

/** Where nobody asks yet it begins with what is recorded now: what is older was before any group. */
export async function openAuditGroup(needs: GroupNeeds): Promise<Exporter> {
  const { folder, home, store, tape } = needs
  const bookmark = await openBookmark(home, folder.journalKeys.storeId, tape, {})
  const asked = await store.see((look) => new LogReader(look).listAuditGroups(1))
  const isNew = bookmark.seq === 0 && asked.length === 0
  const row = isNew ? await tape.journalRow(store.position) : undefined
  return new AuditGroups(needs, new Position(home, row ? behind(bookmark, row) : bookmark))
}

class AuditGroups implements Exporter {
  readonly name = 'log-group'
  readonly #needs: GroupNeeds
  readonly #follower: Follower
  readonly #position: Position
  /** The accounts and regions that ask, and in which epoch of the store they did. */
  #asking: ReadonlySet<string> = new Set()
  #epoch: number | undefined

  constructor(needs: GroupNeeds, position: Position) {
    this.#needs = needs
    this.#position = position
    this.#follower = new Follower({
      source: needs.tape,
      after: position.seq,
      rowsMax: rowsPerPage,
      take: (rows) => this.#take(rows),
      complain: unlessLost((thrown) =>
        needs.complain(`audit records for ${auditGroup} wait: ${String(thrown)}`),
      ),
    })
  }

  get progress() {
    return { behind: this.#follower.lag, failing: this.#follower.isFailing }
  }

  async close(): Promise<void> {
    await this.#follower.close()
    await this.#position.write()
  }

  /** Where nobody asks, nothing is opened, and nothing committed that would be recorded anew. */
  async #take(rows: readonly TapeRow[]): Promise<void> {
    const places = await this.#places()
    const next = this.#position.behind(rows.at(-1) as TapeRow)
    const records = places.size > 0 ? rows.flatMap(recordsIn) : []
    const asks = [...Map.groupBy(records, placeOf)].filter(([place]) => places.has(place))
    if (asks.length > 0 && (await this.#append(asks, next))) return this.#position.moved(next)
    // Without a position it begins with what is new, which is as good where nobody asks.
    const isFar = places.size > 0 && this.#position.isFar(next)
    await this.#position.move(next, asks.length > 0 || isFar)
  }

  /** Looked up once between two changes. */
  async #places(): Promise<ReadonlySet<string>> {
    const { epoch, see } = this.#needs.store
    if (epoch === this.#epoch) return this.#asking
    const asked = await see((look) => new LogReader(look).listAuditGroups(groupsMax))
    this.#asking = new Set(asked.map((parts) => parts.join(' ')))
    // Of before the look: what changed meanwhile is looked up again.
    this.#epoch = epoch
    return this.#asking
  }

  /** True where the position is kept with the lines. */
  #append(asks: readonly (readonly [string, readonly AuditRecord[]])[], next: Bookmark<object>) {
    const { store, home } = this.#needs
    return store.attempt(async (attempt) => {
      for (const [, records] of asks) await append(attempt, this.#needs, records)
      return home.putWith(attempt, next)
    })
  }
}

const placeOf = ({ recipientAccountId, awsRegion }: AuditRecord): string =>
  `${recipientAccountId} ${awsRegion}`

async function append(
  attempt: Attempt,
  { clock, measure }: GroupNeeds,
  records: readonly AuditRecord[],
): Promise<void> {
  const { recipientAccountId, awsRegion: region } = records[0] as AuditRecord
  const shelf = { account: recipientAccountId as AccountId, region }
  const place = { ...shelf, group: auditGroup, stream: `${shelf.account}_CloudTrail_${region}` }
  const group = new LogReader(attempt).findGroup(shelf, auditGroup)
  const lines = records
    .map((record) => ({ at: Date.parse(record.eventTime), message: JSON.stringify(record) }))
    // Instants of records are whole seconds.
    .filter(({ at }) => group !== undefined && at + 999 >= group.createdAt)
    .toSorted((a, b) => a.at - b.at)
  if (lines.length > 0) await appendLines(attempt, place, lines, clock.now(), measure)
}
