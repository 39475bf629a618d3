/**
 * Opening key material that was wrapped for us: RSA-OAEP, or AES key wrap under a key that is wrapped
 * by RSA-OAEP, for what is longer than RSA can take.
 *
 * https://docs.aws.amazon.com/kms/latest/developerguide/importing-keys-encrypt-key-material.html
 * RFC 5649 (AES key wrap with padding)
 */
import type { KeyObject } from 'node:crypto'
import { constants, createDecipheriv, privateDecrypt } from 'node:crypto'

/** How material is wrapped. */
export interface Wrapping {
  readonly oaepHash: 'sha1' | 'sha256'
  /** True if RSA wraps an AES key, which wraps the material. */
  readonly isTwofold: boolean
}

/** The initial value of RFC 5649, section 3. */
const initialValue = Buffer.from('a65959a6', 'hex')
const padding = constants.RSA_PKCS1_OAEP_PADDING

/** The material, or `undefined`, without a reason. The caller wipes it. */
export function unwrap(
  privateKey: KeyObject,
  { oaepHash, isTwofold }: Wrapping,
  wrapped: Uint8Array,
): Buffer | undefined {
  try {
    const bytes = Buffer.from(wrapped)
    if (!isTwofold) return privateDecrypt({ key: privateKey, oaepHash, padding }, bytes)
    const modulusBytes = (privateKey.asymmetricKeyDetails?.modulusLength ?? 0) / 8
    const key = privateDecrypt(
      { key: privateKey, oaepHash, padding },
      bytes.subarray(0, modulusBytes),
    )
    return unwrapAes(key, bytes.subarray(modulusBytes))
  } catch {
    return undefined
  }
}

function unwrapAes(key: Buffer, wrapped: Buffer): Buffer {
  const decipher = createDecipheriv('id-aes256-wrap-pad', key, initialValue)
  key.fill(0)
  return Buffer.concat([decipher.update(wrapped), decipher.final()])
}
