/**
 * The table of segments: the part of the journal that left its own table. A segment's row appears in the
 * transaction in which the batches' rows go, so that a reader who misses a batch in the one finds it in
 * the other.
 */
import { sameBytes } from '../../lib/bytes.ts'
import { BrokenChain } from '../draft.ts'
import type { JournalKeys } from '../journal-keys.ts'
import { Loaded, linkIn, type SegmentFile, summaryEnd } from '../loaded.ts'
import { headerBytes } from '../segment.ts'
import { type Span, spanOf } from '../segments.ts'
import type { Position } from '../whole.ts'

/** Whatever sends statements. */
export interface Asked {
  query(
    text: string,
    values?: unknown[],
  ): Promise<{ rows: Record<string, unknown>[]; rowCount: number | null }>
}

const columns = 'first, last, name'

/** Whether there is such a table: a store of before there was one is read, too. */
export async function hasSegments(client: Asked): Promise<boolean> {
  const { rows } = await client.query("SELECT to_regclass('strongroom.segments') AS found")
  return rows[0]?.found !== null
}

/** The segment, whole or pruned, that holds a batch. Throws BrokenChain for a row that was altered. */
export async function spanAt(client: Asked, seq: number): Promise<Span | undefined> {
  const { rows } = await client.query(
    `SELECT ${columns} FROM strongroom.segments WHERE last >= $1 ORDER BY last LIMIT 1`,
    [seq],
  )
  const span = rows[0] && mustBeSound(rows[0])
  return span && span.first <= seq ? span : undefined
}

/** Every segment, oldest first. Throws BrokenChain. */
export async function allSpans(client: Asked): Promise<Span[]> {
  const { rows } = await client.query(`SELECT ${columns} FROM strongroom.segments ORDER BY first`)
  return rows.map(mustBeSound)
}

/** The same, without those whose row was altered. */
export async function soundSpans(client: Asked): Promise<Span[]> {
  const { rows } = await client.query(`SELECT ${columns} FROM strongroom.segments ORDER BY first`)
  return rows.flatMap((row) => spanIn(row) ?? [])
}

/** Its columns are for finding it; what counts is its name, which the sealed summary repeats. */
function spanIn({ first, last, name }: Record<string, unknown>): Span | undefined {
  const span = spanOf(String(name))
  return span?.first === first && span?.last === last ? span : undefined
}

function mustBeSound(row: Record<string, unknown>): Span {
  const span = spanIn(row)
  if (span) return span
  throw new BrokenChain(Number(row.first))
}

/** What is kept as a segment; `undefined` if it was pruned meanwhile. */
export async function fileAt(client: Asked, { name }: Span): Promise<SegmentFile | undefined> {
  const { rows } = await client.query('SELECT file FROM strongroom.segments WHERE name = $1', [
    name,
  ])
  return rows[0] && { name, file: rows[0].file as Buffer }
}

/** The segment that holds a batch, as it is kept. */
export async function fileWith(client: Asked, seq: number): Promise<SegmentFile | undefined> {
  const span = await spanAt(client, seq)
  return span && (await fileAt(client, span))
}

/** Whether the segments hold this very batch, or held it before it was pruned. */
export async function holds(
  client: Asked,
  { seq, link }: Position,
  keys: JournalKeys,
): Promise<boolean> {
  const kept = await fileWith(client, seq)
  const found = kept && linkIn(kept, seq, keys)
  return found === 'pruned' || (found !== undefined && sameBytes(found, link))
}

/** The last batch that is in segments, with its link; `undefined` where there are none. Throws Unopenable. */
export async function endOf(client: Asked, keys: JournalKeys): Promise<Position | undefined> {
  const { rows } = await client.query(
    `SELECT ${columns} FROM strongroom.segments ORDER BY last DESC LIMIT 1`,
  )
  if (!rows[0]) return undefined
  const { name, last } = mustBeSound(rows[0])
  const begin = async (bytes: number) => {
    const text =
      'SELECT substring(file FROM 1 FOR $2) AS head FROM strongroom.segments WHERE name = $1'
    return (await client.query(text, [name, bytes])).rows[0]?.head as Buffer
  }
  const file = await begin(summaryEnd(await begin(headerBytes)))
  const { summary } = new Loaded({ name, file }, keys)
  return { seq: last, link: Buffer.from(summary.link, 'hex') }
}

/** Puts a segment in the place of what it stands for; whoever calls has the cutter's turn and commits. */
export async function shelve(client: Asked, { name, file }: SegmentFile): Promise<void> {
  const span = spanOf(name)
  await client.query('INSERT INTO strongroom.segments VALUES ($1, $2, $3, $4)', [
    span?.first,
    span?.last,
    name,
    file,
  ])
}
