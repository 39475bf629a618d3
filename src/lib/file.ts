/**
 * Small files that are there whole or not at all, for their owner only, and on disk when the call
 * returns: their folder is synced too, or a power cut could take the name back.
 */
import { closeSync, existsSync, fsyncSync, openSync, renameSync, writeFileSync } from 'node:fs'
import { dirname } from 'node:path'

/** Writes the file, in the place of one that is there. */
export function replaceFile(path: string, text: string | Uint8Array): void {
  const draft = `${path}.new`
  withOpen(draft, 'w', (file) => {
    writeFileSync(file, text)
    fsyncSync(file)
  })
  renameSync(draft, path)
  syncFolder(dirname(path))
}

/** Writes a new file. Throws an error of code EEXIST rather than replace one. */
export function makeFile(path: string, text: string): void {
  if (existsSync(path)) throw Object.assign(new Error(`${path} exists`), { code: 'EEXIST' })
  replaceFile(path, text)
}

/** Makes what was created and renamed in a folder outlast a power cut. */
export function syncFolder(path: string): void {
  withOpen(path, 'r', fsyncSync)
}

function withOpen(path: string, flags: string, use: (file: number) => void): void {
  const file = openSync(path, flags, 0o600)
  try {
    use(file)
  } finally {
    closeSync(file)
  }
}
