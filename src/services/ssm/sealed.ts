/**
 * Values of SecureStrings, sealed by KMS in the name of the caller: a standard parameter's by Encrypt,
 * an advanced one's under a data key of its own. Both are bound to the parameter's ARN.
 *
 * https://docs.aws.amazon.com/kms/latest/developerguide/services-parameter-store.html
 */
import { type DataKeys, openValue, sealValue } from '../../keyring/envelope.ts'
import { partitionOf } from '../../lib/arn.ts'
import { base64, parseBase64, utf8 } from '../../lib/bytes.ts'
import { Fault } from '../../lib/fault.ts'
import { secretKeyFrom } from '../../lib/secret-key.ts'
import { atOnce, type Desk } from '../operation.ts'
import type { Shelf, Tier } from './records.ts'
import { fault } from './service.ts'

/** AWS's own key for parameters, one in each account and region. */
export const defaultKey = 'alias/aws/ssm'

type Enter = Desk['enter']

interface Place {
  readonly arn: string
  readonly shelf: Shelf
}

interface Answer {
  readonly Plaintext?: Uint8Array
  readonly CiphertextBlob?: Uint8Array
}

/** The value as a record keeps it and as readers without decryption see it: base64. */
export function sealText(
  enter: Enter,
  place: Place,
  facts: { readonly keyId?: string | undefined; readonly tier: Tier },
  text: string,
): string {
  const plain = utf8(text)
  const KeyId = keyArnOf(facts.keyId ?? defaultKey, place.shelf)
  const context = { PARAMETER_ARN: place.arn }
  if (facts.tier === 'Advanced') {
    const { dataKey, box } = sealValue(dataKeysOf(enter, KeyId, place), plain, context)
    return `${dataKey}${advancedSeparator}${box}`
  }
  const input = { KeyId, Plaintext: plain, EncryptionContext: context }
  const { CiphertextBlob } = ask(enter, place, 'Encrypt', input)
  plain.fill(0)
  return base64(mustHave(CiphertextBlob))
}

/** Between the two halves of an advanced value; no base64 text holds it. */
const advancedSeparator = '.'

/** The value in the clear. */
export function openText(enter: Enter, place: Place, value: string): string {
  const context = { PARAMETER_ARN: place.arn }
  const [first = '', box] = value.split(advancedSeparator)
  const plain =
    box === undefined
      ? mustHave(askDecrypt(enter, place, bytesOf(first), context).Plaintext)
      : openValue(dataKeysOf(enter, '', place), { dataKey: first, box }, context)
  const text = Buffer.from(plain.buffer, plain.byteOffset, plain.byteLength).toString()
  plain.fill(0)
  return text
}

function dataKeysOf(enter: Enter, KeyId: string, place: Place): DataKeys {
  return {
    generate(EncryptionContext) {
      const input = { KeyId, KeySpec: 'AES_256', EncryptionContext }
      const { Plaintext, CiphertextBlob } = ask(enter, place, 'GenerateDataKey', input)
      return { key: secretKeyFrom(mustHave(Plaintext)), sealed: mustHave(CiphertextBlob) }
    },
    open(sealed, context) {
      return mustHave(askDecrypt(enter, place, sealed, context).Plaintext)
    },
  }
}

const askDecrypt = (
  enter: Enter,
  place: Place,
  CiphertextBlob: Uint8Array,
  EncryptionContext: Readonly<Record<string, string>>,
) => ask(enter, place, 'Decrypt', { CiphertextBlob, EncryptionContext })

/** KMS as the caller's; what it says of the key is told in its own words. */
function ask(enter: Enter, { shelf }: Place, operation: string, input: object) {
  try {
    return atOnce(enter('kms', operation, input, shelf.region)) as Answer
  } catch (thrown) {
    if (!(thrown instanceof Fault)) throw thrown
    if (passed.has(thrown.code)) throw thrown
    if (thrown.code === 'KMSInternalException') throw fault('InternalServerError')
    throw fault('InvalidKeyId', thrown.words ?? 'The key cannot be used for this parameter.')
  }
}

const passed: ReadonlySet<string> = new Set(['AccessDeniedException', 'ThrottlingException'])

function keyArnOf(keyId: string, { account, region }: Shelf): string {
  if (keyId.startsWith('arn:')) return keyId
  const resource = keyId.startsWith('alias/') ? keyId : `key/${keyId}`
  return `arn:${partitionOf(region)}:kms:${region}:${account}:${resource}`
}

function bytesOf(text: string): Uint8Array {
  const bytes = parseBase64(text)
  if (!bytes) throw new Error('a sealed parameter that is not base64')
  return bytes
}

function mustHave(bytes: Uint8Array | undefined): Uint8Array {
  if (!bytes) throw new Error('KMS answered without bytes')
  return bytes
}
