/**
 * What reads the journal behind the answers, and never in their way: the look-up index, and the
 * exporters that send or deliver records elsewhere. The index is each node's own; of nodes that share
 * a store one runs an exporter, and another goes on where it ended.
 */
import { join } from 'node:path'
import {
  type BookmarkHome,
  homeInFile,
  homeInStore,
  peekBookmark,
} from './audit/exporters/bookmark.ts'
import { otlp } from './audit/exporters/otlp.ts'
import type { Exporter, Progress, Sink } from './audit/exporters/sink.ts'
import { openStream } from './audit/exporters/stream.ts'
import { Syslog } from './audit/exporters/syslog.ts'
import { webhook } from './audit/exporters/webhook.ts'
import { openDelivery } from './audit/files/delivery.ts'
import { digestSigner } from './audit/files/digest-keys.ts'
import { Lookup } from './audit/lookup/lookup.ts'
import type { Tape } from './audit/tape.ts'
import { openAuditGroup } from './audit-group.ts'
import type { Config } from './config.ts'
import type { Duties } from './duties.ts'
import type { Folder } from './folder.ts'
import { type Clock, dayMs, secondMs } from './lib/clock.ts'
import type { DeliveryState } from './services/cloudtrail/records.ts'
import type { Measure } from './services/logs/index.ts'
import { type Lease, unlessLost } from './store/lease.ts'
import type { Store } from './store/store.ts'
import { bookmarkOf, TrailDeliveries } from './trails.ts'

export interface Outlets {
  readonly lookup: Lookup
  /** How a trail's delivery does; `undefined` if it delivers nothing. */
  deliveryOf(trailArn: string): Promise<DeliveryState | undefined>
  /** How each exporter does that runs here, by its name. */
  progress(): Readonly<Record<string, Progress>>
  close(): Promise<void>
}

export interface OutletNeeds {
  readonly folder: Folder
  readonly config: Config
  readonly store: Store
  readonly tape: Tape
  readonly duties: Duties
  readonly clock: Clock
  /** Adds what metric filters found to their metrics. */
  readonly measure: Measure
  complain(words: string): void
}

/** Opens one of them, for as long as its lease is held. */
type Open = (under: Under) => Promise<Exporter> | Exporter

interface Under {
  readonly lease: Lease
  /** Where a position of this name is kept. */
  homeOf(name: string): BookmarkHome
}

/** Begins to read. */
export async function openOutlets(needs: OutletNeeds): Promise<Outlets> {
  const { duties, store } = needs
  const lookup = lookupOf(needs)
  const running = new Map<string, Exporter>()
  for (const [name, open] of exportersOf(needs)) {
    await duties.take(name, async (lease) => {
      const exporter = await open({ lease, homeOf: homesOf(needs, lease) })
      if (name !== unseen) running.set(name, exporter)
      return {
        async close() {
          running.delete(name)
          await exporter.close()
        },
      }
    })
  }
  return {
    lookup,
    async deliveryOf(arn) {
      const trails = running.get('trails')
      if (trails instanceof TrailDeliveries) return trails.stateOf(arn)
      // Another node delivers it.
      const known = await store.see((look) => peekBookmark(look, bookmarkOf(arn)))
      return known && { ...(known.rest as DeliveryState), isFailing: false }
    },
    progress: () =>
      Object.fromEntries([...running].map(([name, { progress }]) => [name, progress])),
    close: () => lookup.close(),
  }
}

const homesOf =
  ({ folder, config, store }: OutletNeeds, lease: Lease): Under['homeOf'] =>
  (name) =>
    folder.place.kind === 'sqlite'
      ? homeInFile(join(config.dataPath, 'exporters', `${name}.json`))
      : homeInStore(store, name, lease)

const lookupOf = ({ folder, config, store, tape, clock, complain }: OutletNeeds): Lookup =>
  new Lookup({
    source: tape,
    batches: (seqs) => store.batches(seqs),
    path: join(config.dataPath, 'lookup.db'),
    keys: folder.journalKeys,
    termKey: folder.keyring.lasting('audit terms'),
    keptSeconds: (config.lookupDays * dayMs) / secondMs,
    clock,
    complain: (thrown) => complain(`the look-up index lags: ${thrown}`),
  })

/** The one that every house runs, asked or not. */
const unseen = 'log-group'

function exportersOf(needs: OutletNeeds): readonly (readonly [name: string, open: Open])[] {
  const { exports } = needs.config
  const { webhook: hook, syslog: log, otlp: collector, files } = exports
  const sinks: readonly (readonly [name: string, make: (() => Sink) | undefined])[] = [
    ['webhook', hook && (() => webhook(hook, needs.clock))],
    ['syslog', log && (() => new Syslog(log))],
    ['otlp', collector && (() => otlp(collector))],
  ]
  return [
    ...sinks.flatMap(([name, make]) => (make ? [streamOf(needs, name, make)] : [])),
    ...(files ? [['files', (under: Under) => filesOf(needs, under, files)] as const] : []),
    // Without a bucket there can be no trail.
    ...(exports.buckets.size > 0
      ? [['trails', (under: Under) => new TrailDeliveries({ ...needs, ...under })] as const]
      : []),
    [unseen, ({ lease, homeOf }) => openAuditGroup({ ...needs, lease, home: homeOf(unseen) })],
  ]
}

const whatAll = (
  { folder, tape, complain }: OutletNeeds,
  { lease, homeOf }: Under,
  name: string,
) => ({
  ...{ name, lease },
  source: tape,
  keys: folder.journalKeys,
  home: homeOf(name),
  complain: unlessLost((thrown) => complain(`audit records for ${name} wait: ${thrown}`)),
})

const streamOf = (needs: OutletNeeds, name: string, make: () => Sink) =>
  [name, (under: Under) => openStream({ ...whatAll(needs, under, name), sink: make() })] as const

/** Everybody's records, for the operator. */
function filesOf(
  needs: OutletNeeds,
  under: Under,
  { folder, bucket }: { readonly folder: string; readonly bucket: string },
): Promise<Exporter> {
  const { config, store, clock } = needs
  return openDelivery({
    ...whatAll(needs, under, 'files'),
    to: { folder, bucket, trail: 'strongroom', homeRegion: config.region },
    clock,
    from: 0,
    everyMs: config.exports.filesEverySeconds * secondMs,
    takes: () => true,
    signer: () => digestSigner(store, clock),
  })
}
