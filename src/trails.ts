/**
 * Deliveries of trails: for each trail that logs, its account's records into the folder that stands
 * for its bucket. Looked at every second; a trail that was changed is delivered anew from where it was.
 */
import { createHash } from 'node:crypto'
import type { BookmarkHome } from './audit/exporters/bookmark.ts'
import type { Exporter, Progress } from './audit/exporters/sink.ts'
import { type Delivery, openDelivery } from './audit/files/delivery.ts'
import { digestSigner } from './audit/files/digest-keys.ts'
import type { Tape } from './audit/tape.ts'
import type { Config } from './config.ts'
import type { Folder } from './folder.ts'
import { type Clock, secondMs } from './lib/clock.ts'
import type { DeliveryState, PlacedTrail } from './services/cloudtrail/records.ts'
import { takes } from './services/cloudtrail/selectors.ts'
import { TrailReader } from './services/cloudtrail/store.ts'
import { arnOf } from './services/cloudtrail/trail.ts'
import { type Lease, unlessLost } from './store/lease.ts'
import type { Store } from './store/store.ts'

export interface TrailNeeds {
  readonly folder: Folder
  readonly config: Config
  readonly store: Store
  readonly tape: Tape
  readonly clock: Clock
  readonly lease: Lease
  homeOf(name: string): BookmarkHome
  complain(words: string): void
}

interface Running {
  readonly delivery: Delivery
  /** The trail as it was when this delivery began. */
  readonly told: string
}

const lookEveryMilliseconds = secondMs
const stoppingMilliseconds = 5 * secondMs

export class TrailDeliveries implements Exporter {
  readonly name = 'trails'
  readonly #needs: TrailNeeds
  readonly #running = new Map<string, Running>()
  #looking: Promise<void> = Promise.resolve()
  #timer: NodeJS.Timeout | undefined

  constructor(needs: TrailNeeds) {
    this.#needs = needs
    const look = () => {
      this.#looking = this.#looking
        .then(() => this.#look())
        .catch((thrown) => needs.complain(`trails wait: ${thrown}`))
    }
    look()
    this.#timer = setInterval(look, lookEveryMilliseconds)
    this.#timer.unref()
  }

  /** Of the one that is furthest behind. */
  get progress(): Progress {
    const all = [...this.#running.values()].map(({ delivery }) => delivery.progress)
    return {
      behind: Math.max(0, ...all.map(({ behind }) => behind)),
      failing: all.some(({ failing }) => failing),
    }
  }

  stateOf(arn: string): DeliveryState | undefined {
    const delivery = this.#running.get(arn)?.delivery
    return delivery && { ...delivery.delivered, isFailing: delivery.progress.failing }
  }

  async close(): Promise<void> {
    clearInterval(this.#timer)
    await this.#looking
    for (const { delivery } of this.#running.values()) await delivery.close()
    this.#running.clear()
  }

  async #look(): Promise<void> {
    const all = await this.#needs.store.see((look) => new TrailReader(look).listAll())
    const logging = new Map(
      all
        .filter(({ record }) => record.logging.isOn)
        .map((trail) => [arnOf(trail.shelf, trail.record.name) as string, trail]),
    )
    for (const [arn, { delivery, told }] of this.#running) {
      const trail = logging.get(arn)
      if (trail && told === JSON.stringify(trail)) continue
      // What was recorded while it logged belongs to it.
      await delivery.caughtUp(stoppingMilliseconds)
      await delivery.close()
      this.#running.delete(arn)
    }
    for (const [arn, trail] of logging) {
      if (!this.#running.has(arn)) await this.#start(arn, trail)
    }
  }

  async #start(arn: string, trail: PlacedTrail): Promise<void> {
    const { config, store, tape, folder, clock, lease, homeOf, complain } = this.#needs
    const { record, shelf } = trail
    const bucketFolder = config.exports.buckets.get(record.bucket)
    // The operator may take a bucket away from a trail that has it.
    if (bucketFolder === undefined) return
    const { bucket, prefix, name } = record
    const delivery = await openDelivery({
      name: arn,
      to: { folder: bucketFolder, bucket, prefix, trail: name, homeRegion: shelf.region },
      source: tape,
      keys: folder.journalKeys,
      clock,
      ...{ lease, home: homeOf(bookmarkOf(arn)) },
      from: record.logging.from ?? 0,
      everyMs: config.exports.filesEverySeconds * secondMs,
      takes: (event) => takes(trail, event),
      ...(record.validates && { signer: () => digestSigner(store, clock) }),
      complain: unlessLost((thrown) => complain(`audit records for ${arn} wait: ${thrown}`)),
    })
    this.#running.set(arn, { delivery, told: JSON.stringify(trail) })
  }
}

/** Names of trails are clear in the store's keys, but there is no need to show them in a folder. */
export const bookmarkOf = (arn: string): string =>
  `trail-${createHash('sha256').update(arn).digest('hex').slice(0, 32)}`
