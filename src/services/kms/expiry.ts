/** What becomes of a key when imported material goes, by hand or by its date. */
import type { KeyRecord } from './records.ts'

/** The key without the bytes of one material. One that only waited for its turn leaves no trace. */
export function withoutMaterial(record: KeyRecord, id: string): KeyRecord {
  const backings = record.backings
    .filter((each) => each.id !== id || each.since !== undefined)
    .map((each) => (each.id === id ? { ...each, isGone: true, expiresAt: undefined } : each))
  return { ...record, backings }
}
