/**
 * The rotations that were done, the latest first; on request all material, that which waits included.
 *
 * https://docs.aws.amazon.com/kms/latest/APIReference/API_ListKeyRotations.html
 */
import type { RotationsListEntry } from '../../contract/generated/kms.ts'
import { findKey } from './key.ts'
import { cut, optionsOf, pageOf } from './page.ts'
import type { Backing, KeyRecord } from './records.ts'
import { mustBeRotatable } from './rotation.ts'
import { operation } from './service.ts'

const itemsDefault = 100

export const listKeyRotations = operation('ListKeyRotations', {
  action: 'kms:ListKeyRotations',
  touches: (look, input) => findKey(look, input),

  run(_rooms, input, key) {
    mustBeRotatable(key)
    const { record } = key
    const isAll = input.IncludeKeyMaterial === 'ALL_KEY_MATERIAL'
    const wanted = record.backings.filter(({ by }) => isAll || by !== undefined).toReversed()
    const options = optionsOf(input, itemsDefault)
    const { items, end } = pageOf(cut(wanted, options, idOf), options, idOf)
    return { Rotations: items.map((backing) => entryOf(record, backing)), ...end }
  },
})

const idOf = ({ id }: Backing): string => id

function entryOf({ id, current, origin }: KeyRecord, backing: Backing): RotationsListEntry {
  const waits = backing.since === undefined
  return {
    KeyId: id,
    KeyMaterialId: backing.id,
    KeyMaterialState: waits
      ? 'PENDING_ROTATION'
      : backing.id === current
        ? 'CURRENT'
        : 'NON_CURRENT',
    RotationDate: backing.by && backing.since,
    RotationType: backing.by,
    ...(origin === 'EXTERNAL' && {
      KeyMaterialDescription: backing.description,
      ImportState: backing.isGone ? 'PENDING_IMPORT' : 'IMPORTED',
      ExpirationModel:
        backing.expiresAt === undefined ? 'KEY_MATERIAL_DOES_NOT_EXPIRE' : 'KEY_MATERIAL_EXPIRES',
      ValidTo: backing.expiresAt,
    }),
  }
}
