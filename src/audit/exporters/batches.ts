/** Records out of journal rows, as their recipients see them. */
import { Unopenable } from '../../lib/sealer.ts'
import type { JournalRow } from '../../store/engine.ts'
import type { Journal } from '../../store/journal.ts'
import { type AuditRecord, copiesOf } from '../copies.ts'

/** A damaged row holds nothing that could be sent; `audit verify` names it. */
export function recordsIn(journal: Journal, row: JournalRow): AuditRecord[] {
  try {
    return (journal.open(row).records as readonly AuditRecord[]).flatMap(copiesOf)
  } catch (thrown) {
    if (thrown instanceof Unopenable) return []
    throw thrown
  }
}
