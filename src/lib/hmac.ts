/**
 * HMAC-SHA-256 by two digests in one shot each (RFC 2104): an Hmac object, made anew for each request,
 * costs several times as much.
 */
import { hash, type KeyObject } from 'node:crypto'
import { once } from './once.ts'

/** SHA-256 works on blocks of so many bytes, and gives half of one. */
const blockBytes = 64
const digestBytes = blockBytes / 2

/** 64 hexadecimal digits in lower case. */
export const hmacHex = (key: KeyObject, bytes: Uint8Array): string =>
  hash('sha256', outerOf(key, bytes))

/** 32 bytes. */
export const hmac = (key: KeyObject, bytes: Uint8Array): Buffer =>
  Buffer.from(hmacHex(key, bytes), 'hex')

function outerOf(key: KeyObject, bytes: Uint8Array): Buffer {
  const { inner, outer } = padsOf(key)
  // By way of its digits: a digest as bytes brings memory of its own along.
  outer.write(hash('sha256', Buffer.concat([inner, bytes])), blockBytes, 'hex')
  return outer
}

/** Kept as long as the key is. `outer` has room for the digest behind it. */
const padsOf = once((key: KeyObject): { readonly inner: Buffer; readonly outer: Buffer } => {
  const bytes = key.export()
  const short = bytes.length > blockBytes ? hash('sha256', bytes, 'buffer') : bytes
  const inner = Buffer.alloc(blockBytes, 0x36)
  const outer = Buffer.alloc(blockBytes + digestBytes, 0x5c)
  for (const [at, byte] of short.entries()) {
    inner.writeUInt8(0x36 ^ byte, at)
    outer.writeUInt8(0x5c ^ byte, at)
  }
  short.fill(0)
  bytes.fill(0)
  return { inner, outer }
})
