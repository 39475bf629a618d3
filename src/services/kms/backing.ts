/**
 * The imported materials of a key: which may come, and what becomes of the key when one comes or goes,
 * by hand or by its date.
 *
 * https://docs.aws.amazon.com/kms/latest/developerguide/importing-keys-conceptual.html
 */
import type { ImportKeyMaterialRequest } from '../../contract/generated/kms.ts'
import type { Backing, KeyRecord } from './records.ts'
import { fault } from './service.ts'
import { symmetric } from './spec.ts'
import type { Key } from './subject.ts'

/** The key with one material more, or one that it had before. */
export function withBacking(record: KeyRecord, backing: Backing): KeyRecord {
  const isKnown = record.backings.some(({ id }) => id === backing.id)
  return {
    ...record,
    current: record.current ?? backing.id,
    backings: isKnown
      ? record.backings.map((each) => (each.id === backing.id ? backing : each))
      : [...record.backings, backing],
  }
}

/** New material is for keys that can be rotated to it; else only what the key had may come back. */
export function mustBeExpected(
  { record, arn }: Key,
  { ImportType, KeyMaterialId }: ImportKeyMaterialRequest,
  known: Backing | undefined,
  id: string,
): void {
  if (KeyMaterialId !== undefined && KeyMaterialId !== id) throw incorrect()
  if (record.backings.length === 0) {
    if (ImportType === 'EXISTING_KEY_MATERIAL') throw incorrect()
    return
  }
  if (ImportType !== 'NEW_KEY_MATERIAL') {
    if (!known) throw incorrect()
    return
  }
  if (record.spec !== symmetric || record.family) throw fault('UnsupportedOperationException')
  if (known) throw incorrect()
  if (record.backings.some(({ since }) => since === undefined)) {
    throw fault('KMSInvalidStateException', `${arn} has key material that is pending rotation.`)
  }
}

const incorrect = () =>
  fault(
    'IncorrectKeyMaterialException',
    'The key material in the request is not the expected key material.',
  )

/** The key without the bytes of one material. One that only waited for its turn leaves no trace. */
export function withoutMaterial(record: KeyRecord, id: string): KeyRecord {
  const backings = record.backings
    .filter((each) => each.id !== id || each.since !== undefined)
    .map((each) => (each.id === id ? { ...each, isGone: true, expiresAt: undefined } : each))
  return { ...record, backings }
}
