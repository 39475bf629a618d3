/**
 * The embedded engine: node:sqlite in WAL mode. Reads happen here, on a connection that only reads;
 * commits are sent to the writer thread, one batch at a time.
 */
import { once } from 'node:events'
import { dirname, join } from 'node:path'
import type { DatabaseSync } from 'node:sqlite'
import type { Worker } from 'node:worker_threads'
import { Refusal } from '../../lib/fault.ts'
import { startThread } from '../../lib/thread.ts'
import type { Committed, Engine, Proposal } from '../engine.ts'
import { StoreFull } from '../engine.ts'
import type { JournalKeys } from '../journal.ts'
import { Recent } from '../recent.ts'
import { Segments } from '../segments.ts'
import { Turns } from '../turns.ts'
import { connect } from './connection.ts'
import { journalBeside } from './folder.ts'
import { Reader } from './reader.ts'
import type { WriterData, WriterMessage } from './writer.ts'
import { printWriting } from './writing.ts'

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

type Reply = { head?: number; link?: Uint8Array; full?: true; fatal?: string }
/** What the writer says without being asked. */
type Notice = { complaint?: string; fatal?: string; isUnasked?: true }

/** Some thousand answers that came one by one, some ten thousand that came at once. */
const segmentBytesDefault = 16 << 20

/** Opens the engine on a database that `createDatabase` has made. */
export async function openSqlite(options: SqliteOptions): Promise<Engine> {
  const { databasePath, anchorPath, keys, segmentBytes = segmentBytesDefault } = options
  const journalPath = options.journalPath ?? journalBeside(databasePath)
  const reservePath = join(dirname(databasePath), 'reserve')
  const paths = { databasePath, anchorPath, journalPath, reservePath }
  const data: WriterData = { ...paths, segmentBytes, keys }
  const worker = startThread('store/sqlite/writer', data)
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
  readonly #turns = new Turns()
  readonly #recent: Recent
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
    this.#recent = new Recent(head)
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
    const release = await this.#turns.take('commit')
    try {
      return await this.#commit(batch)
    } finally {
      release()
    }
  }

  /** Judged here, where what changed lately is known: the writer is sent what holds, and no keys to look up. */
  async #commit(batch: readonly Proposal[]): Promise<Committed> {
    const { held, conflicts, changed } = this.#recent.judge(batch, this.#head)
    if (held.length === 0) return { head: this.#head, conflicts, changed: [] }
    const writing = printWriting(held)
    const { head, link, full, fatal } = await this.#ask({ kind: 'commit', writing }, [
      writing.bytes.buffer,
    ])
    if (head !== undefined) {
      this.#head = head
      this.#recent.remember(changed, head)
      const written = link && { seq: head, link, recordsBytes: writing.recordsBytes }
      return { head, conflicts, changed: [...changed], ...(written && { written }) }
    }
    if (full) throw new StoreFull()
    this.#fatal(fatal ?? 'the writer gave no reason')
    throw new Error('the store is closed')
  }

  async rekey(keys: JournalKeys): Promise<void> {
    const { fatal } = await this.#ask({ kind: 'rekey', keys })
    if (fatal !== undefined) this.#fatal(fatal)
  }

  #ask(message: WriterMessage, handedOver: readonly ArrayBuffer[] = []): Promise<Reply> {
    const { promise, resolve } = Promise.withResolvers<Reply>()
    this.#awaited.push(resolve)
    this.#worker.postMessage(message, handedOver)
    return promise
  }

  async close(): Promise<void> {
    this.closeReader()
    const gone = once(this.#worker, 'exit')
    await this.#ask({ kind: 'close' })
    await gone
  }
}
