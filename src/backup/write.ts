/**
 * A whole store into one file: beside its name first, synced, and renamed when it is complete, so that
 * a file of that name is a complete one. For its owner only.
 *
 * preamble | (number (4) | length (4) | sealed chunk)... | last link (32)
 */
import { closeSync, fsyncSync, openSync, renameSync, rmSync, writeSync } from 'node:fs'
import { dirname } from 'node:path'
import { syncFolder } from '../lib/file.ts'
import type { Sealer } from '../lib/sealer.ts'
import type { Journal } from '../store/journal.ts'
import type { Whole } from '../store/whole.ts'
import { Chain } from './chain.ts'
import { printPart } from './part.ts'
import { printPreamble } from './preamble.ts'

export interface Wish {
  readonly path: string
  readonly backupId: string
  readonly madeAt: number
}

/** What seals and opens a backup: both derive from the keys in the header that stands in it. */
export interface BackupKeys {
  readonly sealer: Sealer
  readonly journal: Journal
}

/** Rows done, of how many. */
export type Progress = (done: number, of: number) => void

export const chunkHeadBytes = 8

/** Writes the backup; on disk under its name when it resolves, and gives its size in bytes. */
export async function writeBackup(
  whole: Whole,
  keys: BackupKeys,
  { path, ...about }: Wish,
  progress: Progress = () => {},
): Promise<number> {
  const draft = `${path}.new`
  const preamble = printPreamble({ ...about, header: whole.header, head: whole.head })
  try {
    const bytes = await intoFile(draft, (file) =>
      writeChunks(file, preamble, whole, keys, progress),
    )
    renameSync(draft, path)
    syncFolder(dirname(path))
    return bytes
  } catch (thrown) {
    rmSync(draft, { force: true })
    throw thrown
  }
}

/** A new file, synced before it is closed. */
async function intoFile(path: string, write: (file: number) => Promise<number>): Promise<number> {
  rmSync(path, { force: true })
  const file = openSync(path, 'wx', 0o600)
  try {
    const bytes = await write(file)
    fsyncSync(file)
    return bytes
  } finally {
    closeSync(file)
  }
}

async function writeChunks(
  file: number,
  preamble: Buffer,
  whole: Whole,
  keys: BackupKeys,
  progress: Progress,
): Promise<number> {
  const chain = new Chain(preamble)
  let bytes = writeWhole(file, preamble)
  const add = (plain: Buffer) => {
    const head = Buffer.alloc(chunkHeadBytes)
    head.writeUInt32BE(chain.next, 0)
    const sealed = chain.seal(keys.sealer, plain)
    head.writeUInt32BE(sealed.length, 4)
    bytes += writeWhole(file, head) + writeWhole(file, sealed)
  }
  const { counts } = whole
  const of = Object.values(counts).reduce((sum, count) => sum + count, 0)
  let done = 0
  for await (const part of whole.parts()) {
    add(printPart(part, keys.journal))
    done += part.rows.length
    progress(done, of)
  }
  add(printPart({ kind: 'end', counts }, keys.journal))
  return bytes + writeWhole(file, chain.link)
}

/** A write may take less than it was given. */
function writeWhole(file: number, bytes: Uint8Array): number {
  for (let at = 0; at < bytes.length; ) at += writeSync(file, bytes, at)
  return bytes.length
}
