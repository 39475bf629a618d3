/**
 * Key pairs, made on the thread pool: an RSA pair takes up to seconds, in which the house must go on
 * answering. Both halves in DER: PKCS #8 and SubjectPublicKeyInfo.
 *
 * RFC 5958, RFC 5280 section 4.1.
 */
import type { KeyObject } from 'node:crypto'
import { generateKeyPair } from 'node:crypto'
import { promisify } from 'node:util'

export interface Pair {
  readonly privateKey: KeyObject
  readonly publicKey: KeyObject
}

/** What kind of pair: RSA by its bits, an elliptic curve by its name, or a scheme with one size. */
export type PairKind =
  | { readonly type: 'rsa'; readonly bits: number }
  | { readonly type: 'ec'; readonly curve: string }
  | { readonly type: 'ed25519' | 'ml-dsa-44' | 'ml-dsa-65' | 'ml-dsa-87' }

const generate = promisify(generateKeyPair) as unknown as (
  type: PairKind['type'],
  options: object,
) => Promise<Pair>

export function makePair(kind: PairKind): Promise<Pair> {
  if (kind.type === 'rsa') return generate('rsa', { modulusLength: kind.bits })
  if (kind.type === 'ec') return generate('ec', { namedCurve: kind.curve })
  return generate(kind.type, {})
}

/** The private half. The caller wipes it. */
export const exportPrivate = (key: KeyObject): Buffer =>
  key.export({ type: 'pkcs8', format: 'der' })

export const exportPublic = (key: KeyObject): Buffer => key.export({ type: 'spki', format: 'der' })
