/**
 * Cutting and pruning in the database, one node at a time: whoever holds the turn's row. A segment appears
 * and its batches go in one transaction, which ends with its connection, so that a node that was killed or
 * stood still has changed nothing. Commits go on beside it: the head is not taken.
 */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Unopenable } from '../../lib/sealer.ts'
import { BrokenChain, Draft } from '../draft.ts'
import type { JournalRow } from '../engine.ts'
import { firstLink, Journal, type JournalKeys } from '../journal.ts'
import { isGenuine, type SegmentFile } from '../loaded.ts'
import { prune } from '../prune.ts'
import { SegmentSeals } from '../segment.ts'
import { nameOf, Segments, type Span } from '../segments.ts'
import type { Position } from '../whole.ts'
import { segmentsVersion } from './schema.ts'
import { type Asked, allSpans, endOf, fileAt, shelve } from './shelf.ts'

/** A node that stands still with the turn in its hand loses it. */
const begin = `BEGIN; SET LOCAL statement_timeout = '10s'; SET LOCAL lock_timeout = '10s';
  SET LOCAL idle_in_transaction_session_timeout = '30s'`

const batchesPerRead = 64
/** Of small batches a segment holds no more than these. */
const batchesMax = 65_536

/** Whether the journal's table holds a segment's worth, and as much again, which stays in it. */
export async function isDue(client: Asked, segmentBytes: number): Promise<boolean> {
  const { rows } = await client.query(
    `SELECT coalesce(sum(bytes), 0)::float8 AS bytes, count(*) AS rows FROM
      (SELECT octet_length(batch) AS bytes FROM strongroom.journal ORDER BY seq LIMIT $1) AS oldest`,
    [2 * batchesMax],
  )
  const { bytes, rows: count } = rows[0] as { bytes: number; rows: number }
  return bytes >= 2 * segmentBytes || count === 2 * batchesMax
}

/** Cuts one segment, if it is due and the turn can be had; gives its last batch. Throws BrokenChain. */
export async function cut(
  client: Asked,
  keys: JournalKeys,
  segmentBytes: number,
): Promise<number | undefined> {
  await client.query(begin)
  const { rows } = await client.query(
    `SELECT 1 FROM strongroom.cutter WHERE (SELECT needs FROM strongroom.head) >= $1
      FOR UPDATE OF cutter SKIP LOCKED`,
    [segmentsVersion],
  )
  if (rows.length === 0 || !(await isDue(client, segmentBytes))) {
    await client.query('ROLLBACK')
    return undefined
  }
  const end = await knownEnd(client, keys)
  const { draft, last } = await drafted(client, keys, end, segmentBytes)
  const { summary, file } = draft.finish()
  await shelve(client, { name: nameOf(summary), file })
  const { rowCount } = await client.query('DELETE FROM strongroom.journal WHERE seq <= $1', [last])
  if (rowCount !== last - end.seq) throw new BrokenChain(end.seq + 1)
  await client.query('COMMIT')
  return last
}

async function knownEnd(client: Asked, keys: JournalKeys): Promise<Position> {
  try {
    return (await endOf(client, keys)) ?? { seq: 0, link: firstLink }
  } catch (thrown) {
    if (!(thrown instanceof Unopenable)) throw thrown
    throw new BrokenChain((await allSpans(client)).at(-1)?.first ?? 1)
  }
}

async function drafted(
  client: Asked,
  keys: JournalKeys,
  { seq, link }: Position,
  bytesMax: number,
): Promise<{ draft: Draft; last: number }> {
  const draft = new Draft(new Journal(keys), new SegmentSeals(keys), seq, link)
  let [last, bytes] = [seq, 0]
  while (bytes < bytesMax && last - seq < batchesMax) {
    const { rows } = await client.query(
      'SELECT seq, link, batch FROM strongroom.journal WHERE seq > $1 ORDER BY seq LIMIT $2',
      [last, batchesPerRead],
    )
    if (rows.length === 0) throw new BrokenChain(last + 1)
    for (const row of rows as unknown as JournalRow[]) {
      draft.add(row)
      bytes += row.batch.length
      last = row.seq
      if (bytes >= bytesMax) break
    }
  }
  return { draft, last }
}

/**
 * Replaces every segment up to this batch by what the chain needs of them. What is long is done before the
 * turn is taken; then it is looked at whether it still holds. Throws BrokenChain.
 */
export async function pruneUpTo(
  client: Asked,
  keys: JournalKeys,
  last: number,
  now: number,
): Promise<void> {
  const spans = await spansUpTo(client, last)
  if (!spans.some(({ isPruned }) => !isPruned)) return
  const made = await pruned(client, keys, spans, now)
  await client.query(begin)
  await client.query('SELECT 1 FROM strongroom.cutter FOR UPDATE')
  const found = await spansUpTo(client, last)
  const isStill = found.map(({ name }) => name).join() === spans.map(({ name }) => name).join()
  if (isStill) {
    await client.query('DELETE FROM strongroom.segments WHERE last <= $1', [last])
    await shelve(client, made)
  }
  await client.query(isStill ? 'COMMIT' : 'ROLLBACK')
}

const spansUpTo = async (client: Asked, last: number): Promise<Span[]> =>
  (await allSpans(client)).filter((span) => span.last <= last)

/** In a folder that goes again, as an embedded store does it in its own. */
async function pruned(
  client: Asked,
  keys: JournalKeys,
  spans: readonly Span[],
  now: number,
): Promise<SegmentFile> {
  const scratch = mkdtempSync(join(tmpdir(), 'strongroom-prune-'))
  try {
    for (const span of spans) {
      const kept = await fileAt(client, span)
      if (!kept || !isGenuine(kept, keys)) throw new BrokenChain(span.first)
      writeFileSync(join(scratch, span.name), kept.file, { mode: 0o600 })
    }
    const segments = new Segments(scratch, keys)
    prune(segments, spans.at(-1)?.last ?? 0, now)
    const name = segments.list()[0]?.name ?? ''
    return { name, file: readFileSync(join(scratch, name)) }
  } finally {
    rmSync(scratch, { recursive: true, force: true })
  }
}
