/**
 * What holds of a batch, on its way to the writer thread: audit records and rows as one run of bytes,
 * which changes hands instead of being copied object by object.
 */
import type { Change, Count, Proposal, Reseal, Stamp } from '../engine.ts'
import { printRecords, type Records } from '../journal.ts'

export interface Writing {
  /** The audit records with commas between them, then the rows to put, one behind the other. */
  readonly bytes: Uint8Array<ArrayBuffer>
  readonly recordsBytes: number
  readonly recordsCount: number
  /** What is put or removed, in order, and how long its row is; nothing is shorter than a row that is removed. */
  readonly keys: readonly string[]
  readonly sizes: readonly number[]
  readonly counts: readonly Count[]
  readonly stamps: readonly Stamp[]
  readonly reseals: readonly Reseal[]
  readonly isLast: boolean
}

const removed = -1

export function printWriting(held: readonly Proposal[]): Writing {
  const records: object[] = []
  const changes: Change[] = []
  const [counts, stamps, reseals]: [Count[], Stamp[], Reseal[]] = [[], [], []]
  for (const proposal of held) {
    for (const record of proposal.records) records.push(record)
    for (const change of proposal.changes) changes.push(change)
    for (const count of proposal.counts) counts.push(count)
    for (const stamp of proposal.stamps) stamps.push(stamp)
    for (const reseal of proposal.reseals ?? []) reseals.push(reseal)
  }
  return {
    ...printBytes(printRecords(records), changes),
    recordsCount: records.length,
    keys: changes.map(({ key }) => key),
    sizes: changes.map(({ row }) => row?.length ?? removed),
    ...{ counts, stamps, reseals },
    isLast: held.every((each) => each.isLast),
  }
}

function printBytes(records: string, changes: readonly Change[]) {
  const recordsBytes = Buffer.byteLength(records)
  const rowsBytes = changes.reduce((sum, { row }) => sum + (row?.length ?? 0), 0)
  // Of its own, not of the pool that others have their bytes in: it is given away.
  const bytes = Buffer.allocUnsafeSlow(recordsBytes + rowsBytes)
  let at = bytes.write(records)
  for (const { row } of changes) {
    if (!row) continue
    bytes.set(row, at)
    at += row.length
  }
  return { bytes, recordsBytes }
}

export const recordsOf = ({ bytes, recordsBytes, recordsCount }: Writing): Records => ({
  count: recordsCount,
  text: bytes.subarray(0, recordsBytes),
})

export function changesOf({ bytes, recordsBytes, keys, sizes }: Writing): Change[] {
  let at = recordsBytes
  return keys.map((key, index) => {
    const size = sizes[index] ?? removed
    if (size === removed) return { key, row: null }
    at += size
    return { key, row: bytes.subarray(at - size, at) }
  })
}
