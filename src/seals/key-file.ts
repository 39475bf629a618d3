/**
 * The root key from a key file: 32 random bytes in hexadecimal. The one in the data folder is ours:
 * mode 0600, made on the first start, replaced when the root key is rotated. Its predecessors are kept
 * beside it, since older backups open by nothing else.
 */
import type { KeyObject } from 'node:crypto'
import { randomBytes } from 'node:crypto'
import { existsSync, linkSync, readFileSync, renameSync, rmSync, statSync } from 'node:fs'
import { dirname, join } from 'node:path'
import type { OpenSeal } from '../keyring/header.ts'
import { Refusal } from '../lib/fault.ts'
import { makeFile, syncFolder } from '../lib/file.ts'
import { secretKeyFrom } from '../lib/secret-key.ts'
import { fileSeal } from './name.ts'
import { keptSeal, type Seal, wrongKey } from './seal.ts'

const keyBytes = 32
const othersMayRead = 0o077
/** A group is how secrets are mounted for a user that is not root. */
const everybodyMayRead = 0o007

/** The key that a text holds, `undefined` if it holds none. */
export const keyIn = (text: string): KeyObject | undefined =>
  /^[0-9a-f]{64}$/.test(text) ? secretKeyFrom(Buffer.from(text, 'hex')) : undefined

/** The root key in this file, or `undefined` if there is no such file. Throws Refusal if it can't be used. */
export const readRootKey = (path: string): KeyObject | undefined => readKey(path, othersMayRead)

/** The root key in a file that is somebody else's to keep. Throws Refusal. */
export function readMounted(path: string, absent: string): KeyObject {
  const key = readKey(path, everybodyMayRead)
  if (key) return key
  throw new Refusal(absent)
}

function readKey(path: string, forbidden: number): KeyObject | undefined {
  const mode = statSync(path, { throwIfNoEntry: false })?.mode
  if (mode === undefined) return undefined
  if (mode & forbidden) {
    throw new Refusal(`Others can read the root key in ${path}: run chmod 600 on it.`)
  }
  const key = keyIn(readText(path))
  if (key) return key
  throw new Refusal(
    `${path} does not hold a root key (64 hexadecimal digits): put the right file back.`,
  )
}

function readText(path: string): string {
  try {
    return readFileSync(path, 'latin1').trim()
  } catch (thrown) {
    const { code } = thrown as NodeJS.ErrnoException
    throw new Refusal(`Can't read the root key in ${path} (${code}): see to its owner.`)
  }
}

/** Makes a root key in a new file; on disk when it returns. Never replaces a file. */
export function makeRootKey(path: string): KeyObject {
  const bytes = randomBytes(keyBytes)
  makeFile(path, `${bytes.toString('hex')}\n`)
  return secretKeyFrom(bytes)
}

export const rootKeyName = 'root.key'

/** The seal of a data folder unless it is told otherwise. */
export function fileSealIn(dataPath: string): Seal {
  const path = join(dataPath, rootKeyName)
  const next = `${path}.next`
  const opened = (root: KeyObject): OpenSeal => ({ root, terms: { kind: 'key' } })
  return {
    ...{ name: fileSeal, kind: 'key', wrong: wrongKey },
    open: async () => mustBeThere(path),
    recall: async () => mustBeThere(next),
    // A start that broke off may have left one.
    begin: async () => opened(readRootKey(path) ?? makeRootKey(path)),
    async make() {
      rmSync(next, { force: true })
      return opened(makeRootKey(next))
    },
    keep() {
      if (existsSync(path)) linkSync(path, pastName(path))
      renameSync(next, path)
      syncFolder(dirname(path))
    },
    retire() {
      if (!existsSync(path)) return
      renameSync(path, pastName(path))
      syncFolder(dirname(path))
    },
  }
}

function mustBeThere(path: string): KeyObject {
  const key = readRootKey(path)
  if (key) return key
  throw new Refusal(
    `The root key ${path} is missing: put it back, without it nothing can be opened.`,
  )
}

/** A name that no other has: what is kept is never overwritten. */
function pastName(path: string): string {
  const at = new Date().toISOString().replace(/[-:]|\.\d+/g, '')
  for (let n = 1; ; n++) {
    const name = n === 1 ? `${path}.until-${at}` : `${path}.until-${at}-${n}`
    if (!existsSync(name)) return name
  }
}

/** A key in a file, wherever it was mounted. */
export const mountedSeal = (path: string): Seal =>
  keptSeal({ kind: 'mounted', path }, () =>
    readMounted(
      path,
      `The root key ${path} is missing: mount it, or make one by "openssl rand -hex 32" for a new store.`,
    ),
  )
