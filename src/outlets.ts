/** What reads the journal behind the answers, and never in their way: the look-up index. */
import { join } from 'node:path'
import { Lookup } from './audit/lookup/lookup.ts'
import type { Config } from './config.ts'
import type { Folder } from './folder.ts'
import { type Clock, dayMs, secondMs } from './lib/clock.ts'
import type { Store } from './store/store.ts'

export interface Outlets {
  readonly lookup: Lookup
  close(): Promise<void>
}

export interface OutletNeeds {
  readonly folder: Folder
  readonly config: Config
  readonly store: Store
  readonly clock: Clock
  complain(words: string): void
}

/** Begins to read; the index file stands beside the database. */
export function openOutlets({ folder, config, store, clock, complain }: OutletNeeds): Outlets {
  const lookup = new Lookup({
    source: store,
    path: join(config.dataPath, 'lookup.db'),
    keys: folder.journalKeys,
    termKey: folder.keyring.lasting('audit terms'),
    keptSeconds: (config.lookupDays * dayMs) / secondMs,
    clock,
    complain: (thrown) => complain(String(thrown)),
  })
  return { lookup, close: () => lookup.close() }
}
