/**
 * Takes imported material out: nothing that it sealed opens until it is imported again.
 *
 * https://docs.aws.amazon.com/kms/latest/APIReference/API_DeleteImportedKeyMaterial.html
 */

import { withoutMaterial } from './backing.ts'
import { mustBeImported } from './import.ts'
import { findKey } from './key.ts'
import { fault, operation } from './service.ts'
import { mustNotBePendingDeletion } from './state.ts'

export const deleteImportedKeyMaterial = operation('DeleteImportedKeyMaterial', {
  action: 'kms:DeleteImportedKeyMaterial',
  touches: (look, input) => findKey(look, input),

  run({ keys }, { KeyMaterialId }, key) {
    mustBeImported(key)
    mustNotBePendingDeletion(key)
    const { shelf, record, arn } = key
    const id = KeyMaterialId ?? record.current
    const backing = record.backings.find((each) => each.id === id)
    if (KeyMaterialId !== undefined && !backing) {
      throw fault('NotFoundException', `Key material ${KeyMaterialId} does not exist`)
    }
    if (!backing || backing.isGone) return { KeyId: arn, KeyMaterialId: id }
    keys.removeMaterial(shelf, record.id, backing.id)
    keys.put(shelf, withoutMaterial(record, backing.id), record)
    return { KeyId: arn, KeyMaterialId: id }
  },
})
