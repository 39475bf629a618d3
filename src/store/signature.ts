/**
 * Signatures over what the journal says of itself: Ed25519, under a key of each store key, so that the
 * thief of one that was left behind can't sign what comes later. Outsiders check them with the public
 * halves alone.
 *
 * RFC 8032; RFC 8410 (the keys' form).
 */
import { createPrivateKey, createPublicKey, hash, type KeyObject, sign, verify } from 'node:crypto'
import { type Parents, Unopenable } from '../lib/sealer.ts'

export interface Signature {
  /** The store key that it was made under. */
  readonly key: number
  readonly bytes: Uint8Array
}

export interface PublicKey {
  readonly id: number
  /** SubjectPublicKeyInfo. */
  readonly der: Buffer
  /** SHA-256 of that, hexadecimal. */
  readonly fingerprint: string
}

/** A PKCS #8 private key up to its 32 bytes. */
const privatePrefix = Buffer.from('302e020100300506032b657004220420', 'hex')

export class Signer {
  readonly #seeds: Parents
  readonly #pairs = new Map<number, { privateKey: KeyObject; publicKey: KeyObject }>()

  constructor(seeds: Parents) {
    this.#seeds = seeds
  }

  sign(bytes: Uint8Array): Signature {
    const key = this.#seeds.current
    return { key, bytes: sign(null, bytes, this.#pair(key).privateKey) }
  }

  /** False, too, for a signature under a key that nobody here has. */
  holds(bytes: Uint8Array, signature: Signature): boolean {
    if (!this.#seeds.keys.has(signature.key)) return false
    return verify(null, bytes, this.#pair(signature.key).publicKey, signature.bytes)
  }

  /** The public halves, for outsiders. */
  publicKeys(): PublicKey[] {
    return [...this.#seeds.keys.keys()].map((id) => {
      const der = this.#pair(id).publicKey.export({ type: 'spki', format: 'der' })
      return { id, der, fingerprint: hash('sha256', der, 'hex') }
    })
  }

  #pair(id: number) {
    const known = this.#pairs.get(id)
    if (known) return known
    const seed = this.#seeds.keys.get(id)?.export()
    if (!seed) throw new Unopenable()
    const der = Buffer.concat([privatePrefix, seed])
    const privateKey = createPrivateKey({ key: der, format: 'der', type: 'pkcs8' })
    seed.fill(0)
    der.fill(0)
    const pair = { privateKey, publicKey: createPublicKey(privateKey) }
    this.#pairs.set(id, pair)
    return pair
  }
}
