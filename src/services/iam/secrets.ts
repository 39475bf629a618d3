/** Secrets of access keys, sealed for the key that they belong to. */
import { base64, lengthPrefixed, parseBase64, utf8 } from '../../lib/bytes.ts'
import { type Sealer, Unopenable } from '../../lib/sealer.ts'

export class KeySecrets {
  readonly #sealer: Sealer

  constructor(sealer: Sealer) {
    this.#sealer = sealer
  }

  seal(accessKeyId: string, secret: string): string {
    return base64(this.#sealer.seal(utf8(secret), placeOf(accessKeyId)))
  }

  /** Under the newest store key. */
  isNewest(sealed: string): boolean {
    return this.#sealer.isNewest(parseBase64(sealed) ?? Buffer.alloc(0))
  }

  /** The secret's bytes; the caller wipes them. */
  open(accessKeyId: string, sealed: string): Buffer {
    const bytes = parseBase64(sealed)
    if (!bytes) throw new Unopenable()
    return this.#sealer.open(bytes, placeOf(accessKeyId))
  }
}

const placeOf = (accessKeyId: string) => lengthPrefixed('access key', accessKeyId)
