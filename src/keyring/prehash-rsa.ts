/**
 * RSA signatures over a digest. Node would hash again, so the encoding is done here and the raw RSA
 * operation by OpenSSL, which blinds it.
 *
 * RFC 8017, sections 9.1 (EMSA-PSS) and 9.2 (EMSA-PKCS1-v1_5).
 */
import type { KeyObject } from 'node:crypto'
import { constants, createHash, privateEncrypt, publicDecrypt, randomBytes } from 'node:crypto'
import { sameBytes } from '../lib/bytes.ts'

/** The hashes that AWS signs with. */
export type Hash = 'sha256' | 'sha384' | 'sha512'

const pkcs1 = constants.RSA_PKCS1_PADDING
const bare = constants.RSA_NO_PADDING

/** The DER of DigestInfo before the digest itself. */
const digestInfos: Readonly<Record<Hash, string>> = {
  sha256: '3031300d060960864801650304020105000420',
  sha384: '3041300d060960864801650304020205000430',
  sha512: '3051300d060960864801650304020305000440',
}

const digestInfo = (hash: Hash, digest: Uint8Array): Buffer =>
  Buffer.concat([Buffer.from(digestInfos[hash], 'hex'), digest])

export const signPkcs1Digest = (key: KeyObject, hash: Hash, digest: Uint8Array): Buffer =>
  privateEncrypt({ key, padding: pkcs1 }, digestInfo(hash, digest))

export function verifyPkcs1Digest(
  key: KeyObject,
  hash: Hash,
  digest: Uint8Array,
  signature: Uint8Array,
): boolean {
  const encoded = recover(key, pkcs1, signature)
  return encoded !== undefined && sameBytes(encoded, digestInfo(hash, digest))
}

export function signPssDigest(key: KeyObject, hash: Hash, digest: Uint8Array): Buffer {
  const salt = randomBytes(digest.length)
  const encoded = encodePss(hash, digest, salt, modulusBytes(key))
  return privateEncrypt({ key, padding: bare }, encoded)
}

export function verifyPssDigest(
  key: KeyObject,
  hash: Hash,
  digest: Uint8Array,
  signature: Uint8Array,
): boolean {
  const encoded = recover(key, bare, signature)
  if (!encoded) return false
  const seedAt = encoded.length - digest.length - 1
  const block = unmask(hash, encoded.subarray(0, seedAt), encoded.subarray(seedAt, -1))
  // Encoding again with the salt that was found checks every other byte at once.
  const salt = block.subarray(block.length - digest.length)
  return sameBytes(encoded, encodePss(hash, digest, salt, encoded.length))
}

/** RFC 8017, 8.1.2 and 8.2.2: as long as the modulus. OpenSSL takes one without its leading zeroes, too. */
function recover(key: KeyObject, padding: number, signature: Uint8Array): Buffer | undefined {
  if (signature.length !== modulusBytes(key)) return undefined
  try {
    return publicDecrypt({ key, padding }, signature)
  } catch {
    return undefined
  }
}

/** Moduli of KMS keys are whole bytes: the encoding's one bit less is the first bit, zero. */
const modulusBytes = (key: KeyObject): number => (key.asymmetricKeyDetails?.modulusLength ?? 0) / 8

function encodePss(hash: Hash, digest: Uint8Array, salt: Uint8Array, length: number): Buffer {
  const seed = createHash(hash).update(Buffer.alloc(8)).update(digest).update(salt).digest()
  const block = Buffer.alloc(length - seed.length - 1)
  block[block.length - salt.length - 1] = 0x01
  block.set(salt, block.length - salt.length)
  const masked = xor(block, mask(hash, seed, block.length))
  masked[0] = (masked[0] ?? 0) & 0x7f
  return Buffer.concat([masked, seed, Buffer.of(0xbc)])
}

const unmask = (hash: Hash, masked: Uint8Array, seed: Uint8Array): Buffer =>
  xor(masked, mask(hash, seed, masked.length))

/** MGF1. */
function mask(hash: Hash, seed: Uint8Array, length: number): Buffer {
  const blocks: Buffer[] = []
  const counter = Buffer.alloc(4)
  for (let count = 0, made = 0; made < length; count++) {
    counter.writeUInt32BE(count)
    const block = createHash(hash).update(seed).update(counter).digest()
    made += block.length
    blocks.push(block)
  }
  return Buffer.concat(blocks, length)
}

const xor = (a: Uint8Array, b: Uint8Array): Buffer =>
  Buffer.from(a.map((byte, at) => byte ^ (b[at] ?? 0)))
