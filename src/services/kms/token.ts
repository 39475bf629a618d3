/**
 * Texts that callers carry for us: grant tokens and import tokens. Sealed, so that nobody can make one up or read from
 * one which keys there are.
 */
import { base64, parseBase64, utf8 } from '../../lib/bytes.ts'
import type { Materials } from './material.ts'
import type { Shelf } from './records.ts'

export interface GrantPlace {
  readonly shelf: Shelf
  readonly keyId: string
  readonly grantId: string
}

export const printGrantToken = (materials: Materials, place: GrantPlace): string =>
  base64(materials.sealToken('grant token', utf8(JSON.stringify(place))))

/** Where a token of ours leads; `undefined` for any other text. */
export function parseGrantToken(materials: Materials, token: string): GrantPlace | undefined {
  const bytes = parseBase64(token)
  const plain = bytes && materials.openToken('grant token', bytes)
  return plain && JSON.parse(plain.toString())
}

/** The private half of a wrapping key, and what may be imported by it until when. */
export interface ImportTicket {
  readonly shelf: Shelf
  readonly keyId: string
  readonly algorithm: string
  readonly validTo: number
  /** PKCS #8, base64. */
  readonly privateKey: string
}

/** The wrapping key stands in the token, so that an import that is never done leaves nothing behind. */
export const printImportToken = (materials: Materials, ticket: ImportTicket): Uint8Array =>
  materials.sealToken('import token', utf8(JSON.stringify(ticket)))

export function parseImportToken(
  materials: Materials,
  token: Uint8Array,
): ImportTicket | undefined {
  const plain = materials.openToken('import token', token)
  return plain && JSON.parse(plain.toString())
}
