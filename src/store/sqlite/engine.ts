/**
 * The embedded engine: node:sqlite in WAL mode. Reads happen here, on a connection that only reads;
 * commits are sent to the writer thread, one batch at a time.
 */
import { once } from 'node:events'
import { dirname, join } from 'node:path'
import type { DatabaseSync, StatementSync } from 'node:sqlite'
import { Worker } from 'node:worker_threads'
import { Refusal } from '../../lib/fault.ts'
import { Unopenable } from '../../lib/sealer.ts'
import { BrokenChain } from '../draft.ts'
import type { Committed, Engine, Feed, JournalRow, Page, Proposal, Row } from '../engine.ts'
import { headerKey, StoreFull } from '../engine.ts'
import type { JournalKeys } from '../journal.ts'
import type { KeyRange } from '../key.ts'
import { Segments } from '../segments.ts'
import { connect } from './connection.ts'
import type { WriterData, WriterMessage } from './writer.ts'

export interface SqliteOptions {
  readonly databasePath: string
  readonly anchorPath: string
  readonly keys: JournalKeys
  /** The folder of the journal's segments: beside the database, unless told otherwise. */
  readonly journalPath?: string
  /** About how much of the journal the database keeps before a segment is cut. */
  readonly segmentBytes?: number
  /** Tells the operator what no answer waits for. */
  complain?(words: string): void
  /** Called once when a write met an error that may have lost data: the process must end. */
  fatal(reason: string): void
}

type Reply = { committed?: Committed; full?: true; fatal?: string }
/** What the writer says without being asked. */
type Notice = { complaint?: string; fatal?: string; isUnasked?: true }

/** Some ten thousand answers: a segment of about two megabytes. */
const segmentBytesDefault = 16 << 20

/** Opens the engine on a database that `createDatabase` has made. */
export async function openSqlite(options: SqliteOptions): Promise<Engine> {
  const { databasePath, anchorPath, keys, segmentBytes = segmentBytesDefault } = options
  const journalPath = options.journalPath ?? journalBeside(databasePath)
  const file = import.meta.url.endsWith('.ts') ? './writer.ts' : './writer.js'
  const reservePath = join(dirname(databasePath), 'reserve')
  const paths = { databasePath, anchorPath, journalPath, reservePath }
  const data: WriterData = { ...paths, segmentBytes, keys }
  const worker = new Worker(new URL(file, import.meta.url), { workerData: data })
  const { promise: gone, resolve: end } = Promise.withResolvers<number>()
  worker.once('exit', end)
  const [{ ready }] = (await once(worker, 'message').catch(async (thrown: Error) => {
    // Its connection is closed with it: nothing in the folder changes behind a refusal.
    await gone
    throw new Refusal(`Can't write to ${databasePath} (${thrown.message}): see to its disk.`)
  })) as [{ ready: number }]
  const segments = new Segments(journalPath, keys)
  return new SqliteEngine(connect(databasePath, true), segments, worker, ready, options)
}

/** Where the segments of a database are. */
export const journalBeside = (databasePath: string): string =>
  join(dirname(databasePath), 'journal')

class SqliteEngine implements Engine {
  readonly #reader: DatabaseSync
  readonly #segments: Segments
  readonly #worker: Worker
  readonly #fatal: (reason: string) => void
  readonly #statements: Statements
  readonly #awaited: ((reply: Reply) => void)[] = []
  #head: number

  constructor(
    reader: DatabaseSync,
    segments: Segments,
    worker: Worker,
    head: number,
    { fatal, complain }: SqliteOptions,
  ) {
    this.#reader = reader
    this.#segments = segments
    this.#worker = worker
    this.#head = head
    this.#fatal = fatal
    this.#statements = prepare(reader)
    worker.on('message', (reply: Reply & Notice) => {
      if (reply.complaint !== undefined) complain?.(reply.complaint)
      else if (reply.isUnasked) fatal(reply.fatal ?? 'the writer gave no reason')
      else this.#awaited.shift()?.(reply)
    })
    worker.on('error', (error) => fatal(String(error)))
  }

  get head(): number {
    return this.#head
  }

  async read(keys: readonly string[]): Promise<(Uint8Array | undefined)[]> {
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

  async commit(batch: readonly Proposal[]): Promise<Committed> {
    const { committed, full, fatal } = await this.#ask({ kind: 'commit', batch: this.#lean(batch) })
    if (committed) {
      this.#head = committed.head
      return committed
    }
    if (full) throw new StoreFull()
    this.#fatal(fatal ?? 'the writer gave no reason')
    throw new Error('the store is closed')
  }

  /**
   * What the writer need not look up is not sent to it. Nothing can have changed behind an attempt
   * that began at the head, when no other batch is on its way and this one changes nothing.
   */
  #lean(batch: readonly Proposal[]): readonly Proposal[] {
    const isAlone = this.#awaited.length === 0
    if (!isAlone || batch.some(({ changes }) => changes.length > 0)) return batch
    return batch.map((each) => (each.at >= this.#head ? { ...each, reads: [] } : each))
  }

  async rekey(keys: JournalKeys): Promise<void> {
    const { fatal } = await this.#ask({ kind: 'rekey', keys })
    if (fatal !== undefined) this.#fatal(fatal)
  }

  #ask(message: WriterMessage): Promise<Reply> {
    const { promise, resolve } = Promise.withResolvers<Reply>()
    this.#awaited.push(resolve)
    this.#worker.postMessage(message)
    return promise
  }

  async feed(since: number): Promise<Feed> {
    const { head, floor } = this.#statements.feedBounds.get() as { head: number; floor: number }
    const rows = this.#statements.feed.all(since) as { key: string }[]
    return { head, changed: rows.map((row) => row.key), complete: since >= floor }
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
    if (first?.seq === after + 1 || after >= Math.min(upTo, this.#head)) return rows
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

  async close(): Promise<void> {
    this.#reader.close()
    const gone = once(this.#worker, 'exit')
    await this.#ask({ kind: 'close' })
    await gone
  }
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
    feed: sql('SELECT DISTINCT key FROM feed WHERE seq > ?'),
    feedBounds: sql(
      'SELECT seq AS head, coalesce((SELECT min(seq) - 1 FROM feed), seq) AS floor FROM head',
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
