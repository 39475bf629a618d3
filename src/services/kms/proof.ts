/**
 * For drills of backups: opens what keys sealed, whatever state a key is in. It asks nobody's
 * permission and gives nothing away; no operation may use it.
 */
import type { AccountId } from '../../lib/brand.ts'
import { Unopenable } from '../../lib/sealer.ts'
import type { Materials } from './material.ts'
import type { KeyReader } from './store.ts'

/** The material was deleted, ran out, or went with its key: what it sealed is lost by somebody's will. */
export class MaterialGone extends Error {
  override name = 'MaterialGone'
}

/** The data key that a KMS key of this region sealed, to be wiped. Throws Unopenable, or MaterialGone. */
export function proveBlob(
  materials: Materials,
  keys: KeyReader,
  region: string,
  blob: Uint8Array,
  context: Readonly<Record<string, string>>,
): Uint8Array {
  const reference = materials.referenceIn(blob)
  if (!reference) throw new Unopenable()
  const { keyId, materialId } = reference
  const shelf = { account: reference.account as AccountId, region }
  const record = keys.findMaterial(shelf, keyId, materialId)
  if (!record) {
    const backings = keys.find(shelf, keyId)?.backings ?? []
    const isGone = backings.every(({ id, isGone }) => id !== materialId || isGone)
    throw isGone ? new MaterialGone() : new Unopenable()
  }
  const plain = materials.decrypt(record, blob, context)
  if (!plain) throw new Unopenable()
  return plain
}

/** Opens one material, by the parts of its record's key. Throws Unopenable. */
export function proveMaterial(
  materials: Materials,
  keys: KeyReader,
  [account = '', region = '', keyId = '', id = '']: readonly string[],
): void {
  const record = keys.findMaterial({ account: account as AccountId, region }, keyId, id)
  if (!record) throw new Unopenable()
  materials.open({ account, keyId }, id, record)
}
