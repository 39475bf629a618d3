/**
 * From a backup to a data folder. It is made beside its name and renamed when it is whole, so that a
 * restore that is refused or cut off has changed nothing.
 */
import { type KeyObject, randomUUID } from 'node:crypto'
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { printEvent } from './audit/record.ts'
import { BackupReader } from './backup/read.ts'
import { unpack } from './backup/unpack.ts'
import type { Progress } from './backup/write.ts'
import { journalKeysOf, refusalOf } from './folder.ts'
import { parseHeader, unwrapKeys } from './keyring/header.ts'
import { Keyring } from './keyring/keyring.ts'
import { Refusal } from './lib/fault.ts'
import { makeFile, syncFolder } from './lib/file.ts'
import { readRootKey } from './seals/key-file.ts'
import { Codec } from './store/collection.ts'
import { Journal } from './store/journal.ts'
import { Anchor } from './store/sqlite/anchor.ts'
import { openSqlite } from './store/sqlite/engine.ts'
import { fillWhole } from './store/sqlite/whole.ts'
import { Store } from './store/store.ts'
import type { Position } from './store/whole.ts'

/** Where the seal is that a backup was made under. */
export interface Seal {
  /** The keys of a store with this header. Throws Refusal if they are not under this seal. */
  open(header: string): Keyring
  /** Lays down in a new folder what a start there needs. */
  keep(folderPath: string): void
}

/** The root key in a file. It goes with the new folder, so that this starts by itself. */
export function sealOfFile(path: string): Seal {
  const root = readRootKey(path)
  if (!root) throw new Refusal(`There is no root key in ${path}: name its file by --root-key.`)
  return {
    open: (header) => openWith(root, header),
    keep: (folderPath) => makeFile(join(folderPath, 'root.key'), readFileSync(path, 'latin1')),
  }
}

function openWith(root: KeyObject, header: string): Keyring {
  const parsed = parseHeader(header)
  const opened = parsed && unwrapKeys(root, parsed)
  if (opened) return new Keyring(parsed, opened.storeKeys)
  throw new Refusal(
    'The backup was made under another root key than this one, or is damaged at its beginning: name the right one by --root-key.',
  )
}

export interface RestoreWish {
  readonly file: string
  readonly dataPath: string
  readonly seal: Seal
}

/** Makes the folder; gives the head that it stands at. Throws Refusal, and then there is no folder. */
export async function restore(wish: RestoreWish, progress?: Progress): Promise<Position> {
  const { file, dataPath, seal } = wish
  const reader = new BackupReader(file)
  const draft = `${dataPath}.restoring`
  try {
    const keyring = seal.open(reader.preamble.header)
    mustBeFree(dataPath)
    rmSync(draft, { recursive: true, force: true })
    mkdirSync(draft, { recursive: true, mode: 0o700 })
    await fillFolder(reader, keyring, draft, progress)
    seal.keep(draft)
    await recordRestore(reader, keyring, draft)
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

/** The database and its anchor, without a seal: what a drill looks at. */
export async function fillFolder(
  reader: BackupReader,
  keyring: Keyring,
  path: string,
  progress?: Progress,
): Promise<void> {
  const { header, head } = reader.preamble
  const keys = journalKeysOf(keyring)
  const filling = fillWhole(join(path, 'store.db'), header, head)
  const opening = { sealer: keyring.sealer('backup'), journal: new Journal(keys) }
  await unpack(reader, opening, filling, progress)
  new Anchor(join(path, 'anchor'), keys).write(head)
}

/** Opens the store in a folder that `fillFolder` made. */
export async function openFilled(keyring: Keyring, path: string, cacheBytesMax: number) {
  const engine = await openSqlite({
    databasePath: join(path, 'store.db'),
    anchorPath: join(path, 'anchor'),
    keys: journalKeysOf(keyring),
    fatal(reason) {
      throw new Error(reason)
    },
  })
  const codec = new Codec(keyring.storeId, keyring.sealer('records'))
  const limits = { cacheBytesMax, batchItemsMax: 1, attemptsMax: 1, notedItemsMax: 1 }
  return { engine, codec, store: new Store(engine, codec, limits) }
}

/** Who reads the journal later shall see that here it went on from a backup. */
async function recordRestore(reader: BackupReader, keyring: Keyring, path: string): Promise<void> {
  const { backupId, madeAt, head } = reader.preamble
  const { store } = await openFilled(keyring, path, 1 << 20)
  try {
    await store.attempt(async (attempt) => {
      const { account } = keyring.header
      const facts = { backupId, madeAt: new Date(madeAt).toISOString(), head: head.seq }
      const filed = { eventId: randomUUID(), at: Date.now(), account, region: 'us-east-1' }
      attempt.record(printEvent({ ...filed, name: 'BackupRestored', facts }))
    })
  } finally {
    await store.close()
  }
}
