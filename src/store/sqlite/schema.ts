/** The tables of the embedded engine. Every row that means something is sealed; keys are readable. */
import type { DatabaseSync } from 'node:sqlite'

export const schemaVersion = 3

export const schema = `
  CREATE TABLE meta (name TEXT PRIMARY KEY, body TEXT NOT NULL) STRICT, WITHOUT ROWID;
  CREATE TABLE head (one INTEGER PRIMARY KEY CHECK (one = 1), seq INTEGER NOT NULL, link BLOB NOT NULL) STRICT;
  CREATE TABLE records (key TEXT PRIMARY KEY, row BLOB NOT NULL) STRICT;
  CREATE TABLE feed (seq INTEGER NOT NULL, key TEXT NOT NULL, PRIMARY KEY (seq, key)) STRICT, WITHOUT ROWID;
  CREATE TABLE journal (seq INTEGER PRIMARY KEY, link BLOB NOT NULL, batch BLOB NOT NULL) STRICT;
  CREATE TABLE counters (key TEXT PRIMARY KEY, total INTEGER NOT NULL) STRICT, WITHOUT ROWID;
  CREATE TABLE stamps (key TEXT PRIMARY KEY, stamp INTEGER NOT NULL) STRICT, WITHOUT ROWID;
`

/** How many commits the feed reaches back. A reader that fell further behind drops its cache. */
export const feedTailMax = 100_000

/**
 * What each version brought, in the version's own transaction: a crash leaves the one or the other.
 * Version 2: batches of the journal are chained by their text and may leave for segments, which a
 * program of version 1 would take for a loss.
 * Version 3: a long batch is packed before it is sealed, which a program of version 2 could not read.
 */
const upgrades: Readonly<Record<number, string>> = { 1: '', 2: '' }

/** Brings a database of an older program up to this one's. */
export function upgrade(database: DatabaseSync): void {
  const { user_version } = database.prepare('PRAGMA user_version').get() as { user_version: number }
  for (let version = user_version; version < schemaVersion; version++) {
    database.exec(
      `BEGIN IMMEDIATE; ${upgrades[version]} PRAGMA user_version = ${version + 1}; COMMIT`,
    )
  }
}
