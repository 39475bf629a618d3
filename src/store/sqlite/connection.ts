/**
 * A connection that loses nothing. SQLite's default in WAL mode for many builds is NORMAL, which
 * forgets acknowledged commits at a power cut and no kill test shows it: FULL is set and read back.
 *
 * https://www.sqlite.org/pragma.html#pragma_synchronous
 */
import { DatabaseSync } from 'node:sqlite'

const busyMilliseconds = 5000

export function connect(path: string, readOnly = false): DatabaseSync {
  const database = new DatabaseSync(path, { readOnly, timeout: busyMilliseconds })
  // Checkpoints are ours: SQLite's own keep their errors to themselves.
  const writing =
    'PRAGMA journal_mode = WAL; PRAGMA secure_delete = ON; PRAGMA wal_autocheckpoint = 0'
  if (!readOnly) database.exec(writing)
  database.exec('PRAGMA synchronous = FULL; PRAGMA trusted_schema = OFF; PRAGMA mmap_size = 0')
  const { synchronous } = database.prepare('PRAGMA synchronous').get() as { synchronous: number }
  const mode = database.prepare('PRAGMA journal_mode').get() as { journal_mode: string }
  if (synchronous !== 2) throw new Error('this SQLite does not keep synchronous = FULL')
  if (mode.journal_mode !== 'wal') throw new Error('this SQLite does not keep journal_mode = WAL')
  return database
}
