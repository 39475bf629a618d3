/** What every room stands on: the open store, its journal, the clock, what is counted, what is lent. */
import type { AuditRecord } from './audit/copies.ts'
import type { Filed } from './audit/notices.ts'
import { Tape } from './audit/tape.ts'
import type { Config } from './config.ts'
import type { Folder } from './folder.ts'
import type { AccountId } from './lib/brand.ts'
import { type Clock, secondMs, systemClock } from './lib/clock.ts'
import { type Metering, openMetering } from './metering.ts'
import { type Loans, loansOf } from './registry.ts'
import type { RotationEngine } from './rotation/engine.ts'
import type { FrontHall } from './server/front.ts'
import { doorFor, type EnterAs } from './server/inside.ts'
import type { Listening, Visitor } from './server/listen.ts'
import type { Store } from './store/store.ts'
import type { Answer } from './wire/protocol.ts'
import type { World } from './world.ts'

/** Where the house is found, and what others share of it. */
export type Door = Pick<Listening, 'url' | 'server'>

export interface Ground {
  readonly folder: Folder
  readonly config: Config
  readonly world: World
  readonly listening: Door
  readonly clock: Clock
  /** Where records of the house's own are filed, as of now. */
  filed(): Filed & { readonly account: AccountId }
  readonly store: Store
  /** The journal, for all who follow it. */
  readonly tape: Tape
  readonly metering: Metering
  readonly loans: Loans
  /** Calls as an AWS service of the house's own, once the corridor stands. */
  readonly enterAs: EnterAs
  complain(thrown: unknown): void
  /** What stands later than those who are lent a call of it. */
  readonly later: Later
}

export interface Later {
  page?(path: string, visitor: Visitor): Promise<Answer | undefined>
  hall?: FrontHall
  engine?: RotationEngine
}

/** Opens what nothing else has to stand for. */
export function layGround(
  folder: Folder,
  store: Store,
  config: Config,
  world: World,
  listening: Door,
): Ground {
  const { account, region, regions } = config
  const clock = world.clock ?? systemClock
  const metering = openMetering(config, world.complain)
  const { meter } = metering
  store.onBatch((items, milliseconds) => meter.committed(items, milliseconds / secondMs))
  store.onJournal(({ records }) => metering.recorded(records as readonly AuditRecord[]))
  const tape = new Tape(store, folder.journalKeys)
  const later: Later = {}
  const wake = () => later.engine?.wake()
  return {
    ...{ folder, config, world, listening, clock, store, tape, metering, later },
    filed: () => ({ at: clock.now(), account, region }),
    loans: loansOf(folder.keyring, regions, world, wake),
    enterAs: doorFor(() => {
      if (!later.hall) throw new Error('the corridor does not stand yet')
      return later.hall
    }),
    complain: (thrown) => world.complain(String(thrown)),
  }
}
