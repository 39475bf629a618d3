/**
 * Data keys: random bytes for the caller's own encryption, given in the clear and sealed.
 *
 * https://docs.aws.amazon.com/kms/latest/developerguide/concepts.html#data-keys
 */
import { randomBytes } from 'node:crypto'
import type { DataKeySpec } from '../../contract/generated/kms.ts'
import { fault, type Rooms } from './service.ts'
import { symmetric } from './spec.ts'
import { mustBeFor, mustNotBeDryRun } from './state.ts'
import type { Key } from './subject.ts'
import { sealBlob } from './symmetric.ts'

export interface DataKeyWish {
  readonly KeySpec?: DataKeySpec | undefined
  readonly NumberOfBytes?: number | undefined
  readonly EncryptionContext?: Readonly<Record<string, string>> | undefined
  readonly DryRun?: boolean | undefined
}

const specBytes: Readonly<Record<DataKeySpec, number>> = { AES_128: 16, AES_256: 32 }

/** Throws ValidationException unless just one of the two ways to say a length is used. */
export function mustSayLength({ KeySpec, NumberOfBytes }: DataKeyWish): void {
  if ((KeySpec === undefined) !== (NumberOfBytes === undefined)) return
  throw fault('ValidationException', 'Please specify either number of bytes or key spec.')
}

/** Throws unless the key is one that seals data keys. */
export function mustSealDataKeys(key: Key, operation: string): void {
  mustBeFor(key, 'ENCRYPT_DECRYPT', operation)
  if (key.record.spec === symmetric) return
  throw fault(
    'InvalidKeyUsageException',
    `${key.arn} key spec is ${key.record.spec} which is not valid for ${operation}.`,
  )
}

/** A new data key. The caller wipes the plaintext if it does not hand it out. */
export function makeDataKey(rooms: Rooms, key: Key, wish: DataKeyWish, operation: string) {
  mustSealDataKeys(key, operation)
  mustNotBeDryRun(wish)
  const plain = randomBytes(wish.NumberOfBytes ?? specBytes[wish.KeySpec ?? 'AES_256'])
  return { plain, ...sealBlob(rooms, key, plain, wish.EncryptionContext) }
}
