/**
 * The root key from a key file: 32 random bytes in hexadecimal, mode 0600, made on the first start.
 * It wraps the store's keys and nothing else, and is never in the database nor in a backup.
 */
import type { KeyObject } from 'node:crypto'
import { randomBytes } from 'node:crypto'
import { readFileSync, statSync } from 'node:fs'
import { Refusal } from '../lib/fault.ts'
import { makeFile } from '../lib/file.ts'
import { secretKeyFrom } from '../lib/secret-key.ts'

const keyBytes = 32
const othersMayRead = 0o077

/** The root key in this file, or `undefined` if there is no such file. Throws Refusal if it can't be used. */
export function readRootKey(path: string): KeyObject | undefined {
  const mode = statSync(path, { throwIfNoEntry: false })?.mode
  if (mode === undefined) return undefined
  if (mode & othersMayRead) {
    throw new Refusal(`Others can read the root key in ${path}: run chmod 600 on it.`)
  }
  const text = readFileSync(path, 'latin1').trim()
  if (!/^[0-9a-f]{64}$/.test(text)) {
    throw new Refusal(
      `${path} does not hold a root key (64 hexadecimal digits): put the right file back.`,
    )
  }
  return secretKeyFrom(Buffer.from(text, 'hex'))
}

/** Makes a root key in a new file; on disk when it returns. Never replaces a file. */
export function makeRootKey(path: string): KeyObject {
  const bytes = randomBytes(keyBytes)
  makeFile(path, `${bytes.toString('hex')}\n`)
  return secretKeyFrom(bytes)
}
