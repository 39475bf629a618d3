/** A quick look at the audit: its newest batches chained, and the anchor's among them or before. */
import { sameBytes } from '../lib/bytes.ts'
import { Unopenable } from '../lib/sealer.ts'
import type { JournalRow } from '../store/engine.ts'
import type { Journal } from '../store/journal.ts'
import { type Check, failure, well } from './check.ts'

const mend = 'run strongroom audit verify, and ask who had a hand in the database'

/**
 * @param rows the newest, oldest first
 * @param anchored what the anchor knows; `undefined` for an anchor that is none
 */
export function checkTail(
  journal: Journal,
  rows: readonly JournalRow[],
  anchored: { readonly seq: number; readonly link: Uint8Array } | undefined,
): Check {
  for (const [index, row] of rows.entries()) {
    const before = rows[index - 1]
    if (before && !isChained(journal, before, row)) {
      return failure('audit', `the chain breaks at batch ${row.seq}: ${mend}`)
    }
  }
  const head = rows.at(-1)?.seq ?? 0
  if (!anchored) return failure('audit', `there is no anchor of this store: ${mend}`)
  const known = rows.find(({ seq }) => seq === anchored.seq)
  if (anchored.seq > head || (known && !sameBytes(known.link, anchored.link))) {
    return failure('audit', `the anchor knows another batch ${anchored.seq}: ${mend}`)
  }
  return well(
    'audit',
    `the newest ${rows.length} batches are chained up to ${head}; strongroom audit verify looks at all`,
  )
}

function isChained(journal: Journal, before: JournalRow, row: JournalRow): boolean {
  try {
    return (
      row.seq === before.seq + 1 &&
      sameBytes(journal.link(row.seq, before.link, row.batch), row.link)
    )
  } catch (thrown) {
    if (thrown instanceof Unopenable) return false
    throw thrown
  }
}
