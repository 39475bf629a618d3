/**
 * Lines of a group in the order of time, forwards or back, from a place on. Batches overlap by at most
 * their span, so that a reader that is that far ahead knows what comes next. A page costs what it
 * examines: it may be short, or empty with a token.
 */
import { type Line, spanMs } from './records.ts'
import type { Batch, LogReader } from './store.ts'

/** Where a line stands among all lines of its group. */
export type Spot = readonly [at: number, firstAt: number, batch: string, index: number]
export const spotParts = 4

export interface Found extends Line {
  readonly stream: string
  readonly ingestedAt: number
  readonly spot: Spot
}

export interface Query {
  readonly groupId: string
  readonly reverse: boolean
  /** Lines of `from <= at < to`. */
  readonly from: number
  readonly to: number
  readonly itemsMax: number
  matches(line: Found): boolean
}

export interface Page {
  /** In the order in which they were read. */
  readonly lines: readonly Found[]
  /** The last place that was looked at; absent if there was nothing. */
  readonly last: Spot | undefined
  readonly isEnd: boolean
}

const batchesPerRead = 16
const batchesPerPageMax = 400
const pageBytesMax = 1 << 20

/** The lines behind a place (before it, in reverse) that match. */
export async function readLines(
  logs: LogReader,
  query: Query,
  after: Spot | undefined,
): Promise<Page> {
  const lines: Found[] = []
  let bytes = 0
  let last: Spot | undefined
  let examined = 0
  for await (const next of inOrder(logs, query, after)) {
    if (next === 'batch') {
      if (++examined >= batchesPerPageMax && last) return { lines, last, isEnd: false }
      continue
    }
    if (query.matches(next)) {
      const weight = Buffer.byteLength(next.message)
      const isFull =
        lines.length >= query.itemsMax || (lines.length > 0 && bytes + weight > pageBytesMax)
      if (isFull) return { lines, last, isEnd: false }
      lines.push(next)
      bytes += weight
    }
    last = next.spot
  }
  return { lines, last, isEnd: true }
}

/** Each line in order, and a word for each batch that was looked at. */
async function* inOrder(logs: LogReader, query: Query, after: Spot | undefined) {
  const { reverse } = query
  const order = (a: Found, b: Found) => (reverse ? -1 : 1) * compare(a.spot, b.spot)
  const isWanted = ({ at, spot }: Found) =>
    at >= query.from && at < query.to && (!after || (reverse ? -1 : 1) * compare(spot, after) > 0)
  let pending: Found[] = []
  for await (const batch of batchesFrom(logs, query, after)) {
    // No batch from here on has a line before (in reverse: behind) this instant.
    const edge = reverse ? batch.firstAt + spanMs : batch.firstAt
    const isSettled = ({ at }: Found) => (reverse ? at > edge : at < edge)
    yield* pending.filter(isSettled)
    pending = pending.filter((line) => !isSettled(line))
    pending.push(...linesOf(batch).filter(isWanted))
    pending.sort(order)
    yield 'batch' as const
  }
  yield* pending
}

function linesOf({ stream, ingestedAt, firstAt, id, lines }: Batch): Found[] {
  return lines.map(({ at, message }, index) => ({
    ...{ at, message, stream, ingestedAt },
    spot: [at, firstAt, id, index],
  }))
}

async function* batchesFrom(
  logs: LogReader,
  { groupId, reverse, from, to }: Query,
  after: Spot | undefined,
): AsyncGenerator<Batch> {
  const start = reverse
    ? Math.min(to, after ? after[0] + 1 : to)
    : Math.max(0, (after ? Math.max(from, after[0]) : from) - spanMs)
  let place: readonly (string | number)[] | undefined =
    start === 0 || start >= Number.MAX_SAFE_INTEGER ? undefined : [start]
  while (true) {
    const page = await logs.listBatches(groupId, place, batchesPerRead, reverse)
    for (const batch of page) {
      if (reverse ? batch.firstAt + spanMs < from : batch.firstAt >= to) return
      yield batch
    }
    const end = page.at(-1)
    if (!end || page.length < batchesPerRead) return
    place = [end.firstAt, end.id]
  }
}

function compare(a: Spot, b: Spot): number {
  return a[0] - b[0] || a[1] - b[1] || (a[2] < b[2] ? -1 : a[2] > b[2] ? 1 : 0) || a[3] - b[3]
}
