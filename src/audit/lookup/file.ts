/**
 * The file of the index: opened as it is, or made anew where it is damaged, of another store, or of
 * another program.
 */
import { rmSync } from 'node:fs'
import { DatabaseSync, type StatementSync } from 'node:sqlite'
import { Unopenable } from '../../lib/sealer.ts'

const format = 2
/** SQLITE_CORRUPT and SQLITE_NOTADB. */
const damageCodes: ReadonlySet<number> = new Set([11, 26])

/** Whether an error says that the file is not what was written. */
export const isDamage = (thrown: unknown): boolean =>
  thrown instanceof Unopenable ||
  damageCodes.has(((thrown as { errcode?: number }).errcode ?? 0) & 0xff)

const tables = `
  CREATE TABLE reached (storeId TEXT, format INTEGER, seq INTEGER, link BLOB) STRICT;
  CREATE TABLE runs (id INTEGER PRIMARY KEY, level INTEGER, low INTEGER, high INTEGER, blocks INTEGER) STRICT;
  CREATE TABLE blocks (id INTEGER PRIMARY KEY, run INTEGER, number INTEGER,
    term INTEGER, second INTEGER, seq INTEGER, at INTEGER, body BLOB) STRICT;
  CREATE UNIQUE INDEX places ON blocks (run, term, second, seq, at);
  CREATE UNIQUE INDEX numbers ON blocks (run, number);
`

/** An empty one, unless there is one that can be gone on with. */
export function openOrMake(path: string, storeId: string): DatabaseSync {
  try {
    const database = openFile(path)
    const row = database.prepare('SELECT storeId, format FROM reached').get()
    if (row?.storeId === storeId && row.format === format) return database
    database.close()
  } catch {} // whatever is wrong with it, it can be made anew
  removeFile(path)
  const database = openFile(path)
  database.exec(tables)
  database
    .prepare('INSERT INTO reached VALUES (?, ?, 0, ?)')
    .run(storeId, format, new Uint8Array(32))
  return database
}

function openFile(path: string): DatabaseSync {
  const database = new DatabaseSync(path)
  // A power cut may take the last runs, never the file's sense: they are made again.
  database.exec('PRAGMA page_size = 16384; PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL')
  database.exec('PRAGMA cache_size = -16384; PRAGMA trusted_schema = OFF; PRAGMA mmap_size = 0')
  return database
}

export function removeFile(path: string): void {
  for (const end of ['', '-wal', '-shm']) rmSync(`${path}${end}`, { force: true })
}

export type Statements = ReturnType<typeof prepare>

export function prepare(database: DatabaseSync) {
  const sql = (text: string): StatementSync => database.prepare(text)
  return {
    before: sql(
      `SELECT number, body FROM blocks WHERE run = ? AND (term, second, seq, at) < (?, ?, ?, ?)
       ORDER BY term DESC, second DESC, seq DESC, at DESC LIMIT 1`,
    ),
    block: sql('SELECT number, body FROM blocks WHERE run = ? AND number = ?'),
    insert: sql(
      'INSERT INTO blocks (run, number, term, second, seq, at, body) VALUES (?, ?, ?, ?, ?, ?, ?)',
    ),
    finish: sql('INSERT INTO runs VALUES (?, ?, ?, ?, ?)'),
    forget: sql('DELETE FROM runs WHERE id = ?'),
    clear: sql('DELETE FROM blocks WHERE id IN (SELECT id FROM blocks WHERE run = ? LIMIT ?)'),
  }
}
