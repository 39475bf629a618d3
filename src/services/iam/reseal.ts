/** Secrets of access keys, sealed anew when the store's key was rotated. */
import type { Attempt } from '../../store/attempt.ts'
import type { KeySecrets } from './secrets.ts'
import { IdentityStore } from './store.ts'

/** Writes the key's record anew if its secret is sealed under an older store key; true if it was. */
export function resealAccessKey(
  attempt: Attempt,
  secrets: KeySecrets,
  [id = '']: readonly string[],
): boolean {
  const identities = new IdentityStore(attempt)
  const key = identities.findAccessKey(id)
  if (!key || secrets.isNewest(key.secret)) return false
  const plain = secrets.open(id, key.secret)
  identities.putAccessKey({ ...key, secret: secrets.seal(id, plain.toString()) })
  plain.fill(0)
  return true
}
