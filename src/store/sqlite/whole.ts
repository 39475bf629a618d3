/**
 * The embedded engine's database, read whole and made from a whole. Reading holds one read transaction
 * on a connection of its own: commits go on beside it, and the log can't be folded past it until it ends.
 */
import { closeSync, fsyncSync, mkdirSync, openSync, renameSync, rmSync } from 'node:fs'
import { basename, dirname, join } from 'node:path'
import { DatabaseSync, type StatementSync } from 'node:sqlite'
import { replaceFile, syncFolder } from '../../lib/file.ts'
import type { JournalRow, Row } from '../engine.ts'
import { Past } from '../past.ts'
import type { Segments } from '../segments.ts'
import {
  type Counts,
  type Filling,
  noCounts,
  type Part,
  type PartKind,
  type Position,
  type Pruned,
  type Tally,
  type Whole,
} from '../whole.ts'
import { connect } from './connection.ts'
import { schema, schemaVersion } from './schema.ts'

const partBytesMax = 1 << 20
const partRowsMax = 4096

/**
 * Opens a database for one reading of all that it holds now.
 *
 * @param segmentsOf what of the journal has left the database, for the keys in this header; never left out,
 * since what is read without it is not whole
 */
export function readWhole(
  databasePath: string,
  segmentsOf: (header: string) => Segments | undefined,
): Whole {
  const database = connect(databasePath, true)
  // The first read takes the place in time at which all the others are answered.
  database.exec('BEGIN')
  const head = database.prepare('SELECT seq, link FROM head').get() as unknown as Position
  const row = database.prepare("SELECT body FROM meta WHERE name = 'store'").get()
  const header = String(row?.body)
  const past = pastOf(database, segmentsOf(header))
  return {
    header,
    head,
    counts: countsOf(database, past),
    parts: () => partsOf(database, past),
    close: () => database.close(),
  }
}

/** What the database itself holds. */
type TableKind = Exclude<PartKind, 'pruned'>

const tables: Readonly<Record<TableKind, string>> = {
  // Not by the index: what is damaged in that must not go missing here.
  records: 'SELECT key, row FROM records NOT INDEXED',
  counters: 'SELECT key, total AS number FROM counters ORDER BY key',
  stamps: 'SELECT key, stamp AS number FROM stamps ORDER BY key',
  journal: 'SELECT seq, link, batch FROM journal ORDER BY seq',
}
const kinds = Object.keys(tables) as TableKind[]

/** What of the journal is in segments alone. */
function pastOf(database: DatabaseSync, segments: Segments | undefined): Past | undefined {
  const row = database.prepare('SELECT min(seq) AS first FROM journal').get()
  return segments && new Past(segments, Number(row?.first ?? Number.POSITIVE_INFINITY) - 1)
}

function countsOf(database: DatabaseSync, past: Past | undefined): Counts {
  const counts = kinds.map((kind) => {
    const row = database
      .prepare(`SELECT count(*) AS rows FROM ${kind}${kind === 'records' ? ' NOT INDEXED' : ''}`)
      .get()
    return [kind, Number(row?.rows)]
  })
  const known: Counts = { ...noCounts, ...Object.fromEntries(counts) }
  const { pruned = 0, journal = 0 } = past?.counts ?? {}
  return { ...known, pruned, journal: known.journal + journal }
}

function* partsOf(database: DatabaseSync, past: Past | undefined): Generator<Part> {
  for (const kind of kinds) {
    if (kind === 'journal' && past) yield* past.parts()
    for (const rows of inParts(database.prepare(tables[kind]).iterate())) {
      yield { kind, rows } as unknown as Part
    }
  }
}

type AnyRow = Partial<Row & Tally & JournalRow>

function* inParts(rows: Iterable<unknown>): Generator<AnyRow[]> {
  let part: AnyRow[] = []
  let bytes = 0
  for (const each of rows) {
    const row = each as AnyRow
    part.push(row)
    bytes += (row.row ?? row.batch ?? row.key ?? '').length
    if (bytes < partBytesMax && part.length < partRowsMax) continue
    yield part
    part = []
    bytes = 0
  }
  if (part.length > 0) yield part
}

/** Makes a database that nobody sees before it is whole. */
export function fillWhole(databasePath: string, header: string, head: Position): Filling {
  const draft = `${databasePath}.new`
  const endings = ['', '-wal', '-shm', '-journal']
  const discard = () => {
    for (const ending of endings) rmSync(draft + ending, { force: true })
  }
  discard()
  const database = new DatabaseSync(draft)
  // Nothing to lose: what a crash leaves is thrown away. It is synced as a whole at the end.
  database.exec('PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF; PRAGMA secure_delete = ON')
  database.exec(`BEGIN; ${schema} PRAGMA user_version = ${schemaVersion}`)
  database.prepare("INSERT INTO meta VALUES ('store', ?)").run(header)
  database.prepare('INSERT INTO head VALUES (1, ?, ?)').run(head.seq, head.link)
  const inserts = prepareInserts(database)
  return {
    put(part) {
      if (part.kind === 'pruned') for (const each of part.rows) putPruned(databasePath, each)
      else insert(inserts, part)
    },
    end() {
      database.exec('COMMIT; PRAGMA journal_mode = WAL')
      database.close()
      for (const ending of ['-wal', '-shm']) rmSync(draft + ending, { force: true })
      syncFile(draft)
      renameSync(draft, databasePath)
      syncFolder(dirname(databasePath))
    },
    abandon() {
      if (database.isOpen) database.close()
      discard()
    },
  }
}

const prepareInserts = (database: DatabaseSync): Record<TableKind, StatementSync> => ({
  records: database.prepare('INSERT INTO records VALUES (?, ?)'),
  counters: database.prepare('INSERT INTO counters VALUES (?, ?)'),
  stamps: database.prepare('INSERT INTO stamps VALUES (?, ?)'),
  journal: database.prepare('INSERT INTO journal VALUES (?, ?, ?)'),
})

/** It stands beside the database before that has its name. */
function putPruned(databasePath: string, { name, file }: Pruned): void {
  const path = join(dirname(databasePath), 'journal')
  mkdirSync(path, { recursive: true, mode: 0o700 })
  replaceFile(join(path, basename(name)), file)
}

type TablePart = Exclude<Part, { kind: 'pruned' }>

function insert(statements: Record<TableKind, StatementSync>, part: TablePart): void {
  const statement = statements[part.kind]
  if (part.kind === 'records') for (const { key, row } of part.rows) statement.run(key, row)
  else if (part.kind === 'journal') {
    for (const { seq, link, batch } of part.rows) statement.run(seq, link, batch)
  } else for (const { key, number } of part.rows) statement.run(key, number)
}

function syncFile(path: string): void {
  const file = openSync(path, 'r+')
  try {
    fsyncSync(file)
  } finally {
    closeSync(file)
  }
}
