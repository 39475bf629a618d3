/**
 * The data folder: what stands in it, and opening it. Everything is looked at before anything is
 * written, so that a start that is refused has changed nothing.
 */
import {
  accessSync,
  constants,
  existsSync,
  mkdirSync,
  readFileSync,
  rmSync,
  statSync,
} from 'node:fs'
import { dirname, join } from 'node:path'
import { type Header, parseHeader } from './keyring/header.ts'
import { Keyring } from './keyring/keyring.ts'
import { isAccountId } from './lib/arn.ts'
import type { AccountId } from './lib/brand.ts'
import { sameBytes } from './lib/bytes.ts'
import { Refusal } from './lib/fault.ts'
import { beginBy, type Opened, openBy } from './seals/opening.ts'
import { writePin } from './seals/pin.ts'
import type { Seal } from './seals/seal.ts'
import { chooseSeal, type SealSources, sealNamed } from './seals/sources.ts'
import { Anchor, type Head } from './store/anchor.ts'
import { StoreFull } from './store/engine.ts'
import type { Glance } from './store/glance.ts'
import type { JournalKeys } from './store/journal.ts'
import { firstLink } from './store/journal.ts'
import { linkIn } from './store/loaded.ts'
import { createIn, glanceIn, type Place, placeOf } from './store/place.ts'
import { shownAddress } from './store/postgres/address.ts'
import { fetchedBeside } from './store/postgres/fetched.ts'
import { spansIn } from './store/segments.ts'
import { damaged } from './store/sqlite/folder.ts'
import { lockFolder } from './store/sqlite/lock.ts'

export interface Folder {
  readonly path: string
  /** Where the store is: in the folder, unless it is told otherwise. */
  readonly place: Place
  readonly anchorPath: string
  readonly credentialsPath: string
  /** The deployment's own. */
  readonly account: AccountId
  readonly keyring: Keyring
  readonly journalKeys: JournalKeys
  /** The seal that opened it, and the root key that it gave. */
  readonly seal: Seal
  readonly opened: Opened
  /** Present if another database than the one that the anchor knew was accepted. */
  readonly rollback: Rollback | undefined
  release(): void
}

/** The numbers of the last commits: of the database that was accepted, and of the one that was anchored. */
export interface Rollback {
  readonly found: number
  readonly anchored: number | null
}

export interface Opening {
  readonly acceptRollback?: boolean
  /** The deployment's; left out by who opens a store that is there, whichever its account. */
  readonly account?: AccountId
  readonly sources?: SealSources
  /** A PostgreSQL database that holds the store in place of a file in the folder. */
  readonly storeUrl?: string
}

/** Locks the folder, makes a store in it if there is none, opens its keys. Throws Refusal. */
export async function openFolder(path: string, opening: Opening = {}): Promise<Folder> {
  mustBeUsable(path)
  let release: (() => void) | undefined
  try {
    makeFolder(path)
    release = lockFolder(join(path, 'lock'))
    return { ...(await openStore(path, opening)), release }
  } catch (thrown) {
    release?.()
    throw refusalOf(path, thrown)
  }
}

/** What the system says about the folder, as a sentence; our own bugs stay what they are. */
export function refusalOf(path: string, thrown: unknown): unknown {
  const { code, message } = thrown as NodeJS.ErrnoException
  const isFull = thrown instanceof StoreFull
  if (thrown instanceof Refusal || (code === undefined && !isFull)) return thrown
  const reason = isFull || code === 'ERR_SQLITE_ERROR' ? message : code
  return new Refusal(
    `Can't use the data folder ${path} (${reason}): name another by --data, or see to its disk and its owner.`,
  )
}

/** One level at a time: Node's own recursion never ends where the system says that there is nothing to make. */
function makeFolder(path: string): void {
  if (existsSync(path)) return
  makeFolder(dirname(path))
  mkdirSync(path, { mode: 0o700 })
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

async function openStore(path: string, opening: Opening): Promise<Omit<Folder, 'release'>> {
  const { account, acceptRollback = false, sources = {} } = opening
  const place = placeOf(path, opening.storeUrl)
  const anchorPath = join(path, 'anchor')
  const credentialsPath = join(path, 'root-credentials')
  const anchored = readAnchoredSeq(anchorPath)
  const found = await glanceIn(place, anchored)
  if (!found && anchored) throw missing(place, anchorPath)
  if (!found && !account) throw new Refusal(`There is no store in ${path}.`)
  const seal = sealNamed(path, chooseSeal(path, sources), sources)
  const at = Date.now()
  const made = found ? undefined : await make(place, path, seal, String(account), at)
  const known = found ?? (made ? undefined : await glanceIn(place, anchored))
  const opened = made ?? (await openBy(seal, headerOf(place, known)))
  const { header } = opened
  if (account !== undefined && header.account !== account) throw otherAccount(path, header.account)
  const keyring = new Keyring(header, opened.storeKeys, at)
  const journalKeys = journalKeysOf(keyring)
  const paths = { path, place, anchorPath, credentialsPath }
  const held = { seal, opened, keyring, journalKeys, account: header.account as AccountId }
  const anchor = new Anchor(anchorPath, journalKeys)
  const accepting = { path, place, acceptRollback, journalKeys }
  const rollback = known && mustBeAnchored(accepting, anchor.read(), known)
  return { ...paths, ...held, rollback }
}

/** A new store; `undefined` if another node was faster. */
async function make(place: Place, path: string, seal: Seal, account: string, at: number) {
  const opened = await beginBy(seal, account, at)
  const journalKeys = journalKeysOf(new Keyring(opened.header, opened.storeKeys, at))
  writePin(path, seal.name)
  // The anchor first: a store without one is taken for a store whose anchor was removed.
  const anchorPath = join(path, 'anchor')
  new Anchor(anchorPath, journalKeys).write({ seq: 0, link: firstLink })
  if (await createIn(place, JSON.stringify(opened.header), firstLink)) return opened
  rmSync(anchorPath)
  return undefined
}

function missing(place: Place, anchorPath: string): Refusal {
  return new Refusal(
    `${shown(place)} is missing, and ${anchorPath} says that there was one: put it back, or name another folder by --data.`,
  )
}

const shown = (place: Place): string =>
  place.kind === 'sqlite' ? place.databasePath : `The store in ${shownAddress(place.url)}`

const otherAccount = (path: string, account: string): Refusal =>
  new Refusal(
    `The data folder ${path} was made for account ${account}: start with --account ${account}, or name another folder by --data.`,
  )

function headerOf(place: Place, known: Glance | undefined): Header {
  const header = parseHeader(known?.header ?? '')
  if (header && isAccountId(header.account)) return header
  throw damaged(shown(place))
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

interface Accepting {
  readonly path: string
  readonly place: Place
  readonly acceptRollback: boolean
  readonly journalKeys: JournalKeys
}

/** What was rolled back, if the database is not what the anchor knew and the operator says that this is right. */
function mustBeAnchored(
  { path, place, acceptRollback, journalKeys }: Accepting,
  anchored: Head | undefined,
  known: Glance,
): Rollback | undefined {
  const anchorPath = join(path, 'anchor')
  if (place.kind === 'postgres' && hasSeenNothing(anchorPath)) return undefined
  const segmentsPath = place.kind === 'postgres' ? fetchedBeside(anchorPath) : join(path, 'journal')
  const segmentsEnd = spansIn(segmentsPath).at(-1)?.last ?? 0
  const holds =
    anchored !== undefined &&
    anchored.seq <= known.head.seq &&
    // Segments hold what a database had before them: one put back with its anchor shows all the same.
    segmentsEnd <= known.head.seq &&
    (anchored.seq === 0 || isKnown(anchored, known, journalKeys))
  if (holds) return undefined
  if (acceptRollback) return { found: known.head.seq, anchored: anchored?.seq ?? null }
  throw new Refusal(
    'The database is older than its anchor, or not the one that was anchored: restore the newest one, or start with --accept-rollback if this is meant, which will be recorded.',
  )
}

/** A node that joins: it has no anchor, or that of a store which it began to make and another one made. */
const hasSeenNothing = (anchorPath: string): boolean =>
  !existsSync(anchorPath) || readAnchoredSeq(anchorPath) === 0

/** Of a batch that was pruned nothing is left but that it was there, which the store's own keys signed. */
function isKnown({ seq, link }: Head, { anchoredLink, anchoredIn }: Glance, keys: JournalKeys) {
  const found = anchoredLink ?? (anchoredIn && linkIn(anchoredIn, seq, keys))
  return found === 'pruned' || (found !== undefined && sameBytes(found, link))
}

/** What is written and read under: live, save where it is copied to another thread. */
export const journalKeysOf = (keyring: Keyring): JournalKeys => ({
  storeId: keyring.storeId,
  seal: keyring.parents('journal'),
  link: keyring.parents('journal link'),
  sign: keyring.parents('journal signature'),
  get floor() {
    return keyring.header.floor
  },
})
