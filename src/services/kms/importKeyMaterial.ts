/**
 * Gives a key its material, gives back what it lost, or lays in the next one, which waits for
 * RotateKeyOnDemand.
 *
 * https://docs.aws.amazon.com/kms/latest/APIReference/API_ImportKeyMaterial.html
 */
import { isoSeconds } from '../../lib/clock.ts'
import { mustBeExpected, withBacking } from './backing.ts'
import { expiryOf, mustBeImported, mustHaveTicket, openImport } from './import.ts'
import { findKey } from './key.ts'
import type { Backing } from './records.ts'
import { operation } from './service.ts'
import { mustNotBePendingDeletion } from './state.ts'

export const importKeyMaterial = operation('ImportKeyMaterial', {
  action: 'kms:ImportKeyMaterial',

  touches: (look, input) =>
    findKey(look, input, {
      context: {
        'kms:ExpirationModel': input.ExpirationModel ?? 'KEY_MATERIAL_EXPIRES',
        ...(input.ValidTo !== undefined && {
          'kms:ValidTo': isoSeconds(input.ValidTo),
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
