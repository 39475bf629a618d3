/**
 * Ciphertexts of symmetric keys. Whatever is wrong with one (cut, altered, another context, destroyed
 * material), the answer is the same wordless InvalidCiphertextException.
 */
import type { Pairs } from '../../keyring/ciphertext.ts'
import type { MaterialRecord } from './records.ts'
import { fault, type Rooms } from './service.ts'
import type { Key } from './subject.ts'

/** What a key sealed, and with which of its materials. */
export interface SealedBlob {
  readonly blob: Buffer
  readonly materialId: string
}

/** Seals under the key's current material. */
export function sealBlob(
  rooms: Rooms,
  key: Key,
  plain: Uint8Array,
  context: Pairs = {},
): SealedBlob {
  const { id, record } = currentMaterial(rooms, key)
  const reference = { account: key.account, keyId: key.record.id, materialId: id }
  return { blob: rooms.materials.encrypt(reference, record, plain, context), materialId: id }
}

/** Opens under the material that sealed it, however often the key was rotated since. */
export function openBlob(
  rooms: Rooms,
  key: Key,
  blob: Uint8Array,
  context: Pairs = {},
): { plain: Buffer; materialId: string } {
  const reference = rooms.materials.referenceIn(blob)
  if (!reference) throw invalidCiphertext()
  const { account, keyId, materialId } = reference
  if (account !== key.account || keyId !== key.record.id) throw incorrectKey()
  const record = rooms.keys.findMaterial(key.shelf, keyId, materialId)
  const plain = record && rooms.materials.decrypt(record, blob, context)
  if (!plain) throw invalidCiphertext()
  return { plain, materialId }
}

export const invalidCiphertext = () => fault('InvalidCiphertextException')

export const incorrectKey = () =>
  fault(
    'IncorrectKeyException',
    'The key ID in the request does not identify a CMK that can perform this operation.',
  )

/** The material of a key whose state was checked: it must be there. */
export function currentMaterial(
  { keys }: Rooms,
  { shelf, record: { id: keyId, current } }: Key,
): { id: string; record: MaterialRecord } {
  const record = current && keys.findMaterial(shelf, keyId, current)
  if (!record) throw new Error(`the material of key ${keyId} is missing`)
  return { id: current, record }
}

/** The opened secret or private key of a key that has just one. */
export function openCurrent(rooms: Rooms, key: Key) {
  const { id, record } = currentMaterial(rooms, key)
  const owner = { account: key.account, keyId: key.record.id }
  return { key: rooms.materials.open(owner, id, record), record }
}
