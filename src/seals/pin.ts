/**
 * The file `seal` in the data folder: how this store is opened, when it is not by root.key. It stands
 * beside the database and not in it, so that who writes the database cannot name a key of his own.
 */
import { readFileSync, rmSync, statSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { Refusal } from '../lib/fault.ts'
import { replaceFile, syncFolder } from '../lib/file.ts'
import { parseSeal, printSeal, type SealName } from './name.ts'

const othersMayWrite = 0o022

export const pinPath = (dataPath: string): string => join(dataPath, 'seal')

/** The seal that the folder remembers, `undefined` for its key file. Throws Refusal. */
export function readPin(dataPath: string): SealName | undefined {
  const path = pinPath(dataPath)
  const mode = statSync(path, { throwIfNoEntry: false })?.mode
  if (mode === undefined) return undefined
  if (mode & othersMayWrite) {
    throw new Refusal(`Others can change ${path}: run chmod 600 on it and look at what it says.`)
  }
  try {
    return parseSeal(readFileSync(path, 'utf8').trim())
  } catch {
    throw new Refusal(`${path} does not name a seal: put the right file back, or give --seal.`)
  }
}

/** Remembers a seal; on disk when it returns. */
export function writePin(dataPath: string, name: SealName): void {
  const path = pinPath(dataPath)
  if (name.kind !== 'file') replaceFile(path, `${printSeal(name)}\n`)
  else rmSync(path, { force: true })
  syncFolder(dirname(path))
}
