/**
 * The data folder: what stands in it, and opening it. Everything is looked at before anything is
 * written, so that a start that is refused has changed nothing.
 */
import { accessSync, constants, existsSync, mkdirSync, readFileSync, statSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { type Header, type Keyring, makeHeader, openKeyring } from './keyring/keyring.ts'
import { makeRootKey, readRootKey } from './keyring/root.ts'
import { sameBytes } from './lib/bytes.ts'
import { Refusal } from './lib/fault.ts'
import type { JournalKeys } from './store/journal.ts'
import { firstLink } from './store/journal.ts'
import { Anchor, type Head } from './store/sqlite/anchor.ts'
import { createDatabase, damaged, type Glance, glanceAt } from './store/sqlite/folder.ts'
import { lockFolder } from './store/sqlite/lock.ts'

export interface Folder {
  readonly databasePath: string
  readonly anchorPath: string
  readonly credentialsPath: string
  readonly keyring: Keyring
  readonly journalKeys: JournalKeys
  /** True if an older database than the anchor knew was accepted. */
  readonly rolledBack: boolean
  release(): void
}

/** Locks the folder, makes a store in it if there is none, opens its keys. Throws Refusal. */
export function openFolder(path: string, acceptRollback: boolean): Folder {
  mustBeUsable(path)
  mkdirSync(path, { recursive: true, mode: 0o700 })
  const release = lockFolder(join(path, 'lock'))
  try {
    return { ...openStore(path, acceptRollback), release }
  } catch (thrown) {
    release()
    throw thrown
  }
}

function mustBeUsable(path: string): void {
  const existing = existsSync(path) ? path : nearest(dirname(path))
  try {
    if (!statSync(existing).isDirectory()) throw new Error('not a folder')
    accessSync(existing, constants.W_OK | constants.X_OK)
  } catch {
    throw new Refusal(`Can't write to ${path}: name another folder by --data, or change its owner.`)
  }
}

const nearest = (path: string): string => (existsSync(path) ? path : nearest(dirname(path)))

function openStore(path: string, acceptRollback: boolean): Omit<Folder, 'release'> {
  const databasePath = join(path, 'store.db')
  const anchorPath = join(path, 'anchor')
  const rootPath = join(path, 'root.key')
  const credentialsPath = join(path, 'root-credentials')
  const anchored = readAnchoredSeq(anchorPath)
  const known = glanceAt(databasePath, anchored)
  const root = readRootKey(rootPath)
  if (known && !root) {
    throw new Refusal(
      `The root key ${rootPath} is missing: put it back, without it nothing can be opened.`,
    )
  }
  if (!known && anchored) {
    throw new Refusal(
      `${databasePath} is missing, and ${anchorPath} says that there was one: put it back, or name another folder by --data.`,
    )
  }
  const rootKey = root ?? makeRootKey(rootPath)
  const header = known ? parseHeader(databasePath, known.header) : makeHeader(rootKey)
  const keyring = openKeyring(rootKey, header)
  const journalKeys = journalKeysOf(keyring)
  const anchor = new Anchor(anchorPath, journalKeys)
  const files = { databasePath, anchorPath, credentialsPath, keyring, journalKeys }
  if (known) return { ...files, rolledBack: mustBeAnchored(anchor.read(), known, acceptRollback) }
  // The anchor first: a store without one is taken for a store whose anchor was removed.
  anchor.write({ seq: 0, link: firstLink })
  createDatabase(databasePath, JSON.stringify(header), firstLink)
  return { ...files, rolledBack: false }
}

function parseHeader(databasePath: string, text: string): Header {
  try {
    return JSON.parse(text)
  } catch {
    throw damaged(databasePath)
  }
}

/** The anchor's number before its signature can be checked: only ever a reason to refuse. */
function readAnchoredSeq(anchorPath: string): number | undefined {
  try {
    const { seq } = JSON.parse(readFileSync(anchorPath, 'utf8'))
    return Number.isSafeInteger(seq) ? seq : undefined
  } catch {
    return undefined
  }
}

/** True if the database is not what the anchor knew, and the operator said that this is right. */
function mustBeAnchored(anchored: Head | undefined, known: Glance, accepted: boolean): boolean {
  const holds =
    anchored !== undefined &&
    anchored.seq <= known.head.seq &&
    (anchored.seq === 0 ||
      (known.anchoredLink !== undefined && sameBytes(known.anchoredLink, anchored.link)))
  if (holds) return false
  if (accepted) return true
  throw new Refusal(
    'The database is older than, or not the one of, its anchor: it was put back or replaced. Restore the newest one, or start with --accept-rollback if this is meant; that will be recorded.',
  )
}

export const journalKeysOf = (keyring: Keyring): JournalKeys => ({
  storeId: keyring.storeId,
  seal: keyring.parents('journal'),
  link: keyring.lasting('journal link'),
})
