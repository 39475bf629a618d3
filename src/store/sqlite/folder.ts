/**
 * The embedded engine's database file: looked at without changing a byte of it, and made whole or
 * not at all.
 */
import { existsSync, renameSync, rmSync, statSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { Refusal } from '../../lib/fault.ts'
import { syncFolder } from '../../lib/file.ts'
import type { Head } from '../anchor.ts'
import type { Glance } from '../glance.ts'
import { connect } from './connection.ts'
import { schema, schemaVersion } from './schema.ts'

/**
 * A glance at the database, or `undefined` if there is none yet. Throws Refusal for a file that is no
 * database of ours or is damaged. Nothing in the folder is changed.
 */
export function glanceAt(databasePath: string, anchored: number | undefined): Glance | undefined {
  if (!existsSync(databasePath)) return undefined
  const walPath = `${databasePath}-wal`
  const hadWal = existsSync(walPath)
  try {
    // A page that is not whole may be in the log alone; without a log, something was cut off.
    if (!hadWal && statSync(databasePath).size % pageBytes !== 0) throw damaged(databasePath)
    return glance(databasePath, anchored)
  } catch (thrown) {
    if (thrown instanceof Refusal) throw thrown
    throw damaged(databasePath)
  } finally {
    // A reading connection leaves an empty log and an index of it behind.
    if (!hadWal && existsSync(walPath) && statSync(walPath).size === 0) {
      rmSync(walPath)
      rmSync(`${databasePath}-shm`, { force: true })
    }
  }
}

/** What SQLite makes of its own accord. */
const pageBytes = 4096

function glance(databasePath: string, anchored: number | undefined): Glance {
  const database = new DatabaseSync(databasePath, { readOnly: true })
  try {
    const version = database.prepare('PRAGMA user_version').get() as { user_version: number }
    if (version.user_version > schemaVersion) {
      throw new Refusal(`${databasePath} was written by a newer strongroom: use that version.`)
    }
    if (!isWhole(database, statSync(databasePath).size)) {
      throw damaged(databasePath)
    }
    const row = database.prepare("SELECT body FROM meta WHERE name = 'store'").get()
    const head = database.prepare('SELECT seq, link FROM head').get() as Head | undefined
    if (!row || !head) throw damaged(databasePath)
    const entry = database.prepare('SELECT link FROM journal WHERE seq = ?').get(anchored ?? 0)
    return { header: String(row.body), head, anchoredLink: entry?.link as Uint8Array | undefined }
  } finally {
    database.close()
  }
}

/** Where the segments of a database are. */
export const journalBeside = (databasePath: string): string =>
  join(dirname(databasePath), 'journal')

/**
 * A byte that flips in an index makes a record seem absent, and no seal notices that: the whole of a
 * store that is not large is looked at. Looking at every page of more would keep a start waiting; what is
 * damaged there is met when it is read, or by `audit verify --records` and by drills.
 */
const comparedBytesMax = 128 << 20
const checkedBytesMax = 256 << 20

function isWhole(database: DatabaseSync, bytes: number): boolean {
  if (bytes > checkedBytesMax) return true
  const check = bytes > comparedBytesMax ? 'quick_check' : 'integrity_check'
  return database.prepare(`PRAGMA ${check}(1)`).get()?.[check] === 'ok'
}

export const damaged = (databasePath: string): Refusal =>
  new Refusal(
    `${databasePath} is damaged or is not a strongroom database: put back a backup, or start with another --data folder.`,
  )

/** Makes the database with its header. A crash leaves either nothing or all of it under its name. */
export function createDatabase(databasePath: string, header: string, firstLink: Uint8Array): void {
  const draft = `${databasePath}.new`
  for (const ending of ['', '-wal', '-shm']) rmSync(draft + ending, { force: true })
  const database = connect(draft)
  database.exec(`BEGIN; ${schema} PRAGMA user_version = ${schemaVersion}`)
  database.prepare("INSERT INTO meta VALUES ('store', ?)").run(header)
  database.prepare('INSERT INTO head VALUES (1, 0, ?)').run(firstLink)
  database.exec('COMMIT')
  // Said aloud: what closing does of itself keeps its errors to itself.
  database.exec('PRAGMA wal_checkpoint(TRUNCATE)')
  database.close()
  renameSync(draft, databasePath)
  syncFolder(dirname(databasePath))
}
