/**
 * Values of secrets, sealed and opened. A value is bound to its secret and version as AWS binds it,
 * by the encryption context {SecretARN, SecretVersionId}.
 *
 * https://docs.aws.amazon.com/secretsmanager/latest/userguide/security-encryption.html
 */
import { type DataKeys, openValue, sealValue } from '../../keyring/envelope.ts'
import type { AccountId } from '../../lib/brand.ts'
import { sameBytes, utf8 } from '../../lib/bytes.ts'
import type { Content, Shelf, VersionRecord } from './records.ts'
import { fault } from './service.ts'

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
  readonly #account: AccountId

  /** @param account the caller's */
  constructor(keysOf: KeysOf, account: AccountId) {
    this.#keysOf = keysOf
    this.#account = account
  }

  /** Seals a value under the key of its secret. */
  async seal(owner: Owner, versionId: string, { kind, bytes }: Plain): Promise<Content> {
    const { kmsKeyId } = owner.record
    const keys = this.#keysFor(owner, kmsKeyId)
    const envelope = await sealValue(keys, bytes, contextOf(owner.arn, versionId, kind))
    return { kind, envelope, kmsKeyId }
  }

  async open(owner: Owner, { id, content }: Filled): Promise<Buffer> {
    const keys = this.#keysFor(owner, content.kmsKeyId)
    return openValue(keys, content.envelope, contextOf(owner.arn, id, content.kind))
  }

  /** Whether a version holds just this value; compared in constant time. */
  async holds(owner: Owner, version: Filled, value: Plain): Promise<boolean> {
    if (version.content.kind !== value.kind) return false
    const bytes = await this.open(owner, version)
    try {
      return sameBytes(bytes, value.bytes)
    } finally {
      bytes.fill(0)
    }
  }

  #keysFor({ shelf }: Owner, kmsKeyId: string | undefined): DataKeys {
    if (kmsKeyId === undefined && shelf.account !== this.#account) throw foreignDefault()
    return this.#keysOf(kmsKeyId, shelf)
  }
}

/** The key policy of the default key admits its own account alone, and nobody can change it. */
const foreignDefault = () =>
  fault(
    'InvalidRequestException',
    "You can't access a secret from a different AWS account if you encrypt the secret with the default KMS service key.",
  )

const contextOf = (SecretARN: string, SecretVersionId: string, kind: Plain['kind']) => ({
  SecretARN,
  SecretVersionId,
  kind,
})

interface Valued {
  readonly SecretString?: string | undefined
  readonly SecretBinary?: Uint8Array | undefined
}

/** The value that a request brings, if it brings one. */
export function plainOf(input: Valued): Plain | undefined {
  if (input.SecretString !== undefined) return { kind: 'string', bytes: utf8(input.SecretString) }
  return input.SecretBinary && { kind: 'binary', bytes: input.SecretBinary }
}

const valueBytesMax = 65_536

/** Throws if a request brings both forms of a value, or more bytes than the contract's characters tell. */
export function mustBeFitValue(input: Valued): void {
  if (input.SecretString !== undefined && input.SecretBinary !== undefined) {
    throw fault(
      'InvalidParameterException',
      "You can't specify both a binary secret value and a string secret value in the same secret.",
    )
  }
  if (Buffer.byteLength(input.SecretString ?? '') <= valueBytesMax) return
  throw fault('LimitExceededException', `The secret value is larger than ${valueBytesMax} bytes.`)
}
