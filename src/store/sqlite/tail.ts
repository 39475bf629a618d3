/**
 * The journal's tail, as the writer thread keeps it: bounded. When it has grown long, its older part is
 * cut into a segment by a thread of its own; when that is on disk, each commit takes some of those rows
 * along, so that no commit waits for a cut.
 */
import type { DatabaseSync } from 'node:sqlite'
import type { Worker } from 'node:worker_threads'
import { startThread } from '../../lib/thread.ts'
import type { JournalKeys } from '../journal.ts'
import { Segments } from '../segments.ts'
import type { CutterData, CutterReply } from './cutter.ts'

export interface TailOptions {
  readonly databasePath: string
  readonly journalPath: string
  readonly keys: JournalKeys
  readonly segmentBytes: number
  /** A segment is on disk: what is anchored can leave the database now. */
  cut(): void
  complain(words: string): void
  fatal(reason: string): void
}

/** After a cut that found no space, or a journal that is broken. */
const retryMilliseconds = 60_000

export class Tail {
  #options: TailOptions
  #uncutBytes: number
  /** The last batch in segments. */
  #cut: number
  #cutter: Worker | undefined
  #notBefore = 0

  constructor(database: DatabaseSync, head: number, options: TailOptions) {
    this.#options = options
    const segments = new Segments(options.journalPath, options.keys)
    segments.setAside(head)
    segments.tidy()
    this.#cut = segments.last
    const row = database
      .prepare('SELECT coalesce(sum(length(batch)), 0) AS bytes FROM journal WHERE seq > ?')
      .get(this.#cut) as { bytes: number }
    this.#uncutBytes = row.bytes
  }

  /** The last batch that may leave the database: on disk elsewhere, and older than the anchor's own. */
  removable(anchored: number): number {
    return Math.min(this.#cut, anchored - 1)
  }

  /** Tells of a batch that was written; begins a cut when it is time. */
  grew(bytes: number): void {
    this.#uncutBytes += bytes
    const { segmentBytes } = this.#options
    if (this.#cutter || this.#uncutBytes < segmentBytes || performance.now() < this.#notBefore)
      return
    this.#begin()
  }

  #begin(): void {
    const { databasePath, journalPath, keys, segmentBytes } = this.#options
    const data: CutterData = { databasePath, journalPath, keys, segmentBytes }
    const cutter = startThread('store/sqlite/cutter', data)
    this.#cutter = cutter
    cutter.on('message', (reply: CutterReply) => this.#took(reply))
    cutter.on('error', (error) => this.#options.fatal(String(error)))
    cutter.on('exit', () => {
      this.#cutter = undefined
    })
  }

  #took({ cut, broken, full, fatal }: CutterReply): void {
    if (fatal !== undefined) this.#options.fatal(fatal)
    if (broken !== undefined) this.#options.complain(broken)
    if (broken !== undefined || full) this.#notBefore = performance.now() + retryMilliseconds
    if (!cut) return
    this.#cut = cut.last
    this.#uncutBytes -= cut.bytes
    this.#options.cut()
  }

  /** The keys that segments are made under from here on. */
  rekey(keys: JournalKeys): void {
    this.#options = { ...this.#options, keys }
  }

  /** Ends a cut that is under way: it will be made again. */
  async close(): Promise<void> {
    await this.#cutter?.terminate()
  }
}
