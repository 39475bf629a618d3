/**
 * AES-256-GCM, the one way in which it is used here: nonces of 96 bits, tags of 128, and nothing
 * handed on before the tag holds. Node by itself takes tags of four bytes and gives plaintext early.
 *
 * NIST SP 800-38D.
 */
import { createCipheriv, createDecipheriv, type KeyObject } from 'node:crypto'

/** Why sealed bytes did not open is never told: wrong key, place, length and tag look alike. */
export class Unopenable extends Error {
  override name = 'Unopenable'
  constructor() {
    super('sealed bytes that do not open')
  }
}

export const nonceBytes = 12
export const tagBytes = 16

const algorithm = 'aes-256-gcm'
const options = { authTagLength: tagBytes }
const nothing = new Uint8Array(0)

/** Ciphertext and tag, behind `head`. A nonce must never be used twice under one key. */
export function encrypt(
  key: KeyObject,
  nonce: Uint8Array,
  plain: Uint8Array,
  context: Uint8Array,
  head: Uint8Array = nothing,
): Buffer {
  const cipher = createCipheriv(algorithm, key, nonce, options)
  cipher.setAAD(context)
  const box = cipher.update(plain)
  // Nothing is left for it to give: GCM's ciphertext is as long as the plaintext.
  cipher.final()
  return Buffer.concat([head, box, cipher.getAuthTag()])
}

/** The plaintext of ciphertext and tag. Throws Unopenable. */
export function decrypt(
  key: KeyObject | Uint8Array,
  nonce: Uint8Array,
  box: Uint8Array,
  context: Uint8Array,
): Buffer {
  if (box.length < tagBytes) throw new Unopenable()
  const decipher = createDecipheriv(algorithm, key, nonce, options)
  decipher.setAAD(context)
  decipher.setAuthTag(box.subarray(box.length - tagBytes))
  const plain = decipher.update(box.subarray(0, box.length - tagBytes))
  try {
    decipher.final()
  } catch {
    plain.fill(0)
    throw new Unopenable()
  }
  return plain
}
