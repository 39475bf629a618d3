/**
 * One process per data folder. The lock is the operating system's, held through SQLite on an empty
 * file, so that it ends with the process however the process ends.
 */
import { DatabaseSync } from 'node:sqlite'
import { Refusal } from '../../lib/fault.ts'

const sqliteBusy = 5

/** Takes the folder's lock; the returned function gives it back. Throws Refusal if another holds it. */
export function lockFolder(lockPath: string): () => void {
  const database = new DatabaseSync(lockPath, { timeout: 0 })
  try {
    database.exec('PRAGMA locking_mode = EXCLUSIVE; PRAGMA journal_mode = MEMORY; BEGIN EXCLUSIVE')
  } catch (thrown) {
    database.close()
    if ((thrown as { errcode?: number }).errcode !== sqliteBusy) throw thrown
    throw new Refusal(
      'Another strongroom uses this data folder: stop it first, or give this one its own folder by --data.',
    )
  }
  return () => database.close()
}
