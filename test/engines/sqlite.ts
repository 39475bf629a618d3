/** A sqlite engine in a folder of its own, for the suites that run on every engine. */
import { createSecretKey, randomBytes } from 'node:crypto'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Anchor } from '../../src/store/anchor.ts'
import type { Engine } from '../../src/store/engine.ts'
import type { JournalKeys } from '../../src/store/journal.ts'
import { firstLink } from '../../src/store/journal.ts'
import { openSqlite, type SqliteOptions } from '../../src/store/sqlite/engine.ts'
import { createDatabase } from '../../src/store/sqlite/folder.ts'

export interface Bench {
  readonly name: string
  readonly keys: JournalKeys
  readonly folder: string
  /** Opens the same store again, as a restart would. */
  open(options?: Partial<SqliteOptions>): Promise<Engine>
  /** The number of the commit that was anchored last, for who holds these keys. */
  anchored(keys: JournalKeys): number | undefined
  remove(): void | Promise<void>
}

const parents = () => ({ current: 1, keys: new Map([[1, createSecretKey(randomBytes(32))]]) })

export const benchKeys = (): JournalKeys => ({
  storeId: 'bench',
  seal: parents(),
  link: parents(),
  sign: parents(),
  floor: 1,
})

/** @param segmentBytes how much of the journal the database keeps */
export function sqliteBench(segmentBytes = 16 << 20): Bench {
  const folder = mkdtempSync(join(tmpdir(), 'strongroom-engine-'))
  const databasePath = join(folder, 'store.db')
  const keys = benchKeys()
  createDatabase(databasePath, '{}', firstLink)
  const fatal = (reason: string) => {
    throw new Error(reason)
  }
  const all = { databasePath, anchorPath: join(folder, 'anchor'), keys, segmentBytes, fatal }
  return {
    name: 'sqlite',
    keys,
    folder,
    open: (options) => openSqlite({ ...all, ...options }),
    anchored: (of) => new Anchor(join(folder, 'anchor'), of).read()?.seq,
    remove: () => rmSync(folder, { recursive: true, force: true }),
  }
}
