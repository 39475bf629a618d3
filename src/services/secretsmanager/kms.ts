/**
 * Data keys from KMS, in the name of the caller: a secret's reader must be allowed to use its key,
 * too. What KMS refuses is told in Secrets Manager's words.
 *
 * https://docs.aws.amazon.com/secretsmanager/latest/userguide/security-encryption.html
 */
import type { KeyObject } from 'node:crypto'
import type { Context, DataKeys } from '../../keyring/envelope.ts'
import { isAccountId, parseArn, partitionOf } from '../../lib/arn.ts'
import { Fault } from '../../lib/fault.ts'
import { secretKeyFrom } from '../../lib/secret-key.ts'
import { atOnce, type Desk } from '../operation.ts'
import type { Shelf } from './records.ts'
import { fault, type Look, type Rooms } from './service.ts'
import type { KeysOf } from './vault.ts'

/** AWS's own key for secrets, one in each account and region. */
export const defaultKey = 'alias/aws/secretsmanager'

/** The customer's key that a caller named; `undefined` if that means the default one. */
export function ownKeyOf(kmsKeyId: string | undefined): string | undefined {
  const isDefault = !kmsKeyId || kmsKeyId === defaultKey || kmsKeyId.endsWith(`:${defaultKey}`)
  return isDefault ? undefined : kmsKeyId
}

/** A key named without account and region lives beside its secret, whoever the caller is. */
export function keyArnOf(kmsKeyId: string, { account, region }: Shelf): string {
  if (kmsKeyId.startsWith('arn:')) return kmsKeyId
  const resource = kmsKeyId.startsWith('alias/') ? kmsKeyId : `key/${kmsKeyId}`
  return `arn:${partitionOf(region)}:kms:${region}:${account}:${resource}`
}

/** The ARN of the key itself, behind an alias, too; `undefined` for an alias that nobody has. */
export function findKeyArn(look: Look, kmsKeyId: string, shelf: Shelf): string | undefined {
  const arn = keyArnOf(kmsKeyId, shelf)
  const { account, region, resource } = parseArn(arn) ?? { account: '', region: '', resource: '' }
  if (!resource.startsWith('alias/') || !isAccountId(account)) return arn
  const id = look.findKeyId({ account, region }, resource)
  return id && keyArnOf(id, { account, region })
}

/** Where the vault of a call gets its data keys. */
export const keysFor =
  ({ enter, caller }: Desk): KeysOf =>
  (kmsKeyId, shelf) => {
    if (kmsKeyId === undefined && shelf.account !== caller.account) throw foreignDefault()
    return new KmsDataKeys(enter, kmsKeyId, shelf)
  }

/** The key policy of the default key admits its own account alone, and nobody can change it. */
const foreignDefault = () =>
  fault(
    'InvalidRequestException',
    "You can't access a secret from a different AWS account if you encrypt the secret with the default KMS service key.",
  )

/** Data keys under one KMS key, which is asked as the caller. */
class KmsDataKeys implements DataKeys {
  readonly #enter: Desk['enter']
  readonly #kmsKeyId: string | undefined
  readonly #shelf: Shelf

  constructor(enter: Desk['enter'], kmsKeyId: string | undefined, shelf: Shelf) {
    this.#enter = enter
    this.#kmsKeyId = kmsKeyId
    this.#shelf = shelf
  }

  generate(context: Context): { key: KeyObject; sealed: Uint8Array } {
    const input = {
      KeyId: keyArnOf(this.#kmsKeyId ?? defaultKey, this.#shelf),
      KeySpec: 'AES_256',
      EncryptionContext: boundOf(context),
    }
    return this.#ask('GenerateDataKey', input, ({ Plaintext, CiphertextBlob }) => ({
      key: secretKeyFrom(mustHave(Plaintext)),
      sealed: mustHave(CiphertextBlob),
    }))
  }

  open(sealed: Uint8Array, context: Context): Uint8Array {
    const input = { CiphertextBlob: sealed, EncryptionContext: boundOf(context) }
    return this.#ask('Decrypt', input, ({ Plaintext }) => mustHave(Plaintext))
  }

  #ask<T>(operation: string, input: object, take: (answer: Answer) => T): T {
    try {
      return take(atOnce(this.#enter('kms', operation, input, this.#shelf.region)))
    } catch (thrown) {
      throw thrown instanceof Fault ? translated(thrown, operation) : thrown
    }
  }
}

interface Answer {
  readonly Plaintext?: Uint8Array
  readonly CiphertextBlob?: Uint8Array
}

/** AWS's own encryption context; what else a value is bound to is bound by the value's box alone. */
export const boundOf = ({ SecretARN = '', SecretVersionId = '' }: Context) => ({
  SecretARN,
  SecretVersionId,
})

function mustHave(bytes: Uint8Array | undefined): Uint8Array {
  if (!bytes) throw new Error('KMS answered without bytes')
  return bytes
}

function translated(refused: Fault, operation: string): Fault {
  // KMS's own failure is told without words, and says nothing about the key.
  if (refused.code === 'KMSInternalException') return fault('InternalServiceError')
  if (refused.code === 'ThrottlingException') return refused
  if (refused.code === 'AccessDeniedException') {
    return fault('AccessDeniedException', 'Access to KMS is not allowed')
  }
  return operation === 'Decrypt'
    ? fault(
        'DecryptionFailure',
        "Secrets Manager can't decrypt the protected secret text using the provided KMS key.",
      )
    : fault(
        'EncryptionFailure',
        "Secrets Manager can't encrypt the protected secret text using the provided KMS key. Check that the KMS key is available, enabled, and not in an invalid state.",
      )
}

/** A key that was named is tried before anything hangs on it, as AWS does. */
export function mustReachKey(
  { enter }: Rooms,
  kmsKeyId: string | undefined,
  shelf: Shelf,
  arn: string,
): void {
  if (kmsKeyId === undefined) return
  const keys = new KmsDataKeys(enter, kmsKeyId, shelf)
  const context = { SecretARN: arn, SecretVersionId: 'RequestToValidateKeyAccess' }
  const { sealed } = keys.generate(context)
  keys.open(sealed, context)
}
