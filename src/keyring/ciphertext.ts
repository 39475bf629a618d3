/**
 * What KMS gives back for a plaintext: a reference to the key and the material that sealed it, and
 * the sealed bytes. Opaque to the caller, and bound as a whole to its encryption context.
 *
 * version (1) | key id's form (1) | account (6) | key id (16) | material id (32) | stamp (16) | sealed
 *
 * The stamp is an HMAC of the store over what stands before it: an altered reference is refused before
 * any key is looked for, so that altering one tells nothing about which keys exist.
 *
 * https://docs.aws.amazon.com/kms/latest/developerguide/encrypt_context.html
 */
import type { KeyObject } from 'node:crypto'
import { lengthPrefixed, sameBytes, utf8 } from '../lib/bytes.ts'
import { hmac } from '../lib/hmac.ts'

/** The key, wherever its replicas are, and which of its materials. */
export interface Reference {
  readonly account: string
  readonly keyId: string
  /** 64 hexadecimal digits. */
  readonly materialId: string
}

/** A ciphertext in its parts. */
export interface Ciphertext {
  readonly reference: Reference
  readonly header: Uint8Array
  readonly sealed: Uint8Array
}

/** The encryption context: what the caller must tell again. */
export type Pairs = Readonly<Record<string, string>>

const version = 1
const plainForm = 0
const multiRegionForm = 1
const multiRegionPrefix = 'mrk-'
const stampBytes = 16
const referenceBytes = 1 + 1 + 6 + 16 + 32
const headerBytes = referenceBytes + stampBytes

/** The header for sealed bytes. */
export function printReference(stampKey: KeyObject, reference: Reference): Buffer {
  const { account, keyId, materialId } = reference
  const isMultiRegion = keyId.startsWith(multiRegionPrefix)
  const header = Buffer.alloc(headerBytes)
  header.writeUInt8(version, 0)
  header.writeUInt8(isMultiRegion ? multiRegionForm : plainForm, 1)
  header.writeUIntBE(Number(account), 2, 6)
  header.write(keyId.replace(multiRegionPrefix, '').replaceAll('-', ''), 8, 'hex')
  header.write(materialId, 24, 'hex')
  header.set(stampOf(stampKey, header), referenceBytes)
  return header
}

/** The two halves of a ciphertext; `undefined` unless the reference is one of ours, unaltered. */
export function parseCiphertext(
  stampKey: KeyObject,
  ciphertext: Uint8Array,
): Ciphertext | undefined {
  if (ciphertext.length <= headerBytes) return undefined
  const bytes = Buffer.from(ciphertext.buffer, ciphertext.byteOffset, ciphertext.byteLength)
  const header = bytes.subarray(0, headerBytes)
  if (!sameBytes(header.subarray(referenceBytes), stampOf(stampKey, header))) return undefined
  if (header[0] !== version) return undefined
  return { reference: readReference(header), header, sealed: bytes.subarray(headerBytes) }
}

function readReference(header: Buffer): Reference {
  const digits = header.toString('hex', 8, 24)
  return {
    account: String(header.readUIntBE(2, 6)).padStart(12, '0'),
    keyId: header[1] === multiRegionForm ? multiRegionPrefix + digits : hyphened(digits),
    materialId: header.toString('hex', 24, referenceBytes),
  }
}

const hyphened = (digits: string): string =>
  digits.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5')

const stampOf = (stampKey: KeyObject, header: Buffer): Buffer =>
  hmac(stampKey, Buffer.concat([stamped, header.subarray(0, referenceBytes)])).subarray(
    0,
    stampBytes,
  )

const stamped = utf8('ciphertext reference')

/** What sealed bytes are bound to: their header, and the context in an order of its own. */
export function placeOf(header: Uint8Array, context: Pairs): Uint8Array {
  const names = Object.keys(context).sort()
  const pairs = names.flatMap((name) => [name, context[name] ?? ''])
  return lengthPrefixed('kms ciphertext', header, ...pairs)
}
