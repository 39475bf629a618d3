/** What the rooms of the house tell of themselves when metrics are read. */
import type { Alarming } from './alarming.ts'
import type { Backups } from './backups.ts'
import type { Detecting } from './detecting.ts'
import type { DiskWatch } from './doctor/watch.ts'
import type { Events } from './eventing.ts'
import type { Clock } from './lib/clock.ts'
import { secondMs } from './lib/clock.ts'
import { versionOf } from './lib/place.ts'
import { storeSources } from './metering.ts'
import type { Source } from './metrics/meter.ts'
import type { Outlets } from './outlets.ts'
import type { Store } from './store/store.ts'

interface Rooms {
  readonly store: Store
  readonly clock: Clock
  readonly disk: DiskWatch
  readonly outlets: Outlets
  readonly events: Pick<Events, 'progress'>
  readonly detecting: Detecting
  readonly backups: Backups
  readonly alarming: Alarming
  /** The kind of seal that the store was opened with. */
  readonly seal: string
}

/** All of them. */
export function sourcesOf(rooms: Rooms): readonly Source[] {
  const version = versionOf()
  return [
    ...storeSources(rooms.store),
    ...followerSources(rooms),
    ...keptSources(rooms),
    {
      ...{ name: 'strongroom_info', help: 'What runs, and how its store is sealed.' },
      labelNames: ['version', 'node', 'seal'],
      read: () => [
        { labels: { version, node: process.versions.node, seal: rooms.seal }, value: 1 },
      ],
    },
  ]
}

/** Who reads the journal behind the answers: how far each is. */
function followerSources({ outlets, events, detecting, store }: Rooms): Source[] {
  const all = () => ({
    ...outlets.progress(),
    'lookup-index': { behind: outlets.lookup.lag, failing: false },
    events: events.progress(),
    ...(detecting.runner && { detections: detecting.runner.progress }),
  })
  const read = (value: (progress: { behind: number; failing: boolean }) => number) => () =>
    Object.entries(all()).map(([exporter, progress]) => ({
      ...{ labels: { exporter }, value: value(progress) },
    }))
  return [
    {
      ...{ name: 'strongroom_audit_lag_batches', labelNames: ['exporter'] },
      help: 'Batches of the audit that an exporter has not taken.',
      read: read(({ behind }) => behind),
    },
    {
      ...{ name: 'strongroom_audit_exporter_failing', labelNames: ['exporter'] },
      help: '1 while what an exporter tries fails.',
      read: read(({ failing }) => Number(failing)),
    },
    {
      ...{ name: 'strongroom_audit_batches_total', isTotal: true },
      help: 'Batches of the audit since the store was made.',
      read: () => [{ value: store.position }],
    },
  ]
}

/** What is on disk, and what is there if it goes. */
function keptSources({ disk, backups, alarming, clock }: Rooms): Source[] {
  const since = (at: number | undefined) =>
    at === undefined ? [] : [{ value: Math.max(0, (clock.now() - at) / secondMs) }]
  return [
    {
      ...{ name: 'strongroom_disk_free_bytes', help: 'Space that is left where the data lie.' },
      read: () => [{ value: disk.room().freeBytes }],
    },
    {
      ...{ name: 'strongroom_disk_size_bytes', help: 'The whole space where the data lie.' },
      read: () => [{ value: disk.room().wholeBytes }],
    },
    {
      ...{ name: 'strongroom_backup_age_seconds' },
      help: 'Since the newest backup that was drilled without doubt; absent where there is none.',
      read: () => since(backups.ports.standing()?.goodAt),
    },
    {
      ...{ name: 'strongroom_backup_drill_age_seconds' },
      help: 'Since the last drill of a backup.',
      read: () => since(backups.ports.standing()?.report?.drilledAt),
    },
    {
      ...{ name: 'strongroom_backup_failing', help: '1 while the last backup is no good one.' },
      read: () => [{ value: Number(backups.ports.standing()?.failure !== undefined) }],
    },
    {
      ...{ name: 'strongroom_alarms', help: 'Alarms of CloudWatch that are evaluated.' },
      read: () => [{ value: alarming.count() }],
    },
  ]
}
