/** Who keeps the store's keys while it is served: what the rooms lend each other for it. */
import { randomUUID } from 'node:crypto'
import type { Filed } from './audit/notices.ts'
import { eventRecord } from './audit/record.ts'
import type { Config } from './config.ts'
import { resealConnection } from './events/reseal.ts'
import type { Connections } from './events/secrets.ts'
import { connectionsName } from './events/store.ts'
import type { Folder } from './folder.ts'
import type { Loans } from './registry.ts'
import { Custody } from './seals/custody.ts'
import { type ResealInside, Resealing } from './seals/resealing.ts'
import { resealAccessKey } from './services/iam/reseal.ts'
import { Materials } from './services/kms/material.ts'
import { resealMaterial } from './services/kms/reseal.ts'
import type { Attempt } from './store/attempt.ts'
import type { Store } from './store/store.ts'
import type { World } from './world.ts'

export interface CustodyNeeds {
  readonly folder: Folder
  readonly config: Config
  readonly store: Store
  readonly loans: Loans
  readonly connections: Connections
  /** Throws Refusal where another node shares the store. */
  mustBeAlone(attempt: Attempt): Promise<void>
  /** Runs while no process beside this one holds keys. */
  withoutOthers(run: () => Promise<void>): Promise<void>
  filed(): Filed
  readonly world: World
}

export function openCustody(needs: CustodyNeeds): Custody {
  const { folder, config, store, loans, connections, filed, world } = needs
  const { mustBeAlone, withoutOthers } = needs
  const { complain, stage } = world
  const { keyring, journalKeys, seal, opened } = folder
  const materials = new Materials(loans.keyPorts)
  // Whoever seals something inside a record adds its collection here, or a rotation leaves it behind.
  const inside = new Map<string, ResealInside>([
    ['access-keys', (attempt, parts) => resealAccessKey(attempt, loans.secrets, parts)],
    [connectionsName, (attempt, parts) => resealConnection(attempt, connections, parts)],
    ['kms-materials', (attempt, parts) => resealMaterial(attempt, materials, parts)],
  ])
  const resealing = new Resealing({
    store,
    keys: keyring.parents('records'),
    inside,
    complain,
    stage,
  })
  return new Custody(
    {
      ...{ store, keyring, journalKeys, resealing, mustBeAlone, withoutOthers, complain, stage },
      dataPath: config.dataPath,
      sources: config.seal,
      actRecord: (name, facts) => eventRecord({ ...filed(), eventId: randomUUID(), name, facts }),
    },
    seal,
    opened,
  )
}
