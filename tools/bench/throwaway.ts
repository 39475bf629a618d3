/** Stores without a house: keys that nobody keeps, a database in a folder of the benchmark's own. */
import { createSecretKey, randomBytes } from 'node:crypto'
import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { Sealer } from '../../src/lib/sealer.ts'
import { Codec } from '../../src/store/collection.ts'
import { firstLink, type JournalKeys } from '../../src/store/journal.ts'
import { openSqlite } from '../../src/store/sqlite/engine.ts'
import { createDatabase } from '../../src/store/sqlite/folder.ts'
import { Store } from '../../src/store/store.ts'

const parents = () => ({ current: 1, keys: new Map([[1, createSecretKey(randomBytes(32))]]) })

export const throwawayKeys = (): JournalKeys => ({
  ...{ storeId: 'bench', floor: 1 },
  ...{ seal: parents(), link: parents(), sign: parents() },
})

/** An engine on a new database. @param segmentBytes the engine's own, unless given */
export function throwawayEngine(folder: string, keys: JournalKeys, segmentBytes?: number) {
  mkdirSync(folder, { recursive: true })
  const databasePath = join(folder, 'store.db')
  createDatabase(databasePath, '{}', firstLink)
  const fatal = (reason: string) => {
    throw new Error(reason)
  }
  const places = { databasePath, anchorPath: join(folder, 'anchor') }
  return openSqlite({ ...places, keys, fatal, ...(segmentBytes && { segmentBytes }) })
}

export async function throwawayStore(folder: string, keys = throwawayKeys()): Promise<Store> {
  const engine = await throwawayEngine(folder, keys)
  return new Store(engine, new Codec(keys.storeId, new Sealer('records', keys.seal)))
}
