/**
 * The thread that makes and drills backups, so that no answer waits for one. One task, then it ends.
 * It is lent the store keys as they are open here; a backup's own header says which of them it needs.
 */
import { readdirSync, statfsSync, statSync } from 'node:fs'
import { dirname, join } from 'node:path'
import type { MessagePort } from 'node:worker_threads'
import { parentPort, workerData } from 'node:worker_threads'
import type { DrillReport } from './backup/report.ts'
import { type Progress, type Wish, writeBackup } from './backup/write.ts'
import { drill } from './drill.ts'
import { journalKeysOf } from './folder.ts'
import { parseHeader, type StoreKeys } from './keyring/header.ts'
import { Keyring } from './keyring/keyring.ts'
import { Refusal } from './lib/fault.ts'
import { backupKeysOf } from './restore.ts'
import { type Place, wholeIn } from './store/place.ts'
import { journalBeside } from './store/sqlite/folder.ts'

/** What the house lends. */
interface Lent {
  readonly storeId: string
  readonly storeKeys: StoreKeys
}

export type Task =
  | {
      readonly kind: 'create'
      readonly place: Place
      /** As it was opened by its seal. */
      readonly header: string
      readonly wish: Wish
    }
  | { readonly kind: 'drill'; readonly file: string; readonly scratchPath: string }

export type CopyistTask = Lent & Task

export type CopyistMessage =
  | { readonly kind: 'progress'; readonly done: number; readonly of: number }
  | { readonly kind: 'created'; readonly bytes: number }
  | { readonly kind: 'drilled'; readonly report: DrillReport }
  | { readonly kind: 'refused'; readonly words: string }

const tellEveryMs = 200

async function work(port: MessagePort, task: CopyistTask): Promise<void> {
  try {
    port.postMessage(await done(port, task))
  } catch (thrown) {
    port.postMessage({ kind: 'refused', words: wordsOf(thrown) })
  }
}

async function done(port: MessagePort, task: CopyistTask): Promise<CopyistMessage> {
  const open = async (header: string) => keyringOf(task, header)
  if (task.kind === 'drill') return { kind: 'drilled', report: await drill({ ...task, open }) }
  if (task.place.kind === 'sqlite') mustHaveRoom(task.place.databasePath, task.wish.path)
  const keysOf = (header: string) => journalKeysOf(keyringOf(task, header))
  const whole = await wholeIn(task.place, keysOf)
  try {
    mustBeOpen(whole.header, task.header)
    const keys = backupKeysOf(keyringOf(task, whole.header))
    return { kind: 'created', bytes: await writeBackup(whole, keys, task.wish, teller(port)) }
  } finally {
    await whole.close()
  }
}

/**
 * The seal opened the header in memory. One that is damaged on the disk would go into the backup as it
 * is, and nobody would come by its keys.
 */
function mustBeOpen(found: string, opened: string): void {
  if (JSON.stringify(parseHeader(found)) === opened) return
  throw new Refusal('The header in the store is not the one that was opened: run doctor.')
}

/** The keys of a header, among those that are open here. */
function keyringOf({ storeId, storeKeys }: Lent, text: string): Keyring {
  const header = parseHeader(text)
  if (header?.storeId !== storeId) throw new Refusal("The header is not this store's.")
  if (header.keys.some(({ id }) => !storeKeys.has(id))) {
    throw new Refusal('The store keys were changed meanwhile: try again.')
  }
  return new Keyring(header, storeKeys)
}

/** A backup must not be what fills the disk on which the store writes. */
function mustHaveRoom(databasePath: string, path: string): void {
  // Segments are compressed like what stands in a backup.
  const needed = bytesIn([databasePath, `${databasePath}-wal`, journalBeside(databasePath)])
  const { bavail, bsize } = statfsSync(dirname(path))
  const free = bavail * bsize
  if (free > needed + spareBytes) return
  throw new Refusal(
    `${dirname(path)} has no room for a backup: ${free >> 20} MiB are free, up to ${(needed + spareBytes) >> 20} may be needed.`,
  )
}

const spareBytes = 64 << 20

/** Of files, and of the files in a folder. */
function bytesIn(paths: readonly string[]): number {
  const sizes = paths.map((path) => {
    const found = statSync(path, { throwIfNoEntry: false })
    if (!found?.isDirectory()) return found?.size ?? 0
    return bytesIn(readdirSync(path).map((name) => join(path, name)))
  })
  return sizes.reduce((sum, size) => sum + size, 0)
}

function teller(port: MessagePort): Progress {
  let toldAt = 0
  return (done, of) => {
    if (done < of && Date.now() - toldAt < tellEveryMs) return
    toldAt = Date.now()
    port.postMessage({ kind: 'progress', done, of })
  }
}

function wordsOf(thrown: unknown): string {
  if (thrown instanceof Refusal) return thrown.message
  const { code, message } = thrown as NodeJS.ErrnoException
  return `The backup could not be made (${code ?? message}).`
}

if (parentPort) await work(parentPort, workerData as CopyistTask)
