/**
 * What reads the journal behind the answers, and never in their way: the look-up index, and the
 * exporters that send or deliver records elsewhere.
 */
import { join } from 'node:path'
import { otlp } from './audit/exporters/otlp.ts'
import type { Exporter, Progress, Sink } from './audit/exporters/sink.ts'
import { openStream } from './audit/exporters/stream.ts'
import { Syslog } from './audit/exporters/syslog.ts'
import { webhook } from './audit/exporters/webhook.ts'
import { openDelivery } from './audit/files/delivery.ts'
import { digestSigner } from './audit/files/digest-keys.ts'
import { Lookup } from './audit/lookup/lookup.ts'
import { openAuditGroup } from './audit-group.ts'
import type { Config } from './config.ts'
import type { Folder } from './folder.ts'
import { type Clock, dayMs, secondMs } from './lib/clock.ts'
import type { DeliveryState } from './services/cloudtrail/records.ts'
import type { Measure } from './services/logs/index.ts'
import type { Store } from './store/store.ts'
import { TrailDeliveries } from './trails.ts'

export interface Outlets {
  readonly lookup: Lookup
  /** How a trail's delivery does; `undefined` if it delivers nothing. */
  deliveryOf(trailArn: string): DeliveryState | undefined
  /** How each exporter does, by its name. */
  progress(): Readonly<Record<string, Progress>>
  close(): Promise<void>
}

export interface OutletNeeds {
  readonly folder: Folder
  readonly config: Config
  readonly store: Store
  readonly clock: Clock
  /** Adds what metric filters found to their metrics. */
  readonly measure: Measure
  complain(words: string): void
}

/** Begins to read. The index and the exporters' positions stand beside the database. */
export async function openOutlets(needs: OutletNeeds): Promise<Outlets> {
  const lookup = lookupOf(needs)
  const trails = new TrailDeliveries(needs)
  const group = await openAuditGroup({ ...needs, dataPath: needs.config.dataPath })
  const exporters = [...(await exportersOf(needs)), ...(trails.isWanted ? [trails] : [])]
  return {
    lookup,
    deliveryOf: (arn) => trails.stateOf(arn),
    progress: () => Object.fromEntries(exporters.map(({ name, progress }) => [name, progress])),
    async close() {
      await Promise.all([...exporters, group].map((each) => each.close()))
      await lookup.close()
    },
  }
}

const lookupOf = ({ folder, config, store, clock, complain }: OutletNeeds): Lookup =>
  new Lookup({
    source: store,
    path: join(config.dataPath, 'lookup.db'),
    keys: folder.journalKeys,
    termKey: folder.keyring.lasting('audit terms'),
    keptSeconds: (config.lookupDays * dayMs) / secondMs,
    clock,
    complain: (thrown) => complain(`the look-up index lags: ${thrown}`),
  })

function exportersOf(needs: OutletNeeds): Promise<Exporter[]> {
  const { exports } = needs.config
  const sinks: readonly (readonly [name: string, sink: Sink | undefined])[] = [
    ['webhook', exports.webhook && webhook(exports.webhook, needs.clock)],
    ['syslog', exports.syslog && new Syslog(exports.syslog)],
    ['otlp', exports.otlp && otlp(exports.otlp)],
  ]
  const streams = sinks.flatMap(([name, sink]) => (sink ? [streamOf(needs, name, sink)] : []))
  return Promise.all([...streams, ...(exports.files ? [filesOf(needs, exports.files)] : [])])
}

const whatAll = ({ folder, config, store, complain }: OutletNeeds, name: string) => ({
  name,
  source: store,
  keys: folder.journalKeys,
  path: join(config.dataPath, 'exporters', `${name}.json`),
  complain: (thrown: unknown) => complain(`audit records for ${name} wait: ${thrown}`),
})

const streamOf = (needs: OutletNeeds, name: string, sink: Sink): Promise<Exporter> =>
  openStream({ ...whatAll(needs, name), sink })

/** Everybody's records, for the operator. */
function filesOf(
  needs: OutletNeeds,
  { folder, bucket }: { readonly folder: string; readonly bucket: string },
): Promise<Exporter> {
  const { config, store, clock } = needs
  return openDelivery({
    ...whatAll(needs, 'files'),
    to: { folder, bucket, trail: 'strongroom', homeRegion: config.region },
    clock,
    from: 0,
    everyMs: config.exports.filesEverySeconds * secondMs,
    takes: () => true,
    signer: () => digestSigner(store, clock),
  })
}
