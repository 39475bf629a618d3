/**
 * Whether a claim holds: one HMAC and two SHA-256 with a signing key at hand.
 *
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html
 */
import { hash, type KeyObject } from 'node:crypto'
import { sameText } from '../lib/bytes.ts'
import { canonicalRequest, stringToSign } from './canonical.ts'
import type { Claim } from './claim.ts'
import { signatureOf } from './key.ts'

/**
 * True if the signature is that key's over these very bytes. The body is always hashed: a declared
 * hash that differs (UNSIGNED-PAYLOAD and STREAMING-* always do) would leave it unauthenticated.
 */
export function signatureHolds(claim: Claim, body: Uint8Array, signingKey: KeyObject): boolean {
  const bodyHash = hash('sha256', body)
  const canonical = canonicalRequest(claim.parts, bodyHash)
  const text = stringToSign(claim.date.amzDate, claim.scope, canonical)
  const same = sameText(signatureOf(signingKey, text), claim.signature)
  return same && (claim.declaredHash ?? bodyHash) === bodyHash
}
