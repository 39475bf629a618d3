/**
 * Authenticated encryption under long-lived keys without random nonces. Each sealer draws a 16-byte
 * salt when it is made, derives its own key from the parent (HKDF-SHA256) and counts nonces up from
 * zero, so that no nonce can ever repeat under a key, however many writers share the parent.
 *
 * A sealed text: version (1) | key id (4) | salt (16) | counter (8) | ciphertext | tag (16).
 * What the bytes belong to is bound as associated data and not stored: moved elsewhere, they do not open.
 *
 * NIST SP 800-38D (GCM), section 8.2.1; RFC 5869 (HKDF).
 */
import { hkdfSync, type KeyObject, randomBytes } from 'node:crypto'
import { decrypt, encrypt, nonceBytes, tagBytes, Unopenable } from './aead.ts'
import type { Sealed } from './brand.ts'
import { secretKeyFrom } from './secret-key.ts'

export { Unopenable }

const version = 1
const saltBytes = 16
const headerBytes = 1 + 4 + saltBytes + 8
const derivedKeysMax = 1024
/** Far below what GCM allows under one key (SP 800-38D, 8.3), though a counter would not repeat. */
const sealsMaxDefault = 2n ** 32n

/** A parent key for each key id: the ids that may still open, and the one that seals. */
export interface Parents {
  readonly current: number
  readonly keys: ReadonlyMap<number, KeyObject>
}

export class Sealer {
  readonly #purpose: string
  readonly #parents: Parents
  readonly #sealsMax: bigint
  readonly #derived = new Map<string, KeyObject>()
  #salt = randomBytes(saltBytes)
  #counter = 0n

  /**
   * @param purpose separates keys: bytes sealed for one purpose do not open for another
   * @param sealsMax how often one derived key seals before a new salt gives another
   */
  constructor(purpose: string, parents: Parents, sealsMax = sealsMaxDefault) {
    this.#purpose = purpose
    this.#parents = parents
    this.#sealsMax = sealsMax
  }

  /** Seals bytes for one place; `place` must be given again to open them. */
  seal(plain: Uint8Array, place: Uint8Array): Sealed {
    const { current } = this.#parents
    if (this.#counter >= this.#sealsMax) this.#rollOver()
    const header = Buffer.allocUnsafe(headerBytes)
    header.writeUInt8(version, 0)
    header.writeUInt32BE(current, 1)
    header.set(this.#salt, 5)
    header.writeBigUInt64BE(this.#counter++, 5 + saltBytes)
    const key = this.#keyFor(current, this.#salt)
    const context = contextOf(header, place)
    return encrypt(key, nonceOf(header), plain, context, header) as unknown as Sealed
  }

  /** True for what the newest parent sealed. */
  isNewest(sealed: Uint8Array): boolean {
    return keyIdOf(sealed) === this.#parents.current
  }

  /** The bytes that were sealed for this place. Throws Unopenable; nothing is handed on before the tag holds. */
  open(sealed: Uint8Array, place: Uint8Array): Buffer {
    if (sealed.length < headerBytes + tagBytes || sealed[0] !== version) throw new Unopenable()
    const bytes = Buffer.from(sealed.buffer, sealed.byteOffset, sealed.byteLength)
    const header = bytes.subarray(0, headerBytes)
    const key = this.#keyFor(header.readUInt32BE(1), header.subarray(5, 5 + saltBytes))
    return decrypt(key, nonceOf(header), bytes.subarray(headerBytes), contextOf(header, place))
  }

  /**
   * The very bytes that `open` opened, made again of what they held: `head` is how they began. Only ever
   * for that same plaintext: another one under the same nonce would give both away.
   */
  sealAgain(head: Uint8Array, plain: Uint8Array, place: Uint8Array): Sealed {
    const header = Buffer.from(head)
    if (header.length !== headerBytes || header[0] !== version) throw new Unopenable()
    const key = this.#keyFor(header.readUInt32BE(1), header.subarray(5, 5 + saltBytes))
    const context = contextOf(header, place)
    return encrypt(key, nonceOf(header), plain, context, header) as unknown as Sealed
  }

  /** A new salt is a new key, whose nonces begin again. */
  #rollOver(): void {
    this.#salt = randomBytes(saltBytes)
    this.#counter = 0n
  }

  #keyFor(id: number, salt: Buffer): KeyObject {
    // Asked for each time: a parent that was forgotten opens nothing more.
    const parent = this.#parents.keys.get(id)
    if (!parent) throw new Unopenable()
    const name = `${id}:${salt.toString('latin1')}`
    const known = this.#derived.get(name)
    if (known) return known
    const key = secretKeyFrom(Buffer.from(hkdfSync('sha256', parent, salt, this.#purpose, 32)))
    if (this.#derived.size >= derivedKeysMax) this.#derived.clear()
    this.#derived.set(name, key)
    return key
  }
}

/** How sealed bytes begin: version, key, salt and counter. What follows is the ciphertext. */
export const sealedHeadBytes = headerBytes

/** Which parent key sealed these bytes, as they say themselves; `undefined` for what nobody here sealed. */
export function keyIdOf(sealed: Uint8Array): number | undefined {
  if (sealed.length < headerBytes + tagBytes || sealed[0] !== version) return undefined
  return Buffer.from(sealed.buffer, sealed.byteOffset, headerBytes).readUInt32BE(1)
}

/** The version and the key's id are bound with the place; salt and counter bind themselves. */
function contextOf(header: Buffer, place: Uint8Array): Buffer {
  const context = Buffer.allocUnsafe(5 + place.length)
  header.copy(context, 0, 0, 5)
  context.set(place, 5)
  return context
}

/** Four zeroes and the counter. */
function nonceOf(header: Buffer): Buffer {
  const nonce = Buffer.allocUnsafe(nonceBytes)
  nonce.writeUInt32BE(0, 0)
  header.copy(nonce, 4, 5 + saltBytes, headerBytes)
  return nonce
}
