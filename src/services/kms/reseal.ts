/** Key material, sealed anew when the store's key was rotated. */
import type { AccountId } from '../../lib/brand.ts'
import type { Attempt } from '../../store/attempt.ts'
import type { Materials } from './material.ts'
import { KeyStore } from './store.ts'

/** Writes the material's record anew if it is sealed under an older store key; true if it was. */
export function resealMaterial(
  attempt: Attempt,
  materials: Materials,
  [account = '', region = '', keyId = '', id = '']: readonly string[],
): boolean {
  const keys = new KeyStore(attempt)
  const shelf = { account: account as AccountId, region }
  const record = keys.findMaterial(shelf, keyId, id)
  const anew = record && materials.reseal({ account, keyId }, id, record)
  if (!anew) return false
  keys.putMaterial(shelf, keyId, id, anew)
  return true
}
