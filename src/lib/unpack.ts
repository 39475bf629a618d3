/**
 * An archive as files. Every path was checked and the folder is fresh, so that nothing is followed and
 * nothing written over; a file that is there already is an error all the same.
 */
import { mkdir, open } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { type ArchiveLimits, archiveLimits, listArchive, readEntry } from './archive.ts'

/** Files are read-only; those that were executable are so for everybody. */
const fileMode = 0o444
const executableMode = 0o555
const folderMode = 0o755

/** Unpacks a zip into an empty folder of ours. Throws ArchiveError. */
export async function unpack(
  zip: Uint8Array,
  folder: string,
  limits: ArchiveLimits = archiveLimits,
): Promise<void> {
  const made = new Set(['.'])
  for (const entry of listArchive(zip, limits)) {
    await makeFolder(folder, entry.isFolder ? entry.path : dirname(entry.path), made)
    if (entry.isFolder) continue
    const mode = entry.isExecutable ? executableMode : fileMode
    const file = await open(join(folder, entry.path), 'wx', mode)
    try {
      await file.writeFile(readEntry(zip, entry))
    } finally {
      await file.close()
    }
  }
}

async function makeFolder(root: string, path: string, made: Set<string>): Promise<void> {
  if (made.has(path)) return
  await makeFolder(root, dirname(path), made)
  await mkdir(join(root, path), { mode: folderMode })
  made.add(path)
}
