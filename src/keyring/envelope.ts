/**
 * Envelope encryption: a fresh data key for each value, the value under it by AES-256-GCM, the data
 * key under a longer-lived key. Both are bound to the same context, so that neither half opens in
 * another secret, version or account.
 *
 * https://docs.aws.amazon.com/secretsmanager/latest/userguide/security-encryption.html
 */
import type { KeyObject } from 'node:crypto'
import { randomBytes } from 'node:crypto'
import { decrypt, encrypt, nonceBytes, Unopenable } from '../lib/aead.ts'
import { base64, lengthPrefixed, parseBase64 } from '../lib/bytes.ts'
import { once } from '../lib/once.ts'
import { samePairs } from '../lib/pairs.ts'

/** What a value belongs to. Order does not matter; every pair is bound. */
export type Context = Readonly<Record<string, string>>

/** A sealed value as records keep it: base64 texts. */
export interface Envelope {
  readonly dataKey: string
  readonly box: string
}

/** Where data keys come from. */
export interface DataKeys {
  generate(context: Context): { key: KeyObject; sealed: Uint8Array }
  /** The key's bytes, to be wiped by whoever asked for them. */
  open(sealed: Uint8Array, context: Context): Uint8Array
}

/** Seals a value under a data key of its own. The caller wipes `plain`. */
export function sealValue(dataKeys: DataKeys, plain: Uint8Array, context: Context): Envelope {
  const { key, sealed } = dataKeys.generate(context)
  // A random nonce is safe here and only here: the key seals this one value and nothing else.
  const nonce = randomBytes(nonceBytes)
  const box = Buffer.concat([nonce, encrypt(key, nonce, plain, bytesOf(context))])
  return { dataKey: base64(sealed), box: base64(box) }
}

/** The value, or Unopenable, without a reason. */
export function openValue(dataKeys: DataKeys, envelope: Envelope, context: Context): Buffer {
  const parts = partsOf(envelope)
  const key = dataKeys.open(parts.sealed, context)
  try {
    return decrypt(key, parts.nonce, parts.box, boundOf(parts, context))
  } finally {
    key.fill(0)
  }
}

interface Parts {
  readonly sealed: Uint8Array
  readonly nonce: Uint8Array
  readonly box: Uint8Array
  /** The context that was asked for last, and its bytes. */
  bound?: { readonly context: Context; readonly bytes: Uint8Array }
}

/** A value is opened for the same context again and again. */
function boundOf(parts: Parts, context: Context): Uint8Array {
  const { bound } = parts
  if (bound && samePairs(bound.context, context)) return bound.bytes
  const bytes = new Uint8Array(bytesOf(context))
  parts.bound = { context, bytes }
  return bytes
}

/** Read once for as long as a record stays in the store's cache: still sealed, and the same bytes each time. */
const partsOf = once((envelope: Envelope): Parts => {
  // Memory of their own: a piece of Node's pool, kept for long, would keep all of the pool's 64 KiB.
  const sealed = parseBase64(envelope.dataKey)
  const bytes = parseBase64(envelope.box)
  if (!sealed || !bytes || bytes.length < nonceBytes) throw new Unopenable()
  const own = new Uint8Array(bytes)
  return {
    sealed: new Uint8Array(sealed),
    nonce: own.subarray(0, nonceBytes),
    box: own.subarray(nonceBytes),
  }
})

/** The context as one unambiguous text: sorted by name, each part behind its length. */
function bytesOf(context: Context): Uint8Array {
  const names = Object.keys(context).sort()
  return lengthPrefixed('context', ...names.flatMap((name) => [name, context[name] ?? '']))
}
