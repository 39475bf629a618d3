/** Several runs as one, block by block: no more of any run is held than the block that it is at. */
import { compareEntry, copyEntry, type Entries, entriesOf, spotAt } from './entries.ts'

/** The blocks of a run in their order. */
export type Cursor = Generator<Entries, void>

interface Head {
  readonly cursor: Cursor
  entries: Entries
  at: number
}

/** All entries of these runs in order, in blocks of so many; the last may hold fewer. */
export function* merged(cursors: readonly Cursor[], entriesPerBlock: number): Generator<Entries> {
  const heads = cursors.flatMap((cursor): Head[] => {
    const { value } = cursor.next()
    return value ? [{ cursor, entries: value, at: 0 }] : []
  })
  let [block, count] = [entriesOf(entriesPerBlock), 0]
  while (heads.length > 0) {
    const first = firstOf(heads)
    const limit = firstOf(heads, first)
    // Runs follow each other in time: of one term, many entries of the same run stand together.
    do {
      copyEntry(block, count++, first.entries, first.at++)
      if (count === entriesPerBlock) {
        yield block
        ;[block, count] = [entriesOf(entriesPerBlock), 0]
      }
    } while (hasMore(heads, first) && (!limit || isBefore(first, limit)))
  }
  if (count > 0) yield shortened(block, count)
}

function firstOf(heads: readonly Head[]): Head
function firstOf(heads: readonly Head[], except: Head): Head | undefined
function firstOf(heads: readonly Head[], except?: Head): Head | undefined {
  let first: Head | undefined
  for (const head of heads) {
    if (head !== except && (!first || isBefore(head, first))) first = head
  }
  return first
}

const isBefore = (a: Head, b: Head): boolean =>
  compareEntry(a.entries, a.at, b.entries.terms[b.at] as number, spotAt(b.entries, b.at)) < 0

/** Goes on to the next block of a run where one is at its end. False at the end of the run. */
function hasMore(heads: Head[], head: Head): boolean {
  if (head.at < head.entries.terms.length) return true
  const { value } = head.cursor.next()
  if (value) {
    head.entries = value
    head.at = 0
    return true
  }
  heads.splice(heads.indexOf(head), 1)
  return false
}

const shortened = ({ terms, seconds, seqs, indexes }: Entries, count: number): Entries => ({
  terms: terms.slice(0, count),
  seconds: seconds.slice(0, count),
  seqs: seqs.slice(0, count),
  indexes: indexes.slice(0, count),
})
