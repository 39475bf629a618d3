/** Secret keys: the bytes that one was made of do not outlive the making. */
import { createSecretKey, type KeyObject } from 'node:crypto'

/** A key of these bytes, which are wiped: nobody may use them afterwards. */
export function secretKeyFrom(bytes: Uint8Array): KeyObject {
  const key = createSecretKey(bytes)
  bytes.fill(0)
  return key
}
