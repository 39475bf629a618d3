/**
 * A store in PostgreSQL, read whole and made from a whole. Reading holds one snapshot: commits go on
 * beside it. What is being filled is nobody's before its one transaction commits.
 *
 * https://www.postgresql.org/docs/current/transaction-iso.html#XACT-REPEATABLE-READ
 */
import type { PoolClient } from 'pg'
import { Refusal } from '../../lib/fault.ts'
import type { JournalKeys } from '../journal-keys.ts'
import type { Filling, Part, Position, Tally, Whole } from '../whole.ts'
import { noCounts } from '../whole.ts'
import { shownAddress } from './address.ts'
import { segmentFiles, segmentParts } from './past.ts'
import { Primary } from './primary.ts'
import { allSpans, hasSegments, shelve } from './shelf.ts'
import type { Statement } from './statement.ts'
import { beginTables } from './tables.ts'

/** Bounded in rows, and the server bounds each page in time. */
const partRowsMax = 1000

type Kind = 'records' | 'counters' | 'stamps' | 'journal'

interface Table {
  readonly columns: string
  /** What pages go on behind, and before the first of all. */
  readonly by: string
  readonly before: string | number
}

const tables: Readonly<Record<Kind, Table>> = {
  records: { columns: 'key, row', by: 'key', before: '' },
  counters: { columns: 'key, total AS number', by: 'key', before: '' },
  stamps: { columns: 'key, stamp AS number', by: 'key', before: '' },
  journal: { columns: 'seq, link, batch', by: 'seq', before: 0 },
}
const kinds = Object.keys(tables) as Kind[]

/**
 * Opens a database for one reading of all that it holds now.
 *
 * @param keysOf opens what of the journal is in segments; without it they are given as they are
 */
export async function readTables(
  url: string,
  keysOf?: (header: string) => JournalKeys,
): Promise<Whole> {
  const { client, end } = await held(url)
  try {
    await client.query('BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY')
    const { rows: heads } = await client.query('SELECT seq, link FROM strongroom.head')
    const { rows: meta } = await client.query(
      "SELECT body FROM strongroom.meta WHERE name = 'store'",
    )
    const counts = { ...noCounts }
    for (const kind of kinds) {
      const { rows } = await client.query(`SELECT count(*) AS rows FROM strongroom.${kind}`)
      counts[kind] = rows[0]?.rows
    }
    const header = String(meta[0]?.body)
    const whole = { header, head: heads[0] as Position, counts, close: end }
    if (!keysOf) {
      return { ...whole, parts: () => partsOf(client), files: () => segmentFiles(client) }
    }
    const spans = (await hasSegments(client)) ? await allSpans(client) : []
    for (const { isPruned, first, last } of spans) {
      if (isPruned) counts.pruned++
      else counts.journal += last - first + 1
    }
    const past = spans.length > 0 ? () => segmentParts(client, spans, keysOf(header)) : undefined
    return { ...whole, parts: () => partsOf(client, past) }
  } catch (thrown) {
    await end()
    throw thrown
  }
}

async function* partsOf(
  client: PoolClient,
  past?: () => AsyncGenerator<Part>,
): AsyncGenerator<Part> {
  for (const kind of kinds) {
    if (kind === 'journal' && past) yield* past()
    const { columns, by, before } = tables[kind]
    const page = `SELECT ${columns} FROM strongroom.${kind} WHERE ${by} > $1 ORDER BY ${by} LIMIT ${partRowsMax}`
    for (let last = before; ; ) {
      const { rows } = await client.query(page, [last])
      if (rows.length === 0) break
      last = rows.at(-1)[by]
      yield { kind, rows } as Part
    }
  }
}

/** Makes a store in a database that holds none. Throws Refusal where there is one. */
export async function fillTables(url: string, header: string, head: Position): Promise<Filling> {
  const { client, end } = await held(url)
  const { rows } = await client.query("SELECT to_regclass('strongroom.head') AS found")
  if (rows[0]?.found !== null) {
    await end()
    throw new Refusal(`${shownAddress(url)} holds a store already: restore into an empty database.`)
  }
  await beginTables(client, header, head)
  return {
    put: (part) => put(client, part),
    async end() {
      await client.query('COMMIT')
      await end()
    },
    abandon: end,
  }
}

async function put(client: PoolClient, part: Part): Promise<void> {
  if (part.kind === 'pruned') {
    for (const { name, file } of part.rows) await shelve(client, { name, file: bytes(file) })
    return
  }
  const { text, values } = insertOf(part)
  await client.query(text, values)
}

const bytes = (row: Uint8Array): Buffer => Buffer.from(row)

function insertOf(part: Exclude<Part, { kind: 'pruned' }>): Statement {
  if (part.kind === 'records') {
    return {
      text: 'INSERT INTO strongroom.records SELECT * FROM unnest($1::text[], $2::bytea[])',
      values: [part.rows.map(({ key }) => key), part.rows.map(({ row }) => bytes(row))],
    }
  }
  if (part.kind === 'journal') {
    return {
      text: `INSERT INTO strongroom.journal
        SELECT *, gen_random_uuid() FROM unnest($1::bigint[], $2::bytea[], $3::bytea[])`,
      values: [
        part.rows.map(({ seq }) => seq),
        part.rows.map(({ link }) => bytes(link)),
        part.rows.map(({ batch }) => bytes(batch)),
      ],
    }
  }
  const rows: readonly Tally[] = part.rows
  return {
    text: `INSERT INTO strongroom.${part.kind} SELECT * FROM unnest($1::text[], $2::bigint[])`,
    values: [rows.map(({ key }) => key), rows.map(({ number }) => number)],
  }
}

/** One connection for the whole of it: what is open on it ends with it. */
async function held(url: string): Promise<{ client: PoolClient; end: () => Promise<void> }> {
  const primary = new Primary({ url, connectionsMax: 1 })
  const { promise: over, resolve: release } = Promise.withResolvers<void>()
  const { promise: lent, resolve: lend, reject } = Promise.withResolvers<PoolClient>()
  const use = primary
    .use(async (client) => {
      lend(client)
      await over
      // Whatever was not committed is given up.
      await client.query('ROLLBACK')
    })
    .catch(reject)
  const end = async () => {
    release()
    await use
    await primary.close()
  }
  try {
    return { client: await lent, end }
  } catch (thrown) {
    await primary.close()
    throw thrown
  }
}
