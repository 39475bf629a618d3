/**
 * A root key that a KMS wraps: another Strongroom's, or AWS's. The wrapped key stands in the header and
 * is bound to this store by its encryption context; who may decrypt is the KMS's to say, and to record.
 * On start it is asked again and again for a while; nobody has to do anything.
 */
import { type KeyObject, randomBytes } from 'node:crypto'
import type { OpenSeal, Terms } from '../keyring/header.ts'
import { base64, parseBase64 } from '../lib/bytes.ts'
import { secondMs } from '../lib/clock.ts'
import { Refusal } from '../lib/fault.ts'
import { secretKeyFrom } from '../lib/secret-key.ts'
import { Away, callKms, Denied, type FindCredentials, withPatience } from './kms-client.ts'
import type { SealName } from './name.ts'
import type { Seal } from './seal.ts'

type KmsName = SealName & { readonly kind: 'kms' }

const rootKeyBytes = 32
/** As long as AWS's ciphertexts may be. */
const blobBytesMax = 6144

/** @param waitMilliseconds how long an answer is waited for */
export function kmsSeal(
  name: KmsName,
  findCredentials: FindCredentials,
  waitMilliseconds: number,
): Seal {
  const ask = (operation: 'Encrypt' | 'Decrypt', storeId: string, input: object) =>
    withPatience(waitMilliseconds, () =>
      callKms(name, findCredentials(), operation, {
        KeyId: name.keyArn,
        EncryptionContext: { strongroom: storeId },
        ...input,
      }),
    ).catch((thrown) => {
      throw refusalOf(thrown, name, operation, waitMilliseconds)
    })
  const wrong = `The KMS at ${name.endpoint} gave back a key that does not open this store: see to it that ${name.keyArn} is the key that sealed it.`

  const open = async (terms: Terms, storeId: string): Promise<KeyObject> => {
    const CiphertextBlob = terms.kind === 'kms' ? terms.blob : ''
    const { Plaintext } = await ask('Decrypt', storeId, { CiphertextBlob })
    const root = bytesIn(Plaintext)
    if (root?.length !== rootKeyBytes) throw new Refusal(wrong)
    return secretKeyFrom(root)
  }
  const make = async (storeId: string): Promise<OpenSeal> => {
    const root = randomBytes(rootKeyBytes)
    const { CiphertextBlob } = await ask('Encrypt', storeId, { Plaintext: base64(root) })
    const blob = bytesIn(CiphertextBlob)
    if (!blob || blob.length > blobBytesMax) throw new Refusal(wrong)
    return { root: secretKeyFrom(root), terms: { kind: 'kms', blob: base64(blob) } }
  }
  return {
    ...{ name, kind: 'kms', wrong, open, recall: open, begin: make, make },
    keep() {},
    retire() {},
  }
}

const bytesIn = (value: unknown): Buffer | undefined =>
  typeof value === 'string' ? parseBase64(value) : undefined

function refusalOf(
  thrown: unknown,
  { endpoint, keyArn }: KmsName,
  operation: string,
  waitMilliseconds: number,
): unknown {
  if (thrown instanceof Denied) {
    return new Refusal(
      `The KMS at ${endpoint} refuses the root key of this store (${thrown.code}): see to ${keyArn} and allow kms:${operation} on it to whoever these credentials are.`,
    )
  }
  if (!(thrown instanceof Away)) return thrown
  const seconds = Math.round(waitMilliseconds / secondMs)
  return new Refusal(
    `The KMS at ${endpoint} gave no answer within ${seconds} s: start it, or see to the network; --seal-wait says how long is waited.`,
  )
}
