/**
 * The embedded engine of a process beside the one that writes: it reads the file by itself and sends what
 * it would commit there. What others changed meanwhile it learns from the feed, with each answer, so that
 * its attempts are held against the head like everybody's.
 */
import type { Committed, Conflicted, Engine, Proposal } from '../engine.ts'
import type { JournalKeys } from '../journal-keys.ts'
import { Segments } from '../segments.ts'
import { connect } from './connection.ts'
import { journalBeside } from './folder.ts'
import { Reader } from './reader.ts'

export interface RelayOptions {
  readonly databasePath: string
  readonly keys: JournalKeys
  /** Has a batch committed: one verdict per proposal. Throws StoreFull where nothing of it was written. */
  commit(batch: readonly Proposal[]): Promise<readonly Conflicted[]>
}

export const openRelay = (options: RelayOptions): Engine => new RelayEngine(options)

class RelayEngine extends Reader implements Engine {
  readonly #commit: RelayOptions['commit']
  #head: number

  constructor({ databasePath, keys, commit }: RelayOptions) {
    super(connect(databasePath, true), new Segments(journalBeside(databasePath), keys))
    this.#commit = commit
    this.#head = this.readHead()
  }

  get head(): number {
    return this.#head
  }

  async commit(batch: readonly Proposal[]): Promise<Committed> {
    const conflicts = await this.#commit(batch)
    // What was committed is in the file: what changed up to it is there to be read, whoever changed it.
    const { head, changed, complete } = await this.feed(this.#head)
    this.#head = head
    return { head, conflicts, changed, ...(!complete && { isBehind: true }) }
  }

  /** Whoever writes writes the journal, too. */
  async rekey(): Promise<void> {}

  async close(): Promise<void> {
    this.closeReader()
  }
}
