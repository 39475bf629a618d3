/**
 * Signing algorithms by their names, and what a message may be.
 *
 * https://docs.aws.amazon.com/kms/latest/APIReference/API_Sign.html
 */
import type { KeyObject } from 'node:crypto'
import type { MessageType, SigningAlgorithmSpec } from '../../contract/generated/kms.ts'
import {
  digestBytes,
  type Hash,
  prehashOf,
  type Scheme,
  sign,
  verify,
} from '../../keyring/signing.ts'
import { fault } from './service.ts'
import { specOf } from './spec.ts'
import { mustBeFor, mustKnow } from './state.ts'
import type { Key } from './subject.ts'

const hashed = (kind: 'pkcs1' | 'pss' | 'ecdsa', hash: Hash): Scheme => ({ kind, hash })
const whole: Scheme = { kind: 'whole' }

const schemes: ReadonlyMap<SigningAlgorithmSpec, Scheme> = new Map([
  ['RSASSA_PKCS1_V1_5_SHA_256', hashed('pkcs1', 'sha256')],
  ['RSASSA_PKCS1_V1_5_SHA_384', hashed('pkcs1', 'sha384')],
  ['RSASSA_PKCS1_V1_5_SHA_512', hashed('pkcs1', 'sha512')],
  ['RSASSA_PSS_SHA_256', hashed('pss', 'sha256')],
  ['RSASSA_PSS_SHA_384', hashed('pss', 'sha384')],
  ['RSASSA_PSS_SHA_512', hashed('pss', 'sha512')],
  ['ECDSA_SHA_256', hashed('ecdsa', 'sha256')],
  ['ECDSA_SHA_384', hashed('ecdsa', 'sha384')],
  ['ECDSA_SHA_512', hashed('ecdsa', 'sha512')],
  ['ED25519_SHA_512', whole],
  ['ML_DSA_SHAKE_256', whole],
])

/** What Sign and Verify have in common. */
export interface Signing {
  readonly SigningAlgorithm: SigningAlgorithmSpec
  readonly Message: Uint8Array
  readonly MessageType?: MessageType | undefined
}

/** Condition keys of a call that signs or verifies. */
export const signingContext = ({ SigningAlgorithm, MessageType = 'RAW' }: Signing) => ({
  'kms:SigningAlgorithm': SigningAlgorithm,
  'kms:MessageType': MessageType,
})

/** The signer for a key and call. Throws for a key or message that it can't be done with. */
export function signerOf(key: Key, input: Signing, operation: string) {
  mustBeFor(key, 'SIGN_VERIFY', operation)
  const { SigningAlgorithm: algorithm, Message: message, MessageType: type = 'RAW' } = input
  mustKnow(key, specOf(key.record.spec).signing, algorithm)
  const scheme = schemes.get(algorithm)
  if (!scheme) throw new Error(`${algorithm} is in no scheme`)
  if (type === 'RAW') {
    return {
      sign: (privateKey: KeyObject) => sign(scheme, privateKey, message),
      verify: (publicKey: KeyObject, signature: Uint8Array) =>
        verify(scheme, publicKey, message, signature),
    }
  }
  return digestSigner(scheme, algorithm, message, type)
}

function digestSigner(
  scheme: Scheme,
  algorithm: SigningAlgorithmSpec,
  digest: Uint8Array,
  type: MessageType,
) {
  const prehash = prehashOf(scheme)
  const { hash } = scheme
  if (type !== 'DIGEST' || !prehash || !hash) {
    throw fault('ValidationException', `MessageType ${type} is not supported for ${algorithm}.`)
  }
  if (digest.length !== digestBytes[hash]) {
    throw fault('ValidationException', `Digest is invalid length for algorithm ${algorithm}.`)
  }
  return {
    sign: async (privateKey: KeyObject) => prehash.sign(privateKey, hash, digest),
    verify: (publicKey: KeyObject, signature: Uint8Array) =>
      prehash.verify(publicKey, hash, digest, signature),
  }
}
