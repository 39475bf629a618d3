/**
 * The reading half of the embedded engine: a connection that only reads, beside whoever writes, in the
 * same process or in another. Each question sees what is committed when it is asked.
 */
import type { DatabaseSync, StatementSync } from 'node:sqlite'
import { Unopenable } from '../../lib/sealer.ts'
import { BrokenChain } from '../draft.ts'
import { type Feed, headerKey, type JournalRow, type Page, type Read, type Row } from '../engine.ts'
import type { KeyRange } from '../key.ts'
import type { Segments } from '../segments.ts'
import { feedTailMax } from './schema.ts'

export class Reader {
  readonly #reader: DatabaseSync
  readonly #segments: Segments
  readonly #statements: Statements
  /** The head when it was opened: what was fed since is fed to it. */
  readonly #openedAt: number

  constructor(reader: DatabaseSync, segments: Segments) {
    this.#reader = reader
    this.#segments = segments
    this.#statements = prepare(reader)
    this.#openedAt = this.readHead()
  }

  /** The number of the last commit, as the database has it. */
  protected readHead(): number {
    return Number(this.#statements.head.get()?.seq)
  }

  read(keys: readonly string[]): Read {
    return keys.map((key) => {
      if (key === headerKey) return Buffer.from(String(this.#statements.header.get()?.body))
      return (this.#statements.read.get(key) as Row | undefined)?.row
    })
  }

  async size(): Promise<number> {
    return Number(this.#statements.size.get()?.count)
  }

  async scan(range: KeyRange, page: Page): Promise<Row[]> {
    const statement = page.reverse ? this.#statements.scanBack : this.#statements.scan
    return statement.all(range.from, range.to, page.itemsMax) as unknown as Row[]
  }

  /** In one statement: what is fed and how far it reaches are of one moment. */
  async feed(since: number): Promise<Feed> {
    const rows = this.#statements.feed.all(since) as unknown as FeedRow[]
    const [first] = rows as [FeedRow]
    const { head, floor } = first
    const changed = first.key === null ? [] : rows.map(({ key }) => String(key))
    // Where nothing was changed for long the feed is empty, and reaches back all the same.
    const isFollowed = since >= this.#openedAt && since >= head - feedTailMax
    return { head, changed, complete: isFollowed || since >= floor }
  }

  async counters(keys: readonly string[]): Promise<number[]> {
    return keys.map((key) => {
      const row = this.#statements.counter.get(key) as { total: number } | undefined
      return row?.total ?? 0
    })
  }

  async stamps(keys: readonly string[]): Promise<(number | undefined)[]> {
    return keys.map((key) => {
      const row = this.#statements.stamp.get(key) as { stamp: number } | undefined
      return row?.stamp
    })
  }

  /** The database is asked first: a batch is in a segment before it leaves the database. */
  async journal(after: number, upTo: number, page: Page): Promise<JournalRow[]> {
    const statement = page.reverse ? this.#statements.journalBack : this.#statements.journal
    const rows = statement.all(after, upTo, page.itemsMax) as unknown as JournalRow[]
    const [first] = rows
    if (page.reverse) return first ? rows : this.#segments.read(after, upTo, page)
    if (first?.seq === after + 1 || after >= Math.min(upTo, this.readHead())) return rows
    const older = this.#segments.read(after, first ? first.seq - 1 : upTo, page)
    if (older.length > 0 || !first) return older
    if (this.#segments.last < first.seq - 1) throw new BrokenChain(after + 1)
    return rows
  }

  async batch(seq: number): Promise<Uint8Array | undefined> {
    const row = this.#statements.journalRow.get(seq) as JournalRow | undefined
    if (!row) return this.#segments.text(seq)
    try {
      return this.#segments.journal.text(row)
    } catch (thrown) {
      if (thrown instanceof Unopenable) return undefined
      throw thrown
    }
  }

  protected closeReader(): void {
    this.#reader.close()
  }
}

interface FeedRow {
  readonly head: number
  readonly floor: number
  readonly key: string | null
}

type Statements = ReturnType<typeof prepare>

function prepare(database: DatabaseSync) {
  const sql = (text: string): StatementSync => database.prepare(text)
  return {
    header: sql("SELECT body FROM meta WHERE name = 'store'"),
    size: sql('SELECT count(*) AS count FROM records'),
    read: sql('SELECT row FROM records WHERE key = ?'),
    scan: sql('SELECT key, row FROM records WHERE key >= ? AND key < ? ORDER BY key LIMIT ?'),
    scanBack: sql(
      'SELECT key, row FROM records WHERE key >= ? AND key < ? ORDER BY key DESC LIMIT ?',
    ),
    head: sql('SELECT seq FROM head'),
    feed: sql(
      `SELECT h.seq AS head, coalesce((SELECT min(seq) - 1 FROM feed), h.seq) AS floor, f.key
        FROM head h LEFT JOIN feed f ON f.seq > ?`,
    ),
    counter: sql('SELECT total FROM counters WHERE key = ?'),
    stamp: sql('SELECT stamp FROM stamps WHERE key = ?'),
    journal: sql(
      'SELECT seq, link, batch FROM journal WHERE seq > ? AND seq <= ? ORDER BY seq LIMIT ?',
    ),
    journalRow: sql('SELECT seq, link, batch FROM journal WHERE seq = ?'),
    journalBack: sql(
      'SELECT seq, link, batch FROM journal WHERE seq > ? AND seq <= ? ORDER BY seq DESC LIMIT ?',
    ),
  }
}
