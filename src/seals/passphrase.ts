/**
 * A root key from a passphrase: scrypt, with a salt and a cost that stand in the header. Whoever steals
 * the database may try passphrases at that cost, so that only a long one is safe.
 *
 * RFC 7914.
 */
import { type KeyObject, randomBytes, scrypt } from 'node:crypto'
import type { Terms } from '../keyring/header.ts'
import { base64, parseBase64, utf8 } from '../lib/bytes.ts'
import { Refusal } from '../lib/fault.ts'
import { secretKeyFrom } from '../lib/secret-key.ts'
import type { Seal } from './seal.ts'

type PassphraseTerms = Terms & { readonly kind: 'passphrase' }

/** 128 MiB and about half a second of one core. */
const standard = { cost: 2 ** 17, blockSize: 8, parallel: 1 }
const saltBytes = 16
const charsMin = 12
const bytesMax = 1024
/** What a header may ask for: one that was edited must not eat the machine. */
const memoryBytesMax = 512 << 20
const parallelMax = 4

/** Gives the passphrase; asks twice for a new one. */
export type AskPassphrase = (isNew: boolean) => Promise<string>

export function passphraseSeal(ask: AskPassphrase): Seal {
  const open = async (terms: Terms) => derive(mustBeSane(terms), await ask(false))
  const make = async () => {
    const terms = { kind: 'passphrase', ...standard, salt: base64(randomBytes(saltBytes)) } as const
    return { terms, root: await derive(terms, mustBeLong(await ask(true))) }
  }
  return {
    name: { kind: 'passphrase' },
    kind: 'passphrase',
    wrong: 'This passphrase does not open this store: give the one that it was sealed with.',
    ...{ open, recall: open, begin: make, make },
    keep() {},
    retire() {},
  }
}

function derive(terms: PassphraseTerms, passphrase: string): Promise<KeyObject> {
  const { cost, blockSize, parallel, salt } = terms
  const bytes = utf8(passphrase.normalize('NFC'))
  if (bytes.length > bytesMax) {
    throw new Refusal(`A passphrase may have ${bytesMax} bytes: give a shorter one.`)
  }
  const options = { N: cost, r: blockSize, p: parallel, maxmem: 2 * memoryBytesMax }
  const { promise, resolve, reject } = Promise.withResolvers<KeyObject>()
  scrypt(bytes, Buffer.from(salt, 'base64'), 32, options, (error, key) => {
    bytes.fill(0)
    if (error) reject(error)
    else resolve(secretKeyFrom(key))
  })
  return promise
}

/** The terms as they may be followed. Throws Refusal for what we would never have written. */
function mustBeSane(terms: Terms): PassphraseTerms {
  if (terms.kind === 'passphrase') {
    const { cost, blockSize, parallel, salt } = terms
    const isSane =
      isPowerOfTwo(cost) &&
      Number.isSafeInteger(blockSize) &&
      blockSize >= 1 &&
      128 * cost * blockSize <= memoryBytesMax &&
      Number.isSafeInteger(parallel) &&
      parallel >= 1 &&
      parallel <= parallelMax &&
      typeof salt === 'string' &&
      parseBase64(salt)?.length === saltBytes
    if (isSane) return terms
  }
  throw new Refusal(
    "The store's header asks for a passphrase in a way that strongroom never wrote: put back a backup of the database.",
  )
}

const isPowerOfTwo = (value: number): boolean =>
  Number.isSafeInteger(value) && value > 1 && Number.isInteger(Math.log2(value))

function mustBeLong(passphrase: string): string {
  if ([...passphrase].length >= charsMin) return passphrase
  throw new Refusal(
    `A passphrase must have ${charsMin} characters or more: the stolen database must not be worth trying.`,
  )
}
