/**
 * Values of secrets, sealed and opened. A value is bound to its secret and version as AWS binds it,
 * by the encryption context {SecretARN, SecretVersionId}.
 *
 * https://docs.aws.amazon.com/secretsmanager/latest/userguide/security-encryption.html
 */
import { type DataKeys, type Envelope, openValue, sealValue } from '../../keyring/envelope.ts'
import { sameBytes, utf8 } from '../../lib/bytes.ts'

/** A value in the clear: lives in one function's scope and is wiped there. */
export interface Plain {
  readonly kind: 'string' | 'binary'
  readonly bytes: Uint8Array
}

export class Vault {
  readonly #dataKeys: DataKeys

  constructor(dataKeys: DataKeys) {
    this.#dataKeys = dataKeys
  }

  seal(arn: string, versionId: string, value: Plain): Promise<Envelope> {
    return sealValue(this.#dataKeys, value.bytes, contextOf(arn, versionId, value.kind))
  }

  async open(
    arn: string,
    version: { id: string; kind: Plain['kind']; value: Envelope },
  ): Promise<Buffer> {
    const { id, kind, value } = version
    return openValue(this.#dataKeys, value, contextOf(arn, id, kind))
  }

  /** Whether a version holds just this value; compared in constant time. */
  async holds(
    arn: string,
    version: { id: string; kind: Plain['kind']; value: Envelope },
    value: Plain,
  ): Promise<boolean> {
    if (version.kind !== value.kind) return false
    const bytes = await this.open(arn, version)
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

/** The value that a request brings, if it brings one. */
export function plainOf(input: {
  readonly SecretString?: string | undefined
  readonly SecretBinary?: Uint8Array | undefined
}): Plain | undefined {
  if (input.SecretString !== undefined) return { kind: 'string', bytes: utf8(input.SecretString) }
  return input.SecretBinary && { kind: 'binary', bytes: input.SecretBinary }
}
