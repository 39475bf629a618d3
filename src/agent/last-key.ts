/**
 * The key of the last-known-good file: 64 hexadecimal digits in a file of the agent's user, or a credential
 * of systemd. It never lies beside what it seals in a readable form.
 *
 * https://systemd.io/CREDENTIALS/
 */
import type { KeyObject } from 'node:crypto'
import { readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { Refusal } from '../lib/fault.ts'
import { secretKeyFrom } from '../lib/secret-key.ts'

export type KeyPlace = { readonly file: string } | { readonly credential: string }

const groupOrOthers = 0o077
/** systemd gives a credential to a unit's group where it must. */
const others = 0o007

/** @param folder what CREDENTIALS_DIRECTORY holds. Throws Refusal. */
export function readLastKey(place: KeyPlace, folder: string | undefined): KeyObject {
  if ('file' in place) return readKey(place.file, groupOrOthers)
  if (folder !== undefined) return readKey(join(folder, place.credential), others)
  throw new Refusal(
    `There is no credential ${place.credential}: give it to the unit by LoadCredential= or LoadCredentialEncrypted=.`,
  )
}

function readKey(path: string, forbidden: number): KeyObject {
  const status = statSync(path, { throwIfNoEntry: false })
  if (!status) {
    throw new Refusal(`The key ${path} is missing: make one by "openssl rand -hex 32", mode 0600.`)
  }
  if (status.mode & forbidden) {
    throw new Refusal(`Others can read the key ${path}: run chmod 600 on it.`)
  }
  const text = readText(path)
  if (/^[0-9a-f]{64}$/.test(text)) return secretKeyFrom(Buffer.from(text, 'hex'))
  throw new Refusal(`${path} does not hold a key (64 hexadecimal digits).`)
}

function readText(path: string): string {
  try {
    return readFileSync(path, 'latin1').trim()
  } catch (thrown) {
    throw new Refusal(`Can't read the key ${path} (${(thrown as NodeJS.ErrnoException).code}).`)
  }
}
