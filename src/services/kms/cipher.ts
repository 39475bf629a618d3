/**
 * Encrypting and decrypting under a key by the algorithm that was asked for: the symmetric one with
 * its context, or RSA, which has none.
 *
 * https://docs.aws.amazon.com/kms/latest/developerguide/asymmetric-key-specs.html#key-spec-rsa-encryption
 */
import { constants, privateDecrypt, publicEncrypt } from 'node:crypto'
import type { EncryptionAlgorithmSpec } from '../../contract/generated/kms.ts'
import type { Pairs } from '../../keyring/ciphertext.ts'
import { publicKeyOf } from './public-key.ts'
import { fault, type Rooms } from './service.ts'
import { specOf, symmetric } from './spec.ts'
import { mustKnow } from './state.ts'
import type { Key } from './subject.ts'
import { currentMaterial, invalidCiphertext, openBlob, openCurrent, sealBlob } from './symmetric.ts'

/** How a key seals by this algorithm. Throws for one that it can't, before anything is done. */
export function encryptUnder(key: Key, algorithm: EncryptionAlgorithmSpec, context?: Pairs) {
  const hash = mustFit(key, algorithm, context)
  return (rooms: Rooms, plain: Uint8Array): { blob: Buffer; materialId?: string } =>
    hash === undefined ? sealBlob(rooms, key, plain, context) : rsaEncrypt(rooms, key, plain, hash)
}

/** How a key opens by this algorithm. */
export function decryptUnder(key: Key, algorithm: EncryptionAlgorithmSpec, context?: Pairs) {
  const hash = mustFit(key, algorithm, context)
  return (rooms: Rooms, blob: Uint8Array): { plain: Buffer; materialId?: string } =>
    hash === undefined ? openBlob(rooms, key, blob, context) : rsaDecrypt(rooms, key, blob, hash)
}

const oaepHashes: ReadonlyMap<EncryptionAlgorithmSpec, string> = new Map([
  ['RSAES_OAEP_SHA_1', 'sha1'],
  ['RSAES_OAEP_SHA_256', 'sha256'],
])

/** The hash of OAEP; `undefined` for the symmetric algorithm. */
function mustFit(
  key: Key,
  algorithm: EncryptionAlgorithmSpec,
  context?: Pairs,
): string | undefined {
  mustKnow(key, specOf(key.record.spec).encryption, algorithm)
  if (algorithm !== symmetric && context && Object.keys(context).length > 0) {
    throw fault(
      'ValidationException',
      `EncryptionContext is not supported when EncryptionAlgorithm is ${algorithm}.`,
    )
  }
  return oaepHashes.get(algorithm)
}

function rsaEncrypt(rooms: Rooms, key: Key, plain: Uint8Array, oaepHash: string) {
  const { record } = currentMaterial(rooms, key)
  const publicKey = publicKeyOf(record)
  const modulusBytes = (publicKey.asymmetricKeyDetails?.modulusLength ?? 0) / 8
  const plainMax = modulusBytes - 2 * (oaepHash === 'sha1' ? 20 : 32) - 2
  if (plain.length > plainMax) {
    throw fault('ValidationException', `Plaintext must be at most ${plainMax} bytes for this key.`)
  }
  return { blob: publicEncrypt({ key: publicKey, oaepHash, padding }, plain) }
}

const padding = constants.RSA_PKCS1_OAEP_PADDING

function rsaDecrypt(rooms: Rooms, key: Key, blob: Uint8Array, oaepHash: string) {
  const { key: privateKey } = openCurrent(rooms, key)
  try {
    return { plain: privateDecrypt({ key: privateKey, oaepHash, padding }, blob) }
  } catch {
    // Every reason alike: which check failed would be an oracle (RFC 8017, section 7.1.2).
    throw invalidCiphertext()
  }
}
