/**
 * Signatures over a message, or over a digest that the caller computed: signing large things without
 * sending them. Node signs messages; digests go to ./prehash-*.ts.
 *
 * https://docs.aws.amazon.com/kms/latest/developerguide/asymmetric-key-specs.html#key-spec-rsa-sign
 */
import type { KeyObject } from 'node:crypto'
import { constants, sign as signMessage, verify as verifyMessage } from 'node:crypto'
import { promisify } from 'node:util'
import { signEcdsaDigest, verifyEcdsaDigest } from './prehash-ecdsa.ts'
import {
  type Hash,
  signPkcs1Digest,
  signPssDigest,
  verifyPkcs1Digest,
  verifyPssDigest,
} from './prehash-rsa.ts'

export type { Hash } from './prehash-rsa.ts'

/** How a signature is made. Without a hash the scheme brings its own, and takes no digests. */
export type Scheme =
  | { readonly kind: 'pkcs1' | 'pss' | 'ecdsa'; readonly hash: Hash }
  | { readonly kind: 'whole'; readonly hash?: undefined }

export const digestBytes: Readonly<Record<Hash, number>> = { sha256: 32, sha384: 48, sha512: 64 }

const signAside = promisify(signMessage) as unknown as (
  hash: Hash | null,
  message: Uint8Array,
  key: object,
) => Promise<Buffer>

/** RSA paddings as AWS has them: a PSS salt is as long as the digest. */
const paddings: Readonly<Record<Scheme['kind'], object>> = {
  pkcs1: { padding: constants.RSA_PKCS1_PADDING },
  pss: { padding: constants.RSA_PKCS1_PSS_PADDING, saltLength: constants.RSA_PSS_SALTLEN_DIGEST },
  ecdsa: { dsaEncoding: 'der' },
  whole: {},
}

/** Signs a message, on the thread pool. */
export const sign = (
  { kind, hash }: Scheme,
  key: KeyObject,
  message: Uint8Array,
): Promise<Buffer> => signAside(hash ?? null, message, { key, ...paddings[kind] })

export const verify = (
  { kind, hash }: Scheme,
  key: KeyObject,
  message: Uint8Array,
  signature: Uint8Array,
): boolean => verifyMessage(hash ?? null, message, { key, ...paddings[kind] }, signature)

interface Prehash {
  sign(key: KeyObject, hash: Hash, digest: Uint8Array): Buffer
  verify(key: KeyObject, hash: Hash, digest: Uint8Array, signature: Uint8Array): boolean
}

const prehashes: Readonly<Record<Exclude<Scheme['kind'], 'whole'>, Prehash>> = {
  pkcs1: { sign: signPkcs1Digest, verify: verifyPkcs1Digest },
  pss: { sign: signPssDigest, verify: verifyPssDigest },
  ecdsa: {
    sign: (key, _hash, digest) => signEcdsaDigest(key, digest),
    verify: (key, _hash, digest, signature) => verifyEcdsaDigest(key, digest, signature),
  },
}

/** How digests are signed under a scheme; `undefined` for one that takes none. */
export const prehashOf = ({ kind }: Scheme): Prehash | undefined =>
  kind === 'whole' ? undefined : prehashes[kind]
