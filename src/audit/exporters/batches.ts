/** Records out of journal rows, as their recipients see them. */
import { Unopenable } from '../../lib/sealer.ts'
import type { JournalRow } from '../../store/engine.ts'
import type { Journal } from '../../store/journal.ts'
import { type AuditRecord, copiesOf } from '../copies.ts'

export const recordsIn = (journal: Journal, row: JournalRow): AuditRecord[] =>
  (writtenIn(journal, row) as readonly AuditRecord[]).flatMap(copiesOf)

/** As they were written. A damaged row holds nothing that could be read; `audit verify` names it. */
export function writtenIn(journal: Journal, row: JournalRow): readonly unknown[] {
  try {
    return journal.open(row).records
  } catch (thrown) {
    if (thrown instanceof Unopenable) return []
    throw thrown
  }
}
