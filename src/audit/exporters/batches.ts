/** Records out of the journal's batches, as their recipients see them. */
import { type AuditRecord, copiesOf } from '../copies.ts'
import type { TapeRow } from '../tape.ts'

export const recordsIn = ({ records }: Pick<TapeRow, 'records'>): AuditRecord[] =>
  records.flatMap(copiesOf)
