/**
 * ECDSA over a digest that the caller computed, which Node does not offer. OpenSSL makes the nonce and
 * multiplies the curve's point by it, in constant time. What is left is arithmetic on numbers: the
 * one step whose time could tell of the nonce, its inverse, is done on the nonce times a random
 * factor. Verifying handles public numbers only.
 *
 * FIPS 186-5, section 6.4; SEC 1, section 4.1.
 */
import type { KeyObject } from 'node:crypto'
import { createECDH, randomBytes } from 'node:crypto'
import { type Curve, curveOf, inverse, modulo, multiply, type Point } from './curve.ts'
import { parsePairDer, printPairDer } from './pair-der.ts'

/** A signature in DER. */
export function signEcdsaDigest(key: KeyObject, digest: Uint8Array): Buffer {
  const curve = curveOf(key)
  const { d = '' } = key.export({ format: 'jwk' })
  const secret = numberOf(Buffer.from(d, 'base64url'))
  for (;;) {
    const signature = trySign(curve, secret, scalarOf(curve, digest))
    if (signature) return signature
  }
}

/** `undefined` with the negligible chance that one half comes out as zero. */
function trySign(curve: Curve, secret: bigint, message: bigint): Buffer | undefined {
  const { order, bytes, name } = curve
  const ecdh = createECDH(name)
  const r = modulo(numberOf(ecdh.generateKeys().subarray(1, 1 + bytes)), order)
  const nonce = numberOf(ecdh.getPrivateKey())
  const blind = (numberOf(randomBytes(bytes + 8)) % (order - 1n)) + 1n
  const blinded = modulo(blind * message, order) + modulo(r * modulo(blind * secret, order), order)
  const s = modulo(inverse(modulo(blind * nonce, order), order) * blinded, order)
  return r === 0n || s === 0n ? undefined : printPairDer(r, s)
}

export function verifyEcdsaDigest(
  key: KeyObject,
  digest: Uint8Array,
  signature: Uint8Array,
): boolean {
  const curve = curveOf(key)
  const { order } = curve
  const pair = parsePairDer(signature)
  if (!pair) return false
  const { r, s } = pair
  if (r <= 0n || r >= order || s <= 0n || s >= order) return false
  const w = inverse(s, order)
  const point = multiply(curve, [
    [modulo(scalarOf(curve, digest) * w, order), curve.base],
    [modulo(r * w, order), pointOf(key)],
  ])
  return point !== undefined && modulo(point.x, order) === r
}

function pointOf(key: KeyObject): Point {
  const { x = '', y = '' } = key.export({ format: 'jwk' })
  return { x: numberOf(Buffer.from(x, 'base64url')), y: numberOf(Buffer.from(y, 'base64url')) }
}

/** The digest as a number; every curve here is at least as long as the digests it is used with. */
const scalarOf = ({ order }: Curve, digest: Uint8Array): bigint => modulo(numberOf(digest), order)

const numberOf = (bytes: Uint8Array): bigint =>
  BigInt(`0x${Buffer.from(bytes).toString('hex') || '0'}`)
