/**
 * Committing batches on the writing connection: write what holds, chain the journal, one fsync. Runs on
 * the writer thread, in one place at a time.
 */
import type { DatabaseSync, StatementSync } from 'node:sqlite'
import type { Change, JournalRow, Reseal } from '../engine.ts'
import { headerKey, StoreFull } from '../engine.ts'
import type { Journal } from '../journal.ts'
import { feedTailMax } from './schema.ts'
import { changesOf, recordsOf, type Writing } from './writing.ts'

const pruneEveryCommits = 1000
/** About how many pages of log are folded into the database at a time: SQLite's own measure. */
const logPagesMax = 1000
const pageBytes = 4096
/** Pages that every commit touches: head, journal and feed. */
const pagesPerCommit = 4
/** Batches of the journal that a commit takes out, where segments hold them: more than it brings in. */
const trimmedPerCommit = 4

type Statements = Record<
  | 'begin'
  | 'end'
  | 'head'
  | 'advance'
  | 'put'
  | 'remove'
  | 'feed'
  | 'journal'
  | 'count'
  | 'stamp'
  | 'header'
  | 'reseal'
  | 'prune'
  | 'floor'
  | 'trim'
  | 'checkpoint',
  StatementSync
>

export class Committer {
  readonly #database: DatabaseSync
  #journal: Journal
  readonly #statements: Statements
  #seq: number
  #link: Uint8Array
  #logPages = 0
  /** The last batch that is not in the database any more. */
  #floor: number
  #batchBytes = 0

  constructor(database: DatabaseSync, journal: Journal) {
    this.#database = database
    this.#journal = journal
    this.#statements = prepare(database)
    const head = this.#statements.head.get() as { seq: number; link: Uint8Array }
    this.#seq = head.seq
    this.#link = head.link
    this.#floor = (this.#statements.floor.get() as { floor: number }).floor
  }

  /** What the last commit added to the journal. */
  get batchBytes(): number {
    return this.#batchBytes
  }

  get head(): { seq: number; link: Uint8Array } {
    return { seq: this.#seq, link: this.#link }
  }

  /** The keys that journal rows are written under from here on. */
  rekey(journal: Journal): void {
    this.#journal = journal
  }

  /**
   * One durable step; gives the new head. Throws StoreFull when nothing was written for want of space.
   *
   * @param removable the last batch of the journal that may leave the database with it
   */
  commit(writing: Writing, removable = 0): number {
    const seq = this.#seq + 1
    this.#batchBytes = 0
    const floor = Math.max(this.#floor, Math.min(removable, this.#floor + trimmedPerCommit))
    const row = this.#write(seq, writing, floor)
    this.#seq = seq
    this.#link = row.link
    this.#floor = floor
    this.#batchBytes = row.batch.length
    return seq
  }

  /**
   * Folds the log into the database when it has grown long; call it when nobody waits for an answer.
   * Throws what SQLite would swallow: a checkpoint that could not be synced may have lost data.
   */
  checkpoint(): void {
    if (this.#logPages < logPagesMax) return
    try {
      this.#statements.checkpoint.get()
      this.#logPages = 0
    } catch (thrown) {
      if (!isFull(thrown)) throw thrown
    }
  }

  #write(seq: number, writing: Writing, floor: number): JournalRow {
    const { begin, end, advance, feed, journal, count, stamp, prune } = this.#statements
    try {
      begin.run()
      const changes = changesOf(writing)
      for (const change of changes) {
        this.#change(change)
        feed.run(seq, change.key)
      }
      for (const { key, by } of writing.counts) count.run(key, by)
      for (const { key, stamp: at } of writing.stamps) stamp.run(key, at)
      const written = [...changes, ...this.#reseal(writing.reseals)]
      const records = recordsOf(writing)
      const row = this.#journal.write(seq, this.#link, Date.now(), records, written)
      journal.run(row.seq, row.link, row.batch)
      advance.run(seq, row.link)
      if (seq % pruneEveryCommits === 0) prune.run(seq - feedTailMax)
      if (floor > this.#floor) this.#trim(floor)
      end.run()
      this.#logPages += pagesPerCommit + pagesOf(row.batch)
      for (const change of written) this.#logPages += 1 + pagesOf(change.row)
      return row
    } catch (thrown) {
      throw this.#undo(thrown)
    }
  }

  /** What is sealed and lies in a segment anyway need not be written over: that would double the log. */
  #trim(floor: number): void {
    this.#database.exec('PRAGMA secure_delete = FAST')
    this.#statements.trim.run(floor)
    this.#database.exec('PRAGMA secure_delete = ON')
  }

  #change({ key, row }: Change): void {
    const { put, remove, header } = this.#statements
    if (key === headerKey) header.run(Buffer.from(row ?? []).toString())
    else if (row) put.run(key, row)
    else remove.run(key)
  }

  /** What was changed meanwhile, in this batch too, is left as it is. */
  #reseal(wishes: readonly Reseal[]): readonly Change[] {
    return wishes.filter(({ key, from, row }) => {
      return this.#statements.reseal.run(row, key, from).changes === 1
    })
  }

  /** No space is a state that passes. Whatever else a write meets may have lost data: the caller ends the process. */
  #undo(thrown: unknown): unknown {
    if (!isFull(thrown)) return thrown
    if (this.#database.isTransaction) this.#database.exec('ROLLBACK')
    return new StoreFull()
  }
}

const pagesOf = (row: Uint8Array | null): number => Math.ceil((row?.length ?? 0) / pageBytes)

const sqliteFull = 13

function isFull(thrown: unknown): boolean {
  const code = (thrown as { errcode?: number }).errcode
  return code !== undefined && (code & 0xff) === sqliteFull
}

function prepare(database: DatabaseSync): Statements {
  return {
    begin: database.prepare('BEGIN IMMEDIATE'),
    end: database.prepare('COMMIT'),
    head: database.prepare('SELECT seq, link FROM head'),
    advance: database.prepare('UPDATE head SET seq = ?, link = ?'),
    put: database.prepare(
      'INSERT INTO records VALUES (?, ?) ON CONFLICT (key) DO UPDATE SET row = excluded.row',
    ),
    remove: database.prepare('DELETE FROM records WHERE key = ?'),
    feed: database.prepare('INSERT OR IGNORE INTO feed VALUES (?, ?)'),
    journal: database.prepare('INSERT INTO journal VALUES (?, ?, ?)'),
    count: database.prepare(
      'INSERT INTO counters VALUES (?, ?) ON CONFLICT (key) DO UPDATE SET total = total + excluded.total',
    ),
    stamp: database.prepare(
      'INSERT INTO stamps VALUES (?, ?) ON CONFLICT (key) DO UPDATE SET stamp = max(stamp, excluded.stamp)',
    ),
    header: database.prepare("UPDATE meta SET body = ? WHERE name = 'store'"),
    reseal: database.prepare('UPDATE records SET row = ? WHERE key = ? AND row = ?'),
    prune: database.prepare('DELETE FROM feed WHERE seq < ?'),
    floor: database.prepare(
      'SELECT coalesce((SELECT min(seq) - 1 FROM journal), seq) AS floor FROM head',
    ),
    trim: database.prepare('DELETE FROM journal WHERE seq <= ?'),
    checkpoint: database.prepare('PRAGMA wal_checkpoint(PASSIVE)'),
  }
}
