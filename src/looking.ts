/**
 * A look into a data folder by whoever holds its seal: read-only and without its lock, beside a house that
 * serves or where none does. What is looked at is the files; the house is asked nothing.
 */
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { journalKeysOf, refusalOf } from './folder.ts'
import { parseHeader } from './keyring/header.ts'
import { Keyring } from './keyring/keyring.ts'
import { Refusal } from './lib/fault.ts'
import { openBy } from './seals/opening.ts'
import { chooseSeal, type SealSources, sealNamed } from './seals/sources.ts'
import type { JournalKeys } from './store/journal.ts'
import { journalBeside } from './store/sqlite/engine.ts'
import { Evidence } from './store/sqlite/evidence.ts'
import { damaged } from './store/sqlite/folder.ts'

export interface Sight {
  readonly databasePath: string
  readonly anchorPath: string
  readonly journalPath: string
  readonly keys: JournalKeys
}

/** Opens the keys of a folder's store. Throws Refusal. */
export async function lookInto(path: string, sources: SealSources = {}): Promise<Sight> {
  const databasePath = join(path, 'store.db')
  if (!existsSync(databasePath)) throw new Refusal(`There is no store in ${path}.`)
  try {
    const seal = sealNamed(path, chooseSeal(path, sources), sources)
    const { header, storeKeys } = await openBy(seal, headerIn(databasePath))
    return {
      databasePath,
      anchorPath: join(path, 'anchor'),
      journalPath: journalBeside(databasePath),
      keys: journalKeysOf(new Keyring(header, storeKeys, Date.now())),
    }
  } catch (thrown) {
    throw refusalOf(path, thrown)
  }
}

function headerIn(databasePath: string) {
  const evidence = new Evidence(databasePath)
  try {
    const header = parseHeader(evidence.header())
    if (header) return header
    throw damaged(databasePath)
  } finally {
    evidence.close()
  }
}
