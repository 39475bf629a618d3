/**
 * The writer thread: owns the one writing connection and the anchor, so that fsync never stops the
 * thread that answers requests. Answers each message in order; an error that may have lost data is
 * told as `fatal`, after which the process must end: fsync is never tried again.
 */
import { dirname } from 'node:path'
import type { DatabaseSync } from 'node:sqlite'
import type { MessagePort } from 'node:worker_threads'
import { parentPort, workerData } from 'node:worker_threads'
import { release } from '../../lib/bytes.ts'
import { syncFolder } from '../../lib/file.ts'
import { Anchor } from '../anchor.ts'
import { addCheckpoint, type Checkpoint, Checkpoints, readCheckpoints } from '../checkpoints.ts'
import { StoreFull } from '../engine.ts'
import type { JournalKeys } from '../journal.ts'
import { Journal } from '../journal.ts'
import { Committer } from './commit.ts'
import { connect } from './connection.ts'
import { Reserve } from './reserve.ts'
import { upgrade } from './schema.ts'
import { Tail } from './tail.ts'
import type { Writing } from './writing.ts'

export interface WriterData {
  readonly databasePath: string
  readonly anchorPath: string
  readonly journalPath: string
  /** A file that keeps space for last words. */
  readonly reservePath: string
  /** About how much of the journal stays in the database, and how much a segment takes. */
  readonly segmentBytes: number
  readonly keys: JournalKeys
}

export type WriterMessage =
  | { kind: 'commit'; writing: Writing }
  | { kind: 'rekey'; keys: JournalKeys }
  | { kind: 'close' }

const anchorEveryMilliseconds = 1000
const checkpointEveryMilliseconds = 3_600_000

class Writer {
  readonly #port: MessagePort
  readonly #database: DatabaseSync
  readonly #committer: Committer
  readonly #anchorPath: string
  readonly #tail: Tail
  readonly #journalPath: string
  readonly #reserve: Reserve
  #anchor: Anchor
  #checkpoints: Checkpoints
  /** The last checkpoint. */
  #checked: Pick<Checkpoint, 'seq' | 'at'>
  #anchoring: NodeJS.Timeout | undefined
  /** The number that the anchor names; none is known at the start. */
  #anchored: number | undefined

  constructor(port: MessagePort, data: WriterData) {
    const { databasePath, anchorPath, keys } = data
    this.#port = port
    this.#database = connect(databasePath)
    upgrade(this.#database)
    this.#committer = new Committer(this.#database, new Journal(keys))
    // The log's name must last: SQLite syncs its folder, too, and does not tell when that fails.
    syncFolder(dirname(databasePath))
    this.#anchorPath = anchorPath
    this.#journalPath = data.journalPath
    this.#reserve = new Reserve(data.reservePath)
    this.#anchor = new Anchor(anchorPath, keys)
    this.#checkpoints = new Checkpoints(keys)
    const none = { seq: 0, at: Date.now() }
    this.#checked = readCheckpoints(data.journalPath).at(-1) ?? none
    this.#tail = new Tail(this.#database, this.#committer.head.seq, {
      ...data,
      cut: () => this.#writeAnchor(),
      complain: (words) => port.postMessage({ complaint: words }),
      fatal: (reason) => port.postMessage({ fatal: reason, isUnasked: true }),
    })
    port.on('message', (message: WriterMessage) => void this.#take(message))
    port.postMessage({ ready: this.#committer.head.seq })
  }

  /** Answers first; what nobody waits for comes after. */
  async #take(message: WriterMessage): Promise<void> {
    // Its connection would keep SQLite from folding the log into the database.
    if (message.kind === 'close') await this.#tail.close()
    this.#port.postMessage(this.#replyTo(message))
    if (message.kind === 'close') return this.#port.close()
    this.#tail.grew(this.#committer.batchBytes)
    this.#committer.checkpoint()
  }

  #replyTo(message: WriterMessage): object {
    try {
      if (message.kind === 'commit') {
        const head = this.#commit(message.writing)
        release(message.writing.bytes)
        return { head, link: this.#committer.head.link }
      }
      if (message.kind === 'rekey') this.#rekey(message.keys)
      // Under the new key before anything can say that the old one is left behind.
      this.#writeAnchor()
      if (message.kind === 'close') {
        this.#checkpoint(0)
        this.#database.close()
      }
      return {}
    } catch (thrown) {
      return thrown instanceof StoreFull ? { full: true } : { fatal: String(thrown) }
    }
  }

  #commit(writing: Writing): number {
    if (!writing.isLast && !this.#reserve.mayWrite()) throw new StoreFull()
    const head = this.#committed(writing)
    // The first at once: what was accepted at this start (a rollback, a first store) stands.
    if (this.#anchored === undefined) this.#writeAnchor()
    else this.#anchoring ??= setTimeout(() => this.#writeAnchor(), anchorEveryMilliseconds)
    return head
  }

  #committed(writing: Writing): number {
    try {
      return this.#committer.commit(writing, this.#tail.removable(this.#anchored ?? 0))
    } catch (thrown) {
      if (thrown instanceof StoreFull) this.#reserve.spend()
      throw thrown
    }
  }

  #rekey(keys: JournalKeys): void {
    this.#committer.rekey(new Journal(keys))
    this.#tail.rekey(keys)
    this.#anchor = new Anchor(this.#anchorPath, keys)
    this.#checkpoints = new Checkpoints(keys)
    this.#anchored = undefined
  }

  #writeAnchor(): void {
    clearTimeout(this.#anchoring)
    this.#anchoring = undefined
    const { head } = this.#committer
    try {
      this.#anchor.write(head)
      this.#anchored = head.seq
      this.#checkpoint(checkpointEveryMilliseconds)
    } catch (thrown) {
      if (!isFull(thrown)) throw thrown
    }
  }

  /** Signs where the journal stands, unless it was said this long ago or less, or nothing came since. */
  #checkpoint(everyMilliseconds: number): void {
    const now = Date.now()
    const { seq, link } = this.#committer.head
    if (seq === this.#checked.seq || now - this.#checked.at < everyMilliseconds) return
    const checkpoint = this.#checkpoints.make(seq, link, now)
    addCheckpoint(this.#journalPath, checkpoint)
    this.#checked = checkpoint
  }
}

/** The anchor may lag while there is no space; the next write of it brings it up. */
const isFull = (thrown: unknown): boolean =>
  ['ENOSPC', 'EDQUOT'].includes((thrown as NodeJS.ErrnoException).code ?? '')

if (parentPort) new Writer(parentPort, workerData as WriterData)
