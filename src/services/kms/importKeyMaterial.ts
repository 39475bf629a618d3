/**
 * Gives a key its material, gives back what it lost, or lays in the next one, which waits for
 * RotateKeyOnDemand.
 *
 * https://docs.aws.amazon.com/kms/latest/APIReference/API_ImportKeyMaterial.html
 */
import type { ImportKeyMaterialRequest } from '../../contract/generated/kms.ts'
import { expiryOf, mustBeImported, mustHaveTicket, openImport } from './import.ts'
import { findKey } from './key.ts'
import type { Backing, KeyRecord } from './records.ts'
import { fault, operation } from './service.ts'
import { symmetric } from './spec.ts'
import { mustNotBePendingDeletion } from './state.ts'
import type { Key } from './subject.ts'

export const importKeyMaterial = operation('ImportKeyMaterial', {
  action: 'kms:ImportKeyMaterial',

  touches: (look, input) =>
    findKey(look, input, {
      context: {
        'kms:ExpirationModel': input.ExpirationModel ?? 'KEY_MATERIAL_EXPIRES',
        ...(input.ValidTo !== undefined && {
          'kms:ValidTo': new Date(input.ValidTo).toISOString(),
        }),
      },
    }),

  run({ keys, ...look }, input, key) {
    mustBeImported(key)
    mustNotBePendingDeletion(key)
    const { shelf, record, arn } = key
    const { at } = look.draws
    const expiresAt = expiryOf(input, at)
    const ticket = mustHaveTicket({ keys, ...look }, key, input.ImportToken)
    const { plain, publicKey } = openImport(key, ticket, input.EncryptedKeyMaterial)
    const owner = { account: shelf.account, keyId: record.id }
    const made = look.materials.keep(owner, plain, publicKey)
    const known = record.backings.find(({ id }) => id === made.id)
    mustBeExpected(key, input, known, made.id)
    const backing: Backing = {
      id: made.id,
      ...(record.backings.length === 0 ? { since: at } : known),
      expiresAt,
      isGone: undefined,
      description: input.KeyMaterialDescription ?? known?.description,
    }
    keys.putMaterial(shelf, record.id, made.id, made.record)
    keys.put(shelf, withBacking(record, backing), record)
    return { KeyId: arn, KeyMaterialId: made.id }
  },
})

function withBacking(record: KeyRecord, backing: Backing): KeyRecord {
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
function mustBeExpected(
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
