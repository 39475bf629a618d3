/** Everything that a batch writes, as one statement: one way to the server and back, however many attempts. */
import { type Change, headerKey, type Proposal, type Row } from '../engine.ts'

export interface Statement {
  readonly text: string
  readonly values: unknown[]
}

/** The batch's own row of the journal, and where the feed begins after it. */
export interface Batch {
  readonly seq: number
  readonly link: Uint8Array
  readonly batch: Uint8Array
  /** Known to whoever sent it alone: by it a commit is found again whose answer was lost. */
  readonly token: string
  readonly floor: number
  readonly prunes: boolean
}

/** A part that writes, with `$1`, `$2`... for its own values. */
interface Part {
  readonly text: string
  readonly values: unknown[]
}

export function statementOf(
  batch: Batch,
  held: readonly Proposal[],
  reseals: readonly Row[],
): Statement {
  // What two attempts of a batch wrote without having read it: the later one's stands.
  const changes = new Map<string, Uint8Array | null>()
  for (const { key, row } of held.flatMap((each) => each.changes)) changes.set(key, row)
  const fed = [...changes.keys()]
  const header = changes.get(headerKey)
  changes.delete(headerKey)
  const rows: Change[] = [...changes].map(([key, row]) => ({ key, row }))
  const parts = [
    putPart([...rows.filter(({ row }) => row !== null), ...reseals]),
    removePart(rows.filter(({ row }) => row === null).map(({ key }) => key)),
    feedPart(batch.seq, fed),
    countPart(summed(held)),
    stampPart(latest(held)),
    headerPart(header),
    prunePart(batch),
    journalPart(batch),
  ].filter((part) => part !== undefined)
  return joined(parts, headPart(batch))
}

function joined(parts: readonly Part[], last: Part): Statement {
  const values: unknown[] = []
  const numbered = (part: Part): string => {
    const offset = values.length
    values.push(...part.values)
    return part.text.replace(/\$(\d+)/g, (_, number) => `$${Number(number) + offset}`)
  }
  const named = parts.map((part, index) => `p${index} AS (${numbered(part)})`)
  return { text: `WITH ${named.join(', ')} ${numbered(last)}`, values }
}

const journalPart = ({ seq, link, batch, token }: Batch): Part => ({
  text: 'INSERT INTO strongroom.journal (seq, link, batch, token) VALUES ($1, $2, $3, $4)',
  values: [seq, link, batch, token],
})

const headPart = ({ seq, link, floor }: Batch): Part => ({
  text: 'UPDATE strongroom.head SET seq = $1, link = $2, feed_floor = $3',
  values: [seq, link, floor],
})

const putPart = (rows: readonly Change[]): Part | undefined =>
  rows.length === 0
    ? undefined
    : {
        text: `INSERT INTO strongroom.records SELECT * FROM unnest($1::text[], $2::bytea[])
          ON CONFLICT (key) DO UPDATE SET row = excluded.row`,
        values: [rows.map(({ key }) => key), rows.map(({ row }) => Buffer.from(row ?? []))],
      }

const removePart = (keys: readonly string[]): Part | undefined =>
  keys.length === 0
    ? undefined
    : { text: 'DELETE FROM strongroom.records WHERE key = ANY($1)', values: [keys] }

const feedPart = (seq: number, keys: readonly string[]): Part | undefined =>
  keys.length === 0
    ? undefined
    : {
        text: 'INSERT INTO strongroom.feed SELECT $1::bigint, unnest($2::text[])',
        values: [seq, keys],
      }

const countPart = (totals: ReadonlyMap<string, number>): Part | undefined =>
  totals.size === 0
    ? undefined
    : {
        text: `INSERT INTO strongroom.counters AS c SELECT * FROM unnest($1::text[], $2::bigint[])
          ON CONFLICT (key) DO UPDATE SET total = c.total + excluded.total`,
        values: [[...totals.keys()], [...totals.values()]],
      }

const stampPart = (stamps: ReadonlyMap<string, number>): Part | undefined =>
  stamps.size === 0
    ? undefined
    : {
        text: `INSERT INTO strongroom.stamps AS s SELECT * FROM unnest($1::text[], $2::bigint[])
          ON CONFLICT (key) DO UPDATE SET stamp = greatest(s.stamp, excluded.stamp)`,
        values: [[...stamps.keys()], [...stamps.values()]],
      }

const headerPart = (header: Uint8Array | null | undefined): Part | undefined =>
  header === undefined
    ? undefined
    : {
        text: "UPDATE strongroom.meta SET body = $1 WHERE name = 'store'",
        values: [Buffer.from(header ?? []).toString()],
      }

const prunePart = ({ prunes, floor }: Batch): Part | undefined =>
  prunes ? { text: 'DELETE FROM strongroom.feed WHERE seq <= $1', values: [floor] } : undefined

function summed(held: readonly Proposal[]): Map<string, number> {
  const totals = new Map<string, number>()
  for (const { key, by } of held.flatMap((each) => each.counts)) {
    totals.set(key, (totals.get(key) ?? 0) + by)
  }
  return totals
}

function latest(held: readonly Proposal[]): Map<string, number> {
  const stamps = new Map<string, number>()
  for (const { key, stamp } of held.flatMap((each) => each.stamps)) {
    stamps.set(key, Math.max(stamps.get(key) ?? 0, stamp))
  }
  return stamps
}
