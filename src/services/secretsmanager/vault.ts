/**
 * Values of secrets, sealed and opened. A value is bound to its secret and version as AWS binds it,
 * by the encryption context {SecretARN, SecretVersionId}.
 *
 * https://docs.aws.amazon.com/secretsmanager/latest/userguide/security-encryption.html
 */
import { type DataKeys, openValue, sealValue } from '../../keyring/envelope.ts'
import { sameBytes } from '../../lib/bytes.ts'
import type { Content, Shelf, VersionRecord } from './records.ts'

/** A value in the clear: lives in one function's scope and is wiped there. */
export interface Plain {
  readonly kind: 'string' | 'binary'
  readonly bytes: Uint8Array
}

/** The secret that a value belongs to. */
interface Owner {
  readonly arn: string
  readonly shelf: Shelf
  readonly record: { readonly kmsKeyId?: string | undefined }
}

/** A version that has a value. */
export type Filled = VersionRecord & { readonly content: Content }

/** The data keys of a KMS key, `undefined` for the default one, in that account and region. */
export type KeysOf = (kmsKeyId: string | undefined, shelf: Shelf) => DataKeys

export class Vault {
  readonly #keysOf: KeysOf

  constructor(keysOf: KeysOf) {
    this.#keysOf = keysOf
  }

  /** Seals a value under the key of its secret. */
  seal(owner: Owner, versionId: string, { kind, bytes }: Plain): Content {
    const { kmsKeyId } = owner.record
    const keys = this.#keysOf(kmsKeyId, owner.shelf)
    const envelope = sealValue(keys, bytes, contextOf(owner.arn, versionId, kind))
    return { kind, envelope, kmsKeyId }
  }

  open(owner: Owner, { id, content }: Filled): Buffer {
    const keys = this.#keysOf(content.kmsKeyId, owner.shelf)
    return openValue(
      keys,
      content.envelope,
      contextOf(owner.arn, content.boundTo ?? id, content.kind),
    )
  }

  /** Whether a version holds just this value; compared in constant time. */
  holds(owner: Owner, version: Filled, value: Plain): boolean {
    if (version.content.kind !== value.kind) return false
    const bytes = this.open(owner, version)
    try {
      return sameBytes(bytes, value.bytes)
    } finally {
      bytes.fill(0)
    }
  }
}

const contextOf = (SecretARN: string, SecretVersionId: string, kind: Plain['kind']) => ({
  SecretARN,
  SecretVersionId,
  kind,
})
