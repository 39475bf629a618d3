/**
 * The embedded engine's database, read whole and made from a whole. Reading holds one read transaction
 * on a connection of its own: commits go on beside it, and the log can't be folded past it until it ends.
 */
import { closeSync, fsyncSync, openSync, renameSync, rmSync } from 'node:fs'
import { dirname } from 'node:path'
import { DatabaseSync, type StatementSync } from 'node:sqlite'
import { syncFolder } from '../../lib/file.ts'
import { BrokenChain } from '../draft.ts'
import type { JournalRow, Row } from '../engine.ts'
import type { Segments, Span } from '../segments.ts'
import type { Counts, Filling, Part, PartKind, Position, Tally, Whole } from '../whole.ts'
import { connect } from './connection.ts'
import { schema, schemaVersion } from './schema.ts'

const partBytesMax = 1 << 20
const partRowsMax = 4096

/**
 * Opens a database for one reading of all that it holds now.
 *
 * @param segmentsOf what of the journal has left the database, for the keys in this header
 */
export function readWhole(
  databasePath: string,
  segmentsOf: (header: string) => Segments | undefined = () => undefined,
): Whole {
  const database = connect(databasePath, true)
  // The first read takes the place in time at which all the others are answered.
  database.exec('BEGIN')
  const head = database.prepare('SELECT seq, link FROM head').get() as unknown as Position
  const row = database.prepare("SELECT body FROM meta WHERE name = 'store'").get()
  const header = String(row?.body)
  const segments = segmentsOf(header)
  const older = segments ? olderIn(database, segments) : []
  return {
    header,
    head,
    counts: countsOf(database, older),
    parts: () => partsOf(database, segments, older),
    close: () => database.close(),
  }
}

const tables: Readonly<Record<PartKind, string>> = {
  // Not by the index: what is damaged in that must not go missing here.
  records: 'SELECT key, row FROM records NOT INDEXED',
  counters: 'SELECT key, total AS number FROM counters ORDER BY key',
  stamps: 'SELECT key, stamp AS number FROM stamps ORDER BY key',
  journal: 'SELECT seq, link, batch FROM journal ORDER BY seq',
}
const kinds = Object.keys(tables) as PartKind[]

/** Numbers of batches, inclusive. */
type Range = Pick<Span, 'first' | 'last'>

/** The runs of the journal that are in segments alone. */
function olderIn(database: DatabaseSync, segments: Segments): Range[] {
  const { first } = database.prepare('SELECT min(seq) AS first FROM journal').get() as {
    first: number | null
  }
  const end = (first ?? Number.POSITIVE_INFINITY) - 1
  return segments
    .list()
    .filter((span) => !span.isPruned && span.first <= end)
    .map((span) => ({ first: span.first, last: Math.min(span.last, end) }))
}

function countsOf(database: DatabaseSync, older: readonly Range[]): Counts {
  const counts = kinds.map((kind) => {
    const row = database
      .prepare(`SELECT count(*) AS rows FROM ${kind}${kind === 'records' ? ' NOT INDEXED' : ''}`)
      .get()
    return [kind, Number(row?.rows)]
  })
  const moved = older.reduce((sum, { first, last }) => sum + last - first + 1, 0)
  const known: Counts = Object.fromEntries(counts)
  return { ...known, journal: known.journal + moved }
}

function* partsOf(
  database: DatabaseSync,
  segments: Segments | undefined,
  older: readonly Range[],
): Generator<Part> {
  for (const kind of kinds) {
    if (kind === 'journal' && segments) {
      for (const range of older) yield* rowsOf(segments, range)
    }
    for (const rows of inParts(database.prepare(tables[kind]).iterate())) {
      yield { kind, rows } as unknown as Part
    }
  }
}

function* rowsOf(segments: Segments, { first, last }: Range): Generator<Part> {
  for (let after = first - 1; after < last; ) {
    const rows = segments.read(after, last, { itemsMax: partRowsMax })
    const end = rows.at(-1)?.seq
    if (end === undefined) throw new BrokenChain(after + 1)
    yield { kind: 'journal', rows }
    after = end
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
    put: (part) => insert(inserts, part),
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

const prepareInserts = (database: DatabaseSync): Record<PartKind, StatementSync> => ({
  records: database.prepare('INSERT INTO records VALUES (?, ?)'),
  counters: database.prepare('INSERT INTO counters VALUES (?, ?)'),
  stamps: database.prepare('INSERT INTO stamps VALUES (?, ?)'),
  journal: database.prepare('INSERT INTO journal VALUES (?, ?, ?)'),
})

function insert(statements: Record<PartKind, StatementSync>, part: Part): void {
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
