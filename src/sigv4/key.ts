/**
 * Signing keys: four HMACs from a secret to the key that signs one day, region and service. Made
 * once and kept, since the chain costs fifteen times as much as the one HMAC that a request needs.
 *
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html
 */
import { createHmac, type KeyObject } from 'node:crypto'
import { utf8 } from '../lib/bytes.ts'
import { hmacHex } from '../lib/hmac.ts'
import { secretKeyFrom } from '../lib/secret-key.ts'
import { type Scope, scopeText, terminator } from './canonical.ts'

const prefix = utf8('AWS4')

/** The signing key of a secret for a scope. What it passes through on the way is overwritten. */
export function deriveSigningKey(secret: string | Uint8Array, scope: Scope): KeyObject {
  const seed = Buffer.concat([prefix, typeof secret === 'string' ? utf8(secret) : secret])
  let key = secretKeyFrom(seed)
  for (const part of [scope.day, scope.region, scope.service, terminator]) {
    key = secretKeyFrom(createHmac('sha256', key).update(part).digest())
  }
  return key
}

/** The signature of a string to sign: 64 hexadecimal digits in lower case. */
export const signatureOf = (key: KeyObject, text: string): string => hmacHex(key, Buffer.from(text))

/**
 * The signing keys in use, at most `entriesMax`; the one unused for longest makes room. Only keys for
 * scopes that the endpoint serves and for the current days should be asked for, so that strangers
 * cannot churn it.
 */
export class SigningKeys {
  readonly #keys = new Map<string, KeyObject>()
  readonly #entriesMax: number

  constructor(entriesMax = 10_000) {
    this.#entriesMax = entriesMax
  }

  get size(): number {
    return this.#keys.size
  }

  /** @param openSecret gives the secret access key; called only when the key has to be made */
  get(accessKeyId: string, scope: Scope, openSecret: () => string | Uint8Array): KeyObject {
    const name = `${accessKeyId}/${scopeText(scope)}`
    const known = this.#keys.get(name)
    const key = known ?? deriveSigningKey(openSecret(), scope)
    if (known) this.#keys.delete(name)
    else if (this.#keys.size >= this.#entriesMax) this.#dropOldest()
    this.#keys.set(name, key)
    return key
  }

  /** To be called when an access key ends or its secret changes: the old secret must sign nothing more. */
  forget(accessKeyId: string): void {
    for (const name of this.#keys.keys()) {
      if (name.startsWith(`${accessKeyId}/`)) this.#keys.delete(name)
    }
  }

  #dropOldest(): void {
    const [oldest] = this.#keys.keys()
    if (oldest !== undefined) this.#keys.delete(oldest)
  }
}
