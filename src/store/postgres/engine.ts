/**
 * The engine for many nodes: PostgreSQL, which does the hard part. Each commit takes the head's row, so
 * that one batch commits at a time, on whichever node; it then sees what others changed, holds its
 * attempts against that, and writes. Only the primary is ever asked. What of the journal left its table is
 * in segments of the database.
 *
 * https://www.postgresql.org/docs/current/transaction-iso.html#XACT-READ-COMMITTED
 */
import { Unopenable } from '../../lib/sealer.ts'
import { Anchor } from '../anchor.ts'
import type { Committed, Engine, Feed, JournalRow, Page, Proposal, Row } from '../engine.ts'
import { headerKey } from '../engine.ts'
import { Journal, type JournalKeys } from '../journal.ts'
import type { KeyRange } from '../key.ts'
import type { Position } from '../whole.ts'
import { Committer } from './commit.ts'
import { Fetched, fetchedBeside } from './fetched.ts'
import { Primary, type PrimaryOptions } from './primary.ts'
import { holds } from './shelf.ts'
import { Tail } from './tail.ts'
import { widenTables } from './upgrade.ts'

export interface PostgresOptions extends PrimaryOptions {
  readonly keys: JournalKeys
  /** Where this node keeps what it saw last, so that a database put back to an older state is noticed. */
  readonly anchorPath: string
  /** About how much of the journal a segment takes; as much and more stays in its table. */
  readonly segmentBytes?: number
  /** How much of what was fetched from segments is kept on this node's disk. */
  readonly fetchedBytesMax?: number
  /** Called once when the database is older than what was acknowledged here: the process must end. */
  fatal(reason: string): void
}

const anchorEveryMilliseconds = 1000
const sweepEveryMilliseconds = 60_000
/** Some ten thousand answers: a segment of about two megabytes. */
const segmentBytesDefault = 16 << 20

/** Opens the engine on a database that has a store in it. Throws StoreAway, or what the database says. */
export async function openPostgres(options: PostgresOptions): Promise<Engine> {
  await widenTables(options.url)
  const primary = new Primary(options)
  try {
    const { rows } = await primary.read((client) =>
      client.query('SELECT seq, link FROM strongroom.head'),
    )
    return new PostgresEngine(primary, rows[0], options)
  } catch (thrown) {
    await primary.close()
    throw thrown
  }
}

class PostgresEngine implements Engine {
  readonly #primary: Primary
  readonly #committer: Committer
  readonly #complain: (words: string) => void
  readonly #anchorPath: string
  readonly #fetched: Fetched
  readonly #tail: Tail
  #sweepAfter = 0
  #anchor: Anchor
  #anchoring: NodeJS.Timeout | undefined
  /** What this node committed last. */
  #last: Position | undefined
  /** Opens what was sealed under any key that is kept. */
  #journal: Journal

  constructor(primary: Primary, head: Position, options: PostgresOptions) {
    const { keys, anchorPath, fatal, complain = () => {} } = options
    const { url, segmentBytes = segmentBytesDefault, fetchedBytesMax: bytesMax } = options
    const folder = { path: fetchedBeside(anchorPath), head: head.seq }
    this.#primary = primary
    this.#complain = complain
    this.#journal = new Journal(keys)
    this.#anchorPath = anchorPath
    this.#anchor = new Anchor(anchorPath, keys)
    this.#fetched = new Fetched({ primary, keys, ...folder, ...(bytesMax && { bytesMax }) })
    this.#tail = new Tail({ primary, url, keys, segmentBytes, complain })
    this.#committer = new Committer(head, {
      ...{ primary, journal: this.#journal, fatal, complain },
      held: (client, at) => holds(client, at, keys),
      committed: (at, bytes) => this.#noted(at, bytes),
    })
  }

  get head(): number {
    return this.#committer.head
  }

  commit(batch: readonly Proposal[]): Promise<Committed> {
    return this.#committer.commit(batch)
  }

  #noted(at: Position, bytes: number): void {
    this.#tail.grew(bytes)
    this.#sweep()
    const isFirst = this.#last === undefined
    this.#last = at
    // The first at once: what was accepted at this start stands.
    if (isFirst) this.#writeAnchor()
    else this.#anchoring ??= setTimeout(() => this.#writeAnchor(), anchorEveryMilliseconds)
  }

  /** On every node, however idle: each says now and then that it is there. */
  #sweep(): void {
    const now = performance.now()
    if (now < this.#sweepAfter) return
    this.#sweepAfter = now + sweepEveryMilliseconds
    this.#fetched.sweep().catch(() => {
      // A database that is away, or a chain that is broken, is told by who needs it.
    })
  }

  #writeAnchor(): void {
    clearTimeout(this.#anchoring)
    this.#anchoring = undefined
    try {
      if (this.#last) this.#anchor.write(this.#last)
    } catch (thrown) {
      // It may lag: the next one brings it up.
      this.#complain(`the anchor could not be written: ${(thrown as Error).message}`)
    }
  }

  async rekey(keys: JournalKeys): Promise<void> {
    await this.#committer.settled()
    this.#journal = new Journal(keys)
    this.#committer.rekey(this.#journal)
    this.#anchor = new Anchor(this.#anchorPath, keys)
    this.#writeAnchor()
  }

  async read(keys: readonly string[]): Promise<(Uint8Array | undefined)[]> {
    if (keys.length === 1 && keys[0] === headerKey) {
      const rows = await this.#rows("SELECT body FROM strongroom.meta WHERE name = 'store'")
      return [Buffer.from(String(rows[0]?.body))]
    }
    const rows = await this.#rows('SELECT key, row FROM strongroom.records WHERE key = ANY($1)', [
      keys,
    ])
    const found = new Map(rows.map(({ key, row }) => [key, row as Uint8Array]))
    return keys.map((key) => found.get(key))
  }

  async size(): Promise<number> {
    const [row] = await this.#rows('SELECT count(*) AS count FROM strongroom.records')
    return Number(row?.count)
  }

  async scan({ from, to }: KeyRange, { itemsMax, reverse }: Page): Promise<Row[]> {
    const order = reverse ? 'DESC' : 'ASC'
    return (await this.#rows(
      `SELECT key, row FROM strongroom.records WHERE key >= $1 AND key < $2 ORDER BY key ${order} LIMIT $3`,
      [from, to, itemsMax],
    )) as unknown as Row[]
  }

  /** Known here from then on, as what a commit tells. */
  async feed(since: number): Promise<Feed> {
    const rows = await this.#rows(
      `SELECT h.seq AS head, h.feed_floor AS floor, f.seq, f.key FROM strongroom.head h
        LEFT JOIN strongroom.feed f ON f.seq > $1 ORDER BY f.seq`,
      [since],
    )
    const head = Number(rows[0]?.head)
    const changed = rows.flatMap(({ key }) => (key === null ? [] : [String(key)]))
    return { head, changed, complete: since >= Number(rows[0]?.floor) }
  }

  async counters(keys: readonly string[]): Promise<number[]> {
    const rows = await this.#rows(
      'SELECT key, total FROM strongroom.counters WHERE key = ANY($1)',
      [keys],
    )
    const found = new Map(rows.map(({ key, total }) => [key, Number(total)]))
    return keys.map((key) => found.get(key) ?? 0)
  }

  async stamps(keys: readonly string[]): Promise<(number | undefined)[]> {
    const rows = await this.#rows('SELECT key, stamp FROM strongroom.stamps WHERE key = ANY($1)', [
      keys,
    ])
    const found = new Map(rows.map(({ key, stamp }) => [key, Number(stamp)]))
    return keys.map((key) => found.get(key))
  }

  /** Their table is asked first: a batch that is not in it any more is in a segment by then. */
  async journal(after: number, upTo: number, page: Page): Promise<JournalRow[]> {
    const rows = await this.#tailRows(after, upTo, page)
    const [first] = rows
    const wanted = page.reverse ? upTo : after + 1
    if (first?.seq === wanted || after >= upTo || wanted < 1 || wanted > this.head) return rows
    if (page.reverse) return first ? rows : this.#fetched.read(after, upTo, page)
    const older = await this.#fetched.read(after, first ? first.seq - 1 : upTo, page)
    return older.length > 0 ? older : rows
  }

  #tailRows(after: number, upTo: number, { itemsMax, reverse }: Page): Promise<JournalRow[]> {
    const order = reverse ? 'DESC' : 'ASC'
    return this.#rows(
      `SELECT seq, link, batch FROM strongroom.journal WHERE seq > $1 AND seq <= $2 ORDER BY seq ${order} LIMIT $3`,
      [after, upTo, itemsMax],
    ) as Promise<unknown> as Promise<JournalRow[]>
  }

  async batch(seq: number): Promise<Uint8Array | undefined> {
    const [row] = await this.#tailRows(seq - 1, seq, { itemsMax: 1 })
    if (!row) return seq < 1 || seq > this.head ? undefined : this.#fetched.text(seq)
    try {
      return this.#journal.text(row)
    } catch (thrown) {
      if (thrown instanceof Unopenable) return undefined
      throw thrown
    }
  }

  async #rows(text: string, values: unknown[] = []): Promise<Record<string, unknown>[]> {
    const { rows } = await this.#primary.read((client) => client.query(text, values))
    return rows
  }

  hurry(): void {
    this.#primary.hurry()
  }

  async close(): Promise<void> {
    await this.#committer.settled()
    await this.#tail.close()
    this.#writeAnchor()
    await this.#primary.close()
  }
}
