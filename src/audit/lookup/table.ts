/**
 * The index's file: for each term the places of its records, by time, in one table a week, so that
 * what has grown old is dropped whole. It holds nothing that the journal does not: a file that is
 * lost, damaged or of another store is made anew.
 */
import { rmSync } from 'node:fs'
import { DatabaseSync, type StatementSync } from 'node:sqlite'
import type { Query, Spot } from './query.ts'

/** How far the journal was followed: the number and link of the last batch. */
export interface Reached {
  readonly seq: number
  readonly link: Uint8Array
}

export interface Posting extends Spot {
  readonly term: bigint
}

const format = 1
/** SQLITE_CORRUPT and SQLITE_NOTADB. */
const damageCodes: ReadonlySet<number> = new Set([11, 26])

/** Whether an error says that the file is not what was written. */
export const isDamage = (thrown: unknown): boolean =>
  damageCodes.has(((thrown as { errcode?: number }).errcode ?? 0) & 0xff)

const weekSeconds = 7 * 24 * 3600
/** Later than any record. */
const foreverSeconds = 2 ** 40
const weekOf = (second: number): number => Math.floor(second / weekSeconds)

interface Week {
  readonly insert: StatementSync
  readonly find: StatementSync
}

export class Table {
  readonly #path: string
  readonly #storeId: string
  #database: DatabaseSync
  readonly #weeks = new Map<number, Week>()

  constructor(path: string, storeId: string) {
    this.#path = path
    this.#storeId = storeId
    this.#database = this.#open()
  }

  get reached(): Reached {
    const row = this.#database.prepare('SELECT seq, link FROM reached').get()
    return row as unknown as Reached
  }

  /** Everything at once, or nothing of it. */
  add(postings: readonly Posting[], reached: Reached): void {
    this.#database.exec('BEGIN IMMEDIATE')
    try {
      for (const { term, second, seq, index } of postings) {
        this.#week(weekOf(second)).insert.run(term, second, seq, index)
      }
      this.#database.prepare('UPDATE reached SET seq = ?, link = ?').run(reached.seq, reached.link)
      this.#database.exec('COMMIT')
    } catch (thrown) {
      if (this.#database.isTransaction) this.#database.exec('ROLLBACK')
      // A table made in what was rolled back is not there any more.
      this.#weeks.clear()
      this.#findWeeks()
      throw thrown
    }
  }

  /** Places of a term's records, the newest first. */
  find(term: bigint, query: Omit<Query, 'account'>): Spot[] {
    const { from = 0, to = foreverSeconds, before, itemsMax } = query
    const top = before ?? { second: to + 1, seq: 0, index: 0 }
    const found: Spot[] = []
    for (const number of [...this.#weeks.keys()].sort((a, b) => b - a)) {
      if (number > weekOf(top.second) || number < weekOf(from)) continue
      const rest = itemsMax - found.length
      if (rest <= 0) break
      const { find } = this.#weeks.get(number) as Week
      const rows = find.all(term, from, top.second, top.seq, top.index, rest)
      found.push(...(rows as unknown as Spot[]))
    }
    return found
  }

  /** Forgets weeks that ended before this second. */
  prune(before: number): void {
    for (const number of this.#weeks.keys()) {
      if ((number + 1) * weekSeconds > before) continue
      this.#weeks.delete(number)
      this.#database.exec(`DROP TABLE week_${number}`)
    }
  }

  /** Begins anew, from nothing. */
  reset(): void {
    this.close()
    this.#remove()
    this.#database = this.#open()
  }

  close(): void {
    this.#weeks.clear()
    if (this.#database.isOpen) this.#database.close()
  }

  /** Takes the file away: the next start makes it anew. Until then nothing is found or added. */
  discard(): void {
    this.close()
    this.#remove()
  }

  #remove(): void {
    for (const end of ['', '-wal', '-shm']) rmSync(`${this.#path}${end}`, { force: true })
  }

  #open(): DatabaseSync {
    try {
      const database = this.#openFile()
      const row = database.prepare('SELECT storeId, format FROM reached').get() as {
        storeId: string
        format: number
      }
      if (row.storeId === this.#storeId && row.format === format) {
        this.#database = database
        this.#findWeeks()
        return database
      }
      database.close()
    } catch {} // whatever is wrong with it, it can be made anew
    this.#remove()
    return this.#make()
  }

  #openFile(): DatabaseSync {
    const database = new DatabaseSync(this.#path)
    // A power cut may take the last postings, never the file's sense: they are read again.
    database.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL')
    database.exec('PRAGMA cache_size = -65536; PRAGMA trusted_schema = OFF; PRAGMA mmap_size = 0')
    return database
  }

  #make(): DatabaseSync {
    const database = this.#openFile()
    database.exec(
      'CREATE TABLE reached (storeId TEXT, format INTEGER, seq INTEGER, link BLOB) STRICT',
    )
    database
      .prepare('INSERT INTO reached VALUES (?, ?, 0, ?)')
      .run(this.#storeId, format, new Uint8Array(32))
    return database
  }

  #findWeeks(): void {
    const names = this.#database.prepare("SELECT name FROM sqlite_schema WHERE name LIKE 'week%'")
    for (const { name } of names.all() as { name: string }[]) this.#week(Number(name.slice(5)))
  }

  #week(number: number): Week {
    const known = this.#weeks.get(number)
    if (known) return known
    this.#database.exec(
      `CREATE TABLE IF NOT EXISTS week_${number} (
        term INTEGER, second INTEGER, seq INTEGER, at INTEGER,
        PRIMARY KEY (term, second, seq, at)) STRICT, WITHOUT ROWID`,
    )
    const week = {
      insert: this.#database.prepare(`INSERT OR IGNORE INTO week_${number} VALUES (?, ?, ?, ?)`),
      find: this.#database.prepare(
        `SELECT second, seq, at AS "index" FROM week_${number}
         WHERE term = ? AND second >= ? AND (second, seq, at) < (?, ?, ?)
         ORDER BY second DESC, seq DESC, at DESC LIMIT ?`,
      ),
    }
    this.#weeks.set(number, week)
    return week
  }
}
