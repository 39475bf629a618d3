/**
 * The embedded engine: node:sqlite in WAL mode. Reads happen here, on a connection that only reads;
 * commits are sent to the writer thread, one batch at a time.
 */
import { once } from 'node:events'
import { dirname, join } from 'node:path'
import type { DatabaseSync } from 'node:sqlite'
import { Worker } from 'node:worker_threads'
import { Refusal } from '../../lib/fault.ts'
import type { Committed, Engine, Proposal } from '../engine.ts'
import { StoreFull } from '../engine.ts'
import type { JournalKeys } from '../journal.ts'
import { Segments } from '../segments.ts'
import { connect } from './connection.ts'
import { journalBeside } from './folder.ts'
import { Reader } from './reader.ts'
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

class SqliteEngine extends Reader implements Engine {
  readonly #worker: Worker
  readonly #fatal: (reason: string) => void
  readonly #awaited: ((reply: Reply) => void)[] = []
  #head: number

  constructor(
    reader: DatabaseSync,
    segments: Segments,
    worker: Worker,
    head: number,
    { fatal, complain }: SqliteOptions,
  ) {
    super(reader, segments)
    this.#worker = worker
    this.#head = head
    this.#fatal = fatal
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

  async close(): Promise<void> {
    this.closeReader()
    const gone = once(this.#worker, 'exit')
    await this.#ask({ kind: 'close' })
    await gone
  }
}
