/**
 * From a backup to a data folder. It is made beside its name and renamed when it is whole, so that a
 * restore that is refused or cut off has changed nothing.
 */
import { randomUUID } from 'node:crypto'
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { eventRecord } from './audit/record.ts'
import { BackupReader } from './backup/read.ts'
import { unpack } from './backup/unpack.ts'
import type { BackupKeys, Progress } from './backup/write.ts'
import { journalKeysOf, refusalOf } from './folder.ts'
import { parseHeader } from './keyring/header.ts'
import { Keyring } from './keyring/keyring.ts'
import { Refusal } from './lib/fault.ts'
import { makeFile, syncFolder } from './lib/file.ts'
import { mountedSeal, rootKeyName } from './seals/key-file.ts'
import { openBy } from './seals/opening.ts'
import { writePin } from './seals/pin.ts'
import { type Seal, wrongKey } from './seals/seal.ts'
import { Anchor } from './store/anchor.ts'
import { Codec } from './store/collection.ts'
import { Journal } from './store/journal.ts'
import { fillIn, openIn, type Place, placeOf } from './store/place.ts'
import { Store } from './store/store.ts'
import type { Position } from './store/whole.ts'

/** The seal that a backup was made under. */
export interface BackupSeal {
  /** The keys of a store with this header. Throws Refusal if they are not under this seal. */
  open(header: string): Promise<Keyring>
  /** Lays down in a new folder what a start there needs. */
  keep(folderPath: string): void
}

/** The root key in a file. It goes with the new folder, so that this starts by itself. */
export const sealOfFile = (path: string): BackupSeal => ({
  open: (header) => openUnder(mountedSeal(path), header),
  keep: (folderPath) => makeFile(join(folderPath, rootKeyName), readFileSync(path, 'latin1')),
})

/** Any other seal: the new folder remembers its name. */
export const sealOfName = (seal: Seal): BackupSeal => ({
  open: (header) => openUnder(seal, header),
  keep: (folderPath) => writePin(folderPath, seal.name),
})

async function openUnder(seal: Seal, text: string): Promise<Keyring> {
  const header = parseHeader(text)
  if (!header) throw new Refusal('The backup is damaged at its beginning: take another backup.')
  try {
    return new Keyring(header, (await openBy(seal, header)).storeKeys)
  } catch (thrown) {
    if (!(thrown instanceof Refusal) || thrown.message !== wrongKey) throw thrown
    throw new Refusal(
      'The backup was made under another root key than this one, or is damaged at its beginning: name the right one by --root-key.',
    )
  }
}

export interface RestoreWish {
  readonly file: string
  readonly dataPath: string
  readonly seal: BackupSeal
  /** An empty PostgreSQL database that takes the store in place of a file in the folder. */
  readonly storeUrl?: string
}

/** Makes the folder; gives the head that it stands at. Throws Refusal, and then there is no folder. */
export async function restore(wish: RestoreWish, progress?: Progress): Promise<Position> {
  const { file, dataPath, seal, storeUrl } = wish
  const reader = new BackupReader(file)
  const draft = `${dataPath}.restoring`
  try {
    const keyring = await seal.open(reader.preamble.header)
    mustBeFree(dataPath)
    rmSync(draft, { recursive: true, force: true })
    mkdirSync(draft, { recursive: true, mode: 0o700 })
    await fillFolder(reader, keyring, draft, placeOf(draft, storeUrl), progress)
    seal.keep(draft)
    await recordRestore(reader, keyring, draft, placeOf(draft, storeUrl))
    renameSync(draft, dataPath)
    syncFolder(dirname(dataPath))
    return reader.preamble.head
  } catch (thrown) {
    rmSync(draft, { recursive: true, force: true })
    throw refusalOf(dataPath, thrown)
  } finally {
    reader.close()
  }
}

function mustBeFree(dataPath: string): void {
  if (!existsSync(dataPath) || isEmpty(dataPath)) return
  throw new Refusal(
    `${dataPath} is not an empty folder: a backup is restored into a new one, name it by --data.`,
  )
}

function isEmpty(path: string): boolean {
  try {
    return readdirSync(path).length === 0
  } catch {
    return false // a file
  }
}

/** What a backup of a store with these keys is sealed and opened by. */
export const backupKeysOf = (keyring: Keyring): BackupKeys => ({
  sealer: keyring.sealer('backup'),
  journal: new Journal(journalKeysOf(keyring)),
})

/** The database and its anchor, without a seal: what a drill looks at. */
export async function fillFolder(
  reader: BackupReader,
  keyring: Keyring,
  path: string,
  place: Place = placeOf(path),
  progress?: Progress,
): Promise<void> {
  const { header, head } = reader.preamble
  const keys = journalKeysOf(keyring)
  const filling = await fillIn(place, header, head)
  await unpack(reader, backupKeysOf(keyring), filling, progress)
  new Anchor(join(path, 'anchor'), keys).write(head)
}

/** Opens the store that `fillFolder` filled. */
export async function openFilled(
  keyring: Keyring,
  path: string,
  cacheBytesMax: number,
  place: Place = placeOf(path),
) {
  const engine = await openIn(place, {
    anchorPath: join(path, 'anchor'),
    keys: journalKeysOf(keyring),
    fatal(reason) {
      throw new Error(reason)
    },
  })
  const codec = new Codec(keyring.storeId, keyring.sealer('records'))
  const limits = { cacheBytesMax, batchItemsMax: 1, attemptsMax: 1, notedItemsMax: 1, pauseMs: 0 }
  return { engine, codec, store: new Store(engine, codec, limits) }
}

/** Who reads the journal later shall see that here it went on from a backup. */
async function recordRestore(
  reader: BackupReader,
  keyring: Keyring,
  path: string,
  place: Place,
): Promise<void> {
  const { backupId, madeAt, head } = reader.preamble
  const { store } = await openFilled(keyring, path, 1 << 20, place)
  try {
    await store.attempt(async (attempt) => {
      const { account } = keyring.header
      const facts = { backupId, madeAt: new Date(madeAt).toISOString(), head: head.seq }
      const filed = { eventId: randomUUID(), at: Date.now(), account, region: 'us-east-1' }
      attempt.record(eventRecord({ ...filed, name: 'BackupRestored', facts }))
    })
  } finally {
    await store.close()
  }
}
