/**
 * Entries of the index, column by column: which term is met in which record. Small enough that hundreds
 * of thousands wait in memory, and quick to put in order: by term, then by time, then by place.
 */
import { release } from '../../lib/bytes.ts'
import type { Place, Spot } from './query.ts'

export interface Entries {
  readonly terms: Float64Array<ArrayBuffer>
  /** Since 1970. */
  readonly seconds: Uint32Array<ArrayBuffer>
  readonly seqs: Float64Array<ArrayBuffer>
  readonly indexes: Uint32Array<ArrayBuffer>
}

export const entriesOf = (count: number): Entries => ({
  terms: new Float64Array(count),
  seconds: new Uint32Array(count),
  seqs: new Float64Array(count),
  indexes: new Uint32Array(count),
})

export const entryBytes = 8 + 4 + 8 + 4

/** Gives their memory back: nobody may use them any more. */
export function releaseEntries({ terms, seconds, seqs, indexes }: Entries): void {
  for (const column of [terms, seconds, seqs, indexes]) release(column)
}

export const spotAt = ({ seconds, seqs, indexes }: Entries, at: number): Spot => ({
  second: seconds[at] as number,
  seq: seqs[at] as number,
  index: indexes[at] as number,
})

export function copyEntry(to: Entries, at: number, from: Entries, source: number): void {
  to.terms[at] = from.terms[source] as number
  to.seconds[at] = from.seconds[source] as number
  to.seqs[at] = from.seqs[source] as number
  to.indexes[at] = from.indexes[source] as number
}

/** Below zero where the first comes first: by time, then by place. */
export const compareSpots = (a: Spot, b: Spot): number => a.second - b.second || comparePlaces(a, b)

const comparePlaces = (a: Place, b: Place): number => a.seq - b.seq || a.index - b.index

/** Below zero where an entry comes before this term and spot. */
export function compareEntry(entries: Entries, at: number, term: number, spot: Spot): number {
  const byTerm = (entries.terms[at] as number) - term
  if (byTerm !== 0) return byTerm
  const bySecond = (entries.seconds[at] as number) - spot.second
  if (bySecond !== 0) return bySecond
  return (entries.seqs[at] as number) - spot.seq || (entries.indexes[at] as number) - spot.index
}

/** Where in a block the first entry is that does not come before this one. */
export function firstNotBefore(entries: Entries, term: number, spot: Spot): number {
  let [low, high] = [0, entries.terms.length]
  while (low < high) {
    const middle = (low + high) >> 1
    if (compareEntry(entries, middle, term, spot) < 0) low = middle + 1
    else high = middle
  }
  return low
}

/** Some of them, not copied. */
export const part = (
  { terms, seconds, seqs, indexes }: Entries,
  from: number,
  to: number,
): Entries => ({
  terms: terms.subarray(from, to),
  seconds: seconds.subarray(from, to),
  seqs: seqs.subarray(from, to),
  indexes: indexes.subarray(from, to),
})

/** The newest of both, the newest first. */
export function newest(a: readonly Spot[], b: readonly Spot[], itemsMax: number): Spot[] {
  return [...a, ...b].sort((x, y) => compareSpots(y, x)).slice(0, itemsMax)
}

const digitBits = 16
const digits = 1 << digitBits

/**
 * The first so many in order. They came in the order of their places, so that only terms and times are
 * compared: digit by digit, without a comparison.
 */
export function sorted(entries: Entries, count: number): Entries {
  const { terms, seconds } = entries
  const [low, high] = [new Uint32Array(count), new Uint32Array(count)]
  let order = new Uint32Array(count)
  for (let at = 0; at < count; at++) {
    const term = terms[at] as number
    order[at] = at
    high[at] = Math.floor(term / 2 ** 32)
    low[at] = term - (high[at] as number) * 2 ** 32
  }
  const bySecond = isAscending(seconds, count) ? [] : [seconds]
  for (const keys of [...bySecond, low]) {
    order = distributed(order, keys, 0)
    order = distributed(order, keys, digitBits)
  }
  order = distributed(order, high, 0)
  const result = inOrder(entries, order)
  for (const each of [low, high, order]) release(each)
  return result
}

function inOrder({ terms, seconds, seqs, indexes }: Entries, order: Uint32Array): Entries {
  const result = entriesOf(order.length)
  for (let at = 0; at < order.length; at++) {
    const from = order[at] as number
    result.terms[at] = terms[from] as number
    result.seconds[at] = seconds[from] as number
    result.seqs[at] = seqs[from] as number
    result.indexes[at] = indexes[from] as number
  }
  return result
}

function isAscending(values: Uint32Array, count: number): boolean {
  for (let at = 1; at < count; at++) {
    if ((values[at] as number) < (values[at - 1] as number)) return false
  }
  return true
}

/** The same places by one digit of their keys, in place of `order`; those that are alike stay in their order. */
function distributed(order: Uint32Array<ArrayBuffer>, keys: Uint32Array, shift: number) {
  const starts = new Uint32Array(digits + 1)
  for (let at = 0; at < order.length; at++) {
    const next = (((keys[at] as number) >>> shift) & (digits - 1)) + 1
    starts[next] = (starts[next] as number) + 1
  }
  for (let digit = 0; digit < digits; digit++) {
    starts[digit + 1] = (starts[digit + 1] as number) + (starts[digit] as number)
  }
  const result = new Uint32Array(order.length)
  for (let at = 0; at < order.length; at++) {
    const place = order[at] as number
    const digit = ((keys[place] as number) >>> shift) & (digits - 1)
    const start = starts[digit] as number
    result[start] = place
    starts[digit] = start + 1
  }
  release(starts)
  release(order)
  return result
}
