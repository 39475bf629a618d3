/**
 * A database as whoever examines it sees it: read-only, without the folder's lock, beside a house that
 * serves or beside none. Until `hold` each read sees what is committed then; afterwards all see one moment.
 */
import type { DatabaseSync } from 'node:sqlite'
import { Refusal } from '../../lib/fault.ts'
import type { JournalRow, Row } from '../engine.ts'
import type { Position } from '../whole.ts'
import { connect } from './connection.ts'
import { damaged } from './folder.ts'
import { schemaVersion } from './schema.ts'

export class Evidence {
  readonly #database: DatabaseSync

  /** Throws Refusal for a file that is no database of ours. */
  constructor(databasePath: string) {
    this.#database = open(databasePath)
    const version = this.#database.prepare('PRAGMA user_version').get() as { user_version: number }
    if (version.user_version <= schemaVersion) return
    this.close()
    throw new Refusal(`${databasePath} was written by a newer strongroom: use that version.`)
  }

  /** From here on all reads are answered as of one moment. */
  hold(): void {
    this.#database.exec('BEGIN')
    this.head()
  }

  header(): string {
    const row = this.#database.prepare("SELECT body FROM meta WHERE name = 'store'").get()
    return String(row?.body)
  }

  head(): Position {
    return this.#database.prepare('SELECT seq, link FROM head').get() as unknown as Position
  }

  /** The batches of the journal that the database holds, behind one. */
  batches(after: number, itemsMax: number): JournalRow[] {
    const statement = this.#database.prepare(
      'SELECT seq, link, batch FROM journal WHERE seq > ? ORDER BY seq LIMIT ?',
    )
    return statement.all(after, itemsMax) as unknown as JournalRow[]
  }

  /** Every record's row. */
  rows(): Iterable<Row> {
    return (
      this.#database
        // Not by the index: what is damaged in that must not go missing here.
        .prepare('SELECT key, row FROM records NOT INDEXED')
        .iterate() as unknown as Iterable<Row>
    )
  }

  rowsCount(): number {
    return Number(
      this.#database.prepare('SELECT count(*) AS count FROM records NOT INDEXED').get()?.count,
    )
  }

  close(): void {
    this.#database.close()
  }
}

function open(databasePath: string): DatabaseSync {
  try {
    return connect(databasePath, true)
  } catch {
    throw damaged(databasePath)
  }
}
