/**
 * What is sealed as a batch of the journal: its text, or, where that is long, the same packed. Audit
 * records resemble each other: packed they take a tenth, so that to seal, chain, write, sync and read
 * them costs a tenth, which is more than the packing does. A short batch is left as it is: a segment
 * packs many of them together, and better.
 */
import { constants, zstdCompressSync, zstdDecompressSync } from 'node:zlib'

/** From here on it pays: about a dozen answers. */
export const packedBytesMin = 32 << 10
/** Far above what one batch holds; what is unpacked here was authenticated before. */
const textBytesMax = 1 << 30
const fastest = {
  params: { [constants.ZSTD_c_compressionLevel]: 1 },
  chunkSize: 16 << 10,
}
const whole = { maxOutputLength: textBytesMax, chunkSize: 256 << 10 }
/** The first byte of what zstd makes (RFC 8878, 3.1.1); JSON never begins with it. */
const packedMark = 0x28

export const pack = (text: Buffer): Buffer =>
  text.length < packedBytesMin ? text : zstdCompressSync(text, fastest)

export const unpack = (body: Buffer): Buffer =>
  body[0] === packedMark ? zstdDecompressSync(body, whole) : body

/** Looks at the text of a body, of which nothing may be kept: for those who pass by many. */
export function glimpse<T>(body: Buffer, look: (text: Buffer) => T): T {
  const text = unpack(body)
  const seen = look(text)
  // Too long for a piece of Node's pool: alone in its memory.
  if (text !== body) (text.buffer as ArrayBuffer).transfer(0)
  return seen
}
