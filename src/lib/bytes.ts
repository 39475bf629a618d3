/** Bytes: joining without ambiguity, reading base64 strictly, comparing in constant time. */
import { timingSafeEqual } from 'node:crypto'

const encoder = new TextEncoder()

export const utf8 = (text: string): Uint8Array => encoder.encode(text)

/**
 * The parts, each behind its length (32 bits, big endian): two different lists never give the same
 * bytes, which plain joining cannot promise. Made for associated data.
 */
export function lengthPrefixed(...parts: readonly (string | Uint8Array)[]): Uint8Array {
  let bytes = 0
  for (const part of parts) bytes += lengthBytes + Buffer.byteLength(part)
  const joined = Buffer.allocUnsafe(bytes)
  let end = 0
  for (const part of parts) {
    const begin = end + lengthBytes
    const length = typeof part === 'string' ? joined.write(part, begin) : part.length
    if (typeof part !== 'string') joined.set(part, begin)
    joined.writeUInt32BE(length, end)
    end = begin + length
  }
  return joined
}

const lengthBytes = 4

/**
 * RFC 4648 base64, padded, canonical; `undefined` for anything else. Node's own decoder is lenient:
 * only a text that it would write itself is taken.
 */
export function parseBase64(text: string): Buffer | undefined {
  const bytes = Buffer.from(text, 'base64')
  if (text.length !== Math.ceil(bytes.length / 3) * 4) return undefined
  // Piece by piece: a second copy of a large text is not made.
  for (let at = 0; at < bytes.length; at += pieceBytes) {
    const piece = bytes.toString('base64', at, at + pieceBytes)
    if (!text.startsWith(piece, (at / 3) * 4)) return undefined
  }
  return bytes
}

/** A multiple of three, so that pieces join. */
const pieceBytes = 3 << 18

export const base64 = (bytes: Uint8Array): string =>
  Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('base64')

/**
 * Gives the memory of bytes back at once that nobody may use any more: left to the garbage collector, which
 * hardly sees what stands outside its heap, large buffers pile up. Bytes that share theirs are left as they are.
 */
export function release({
  buffer,
  byteLength,
}: {
  readonly buffer: ArrayBuffer
  readonly byteLength: number
}): void {
  if (byteLength === buffer.byteLength) buffer.transfer(0)
}

/** Equal content, without telling by time where they differ. A length that differs may be told. */
export function sameBytes(a: Uint8Array, b: Uint8Array): boolean {
  return a.length === b.length && timingSafeEqual(a, b)
}

/** Equal text, in constant time for equal lengths. */
export const sameText = (a: string, b: string): boolean => sameBytes(Buffer.from(a), Buffer.from(b))
