/**
 * Evaluates alarms, all on one timer: an alarm whose metric has something new at once, every alarm whose
 * metric had something lately once in each of its periods, the others seldom. What is kept in memory is
 * only when to look; states are in the store, so that alarms go on where they stood after a restart.
 *
 * https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/alarm-evaluation.html
 */

import { randomUUID } from 'node:crypto'
import type { Clock } from '../../lib/clock.ts'
import { minuteMs, secondMs } from '../../lib/clock.ts'
import type { Desk, See } from '../operation.ts'
import { alarmArn } from './alarm.ts'
import type { Fresh } from './fresh.ts'
import { seriesIdOf } from './metric.ts'
import { evaluator, type Query, readQueries } from './queries.ts'
import type { Shelf } from './records.ts'
import { AlarmReader, AlarmStore, type PlacedAlarm } from './stores/alarms.ts'
import { MetricReader } from './stores/metrics.ts'
import { changeState, queriesOf } from './transition.ts'
import { lateMax, type Verdict, verdictOn } from './verdict.ts'

type Attempt = Desk['attempt']

/** What the house lends whoever works behind the answers. */
export interface Watching {
  readonly see: See
  attempt<T>(run: (attempt: Attempt) => T | Promise<T>): Promise<T>
  readonly clock: Clock
  readonly fresh: Fresh
  complain(thrown: unknown): void
}

interface Watched {
  readonly shelf: Shelf
  readonly name: string
  readonly queries: ReadonlyMap<string, Query>
  readonly returned: Query
  readonly series: readonly string[]
  readonly configuredAt: number
  dueAt: number
}

/** Behind a period's end: what was measured in it is still on its way. */
const lagMs = 2 * secondMs
/** How often an alarm is looked at whose metric has nothing, in case somebody else wrote. */
const seldomMs = 5 * minuteMs
const alarmsPerRead = 500

export class AlarmWatch {
  readonly #house: Watching
  #watched = new Map<string, Watched>()
  #changes: number | undefined

  constructor(house: Watching) {
    this.#house = house
  }

  /** How many alarms there are. */
  get count(): number {
    return this.#watched.size
  }

  /** One look at what is due. */
  async look(): Promise<void> {
    await this.#learn()
    const fresh = this.#house.fresh.take()
    const now = this.#house.clock.now()
    for (const watched of this.#watched.values()) {
      const isNews = fresh.size > 0 && watched.series.some((id) => fresh.has(id))
      if (!isNews && watched.dueAt > now) continue
      await this.#evaluate(watched, now).catch((thrown) => this.#house.complain(thrown))
    }
  }

  /** The alarms that there are, read again when any was changed. */
  async #learn(): Promise<void> {
    const { see } = this.#house
    const changes = await see((look) => new AlarmReader(look).changes())
    if (changes === this.#changes) return
    const found = new Map<string, Watched>()
    let after: readonly string[] | undefined
    do {
      const from = after
      const page = await see((look) => new AlarmReader(look).every(from, alarmsPerRead))
      for (const { alarm } of page) {
        const arn = alarmArn(alarm.shelf, alarm.record.name)
        found.set(arn, this.#watch(arn, alarm))
      }
      after = page.length === alarmsPerRead ? page.at(-1)?.parts : undefined
    } while (after)
    this.#watched = found
    this.#changes = changes
  }

  /** One that was set anew is looked at now; one whose state was changed within a minute. */
  #watch(arn: string, { shelf, record }: PlacedAlarm): Watched {
    const { name, configuredAt } = record
    const before = this.#watched.get(arn)
    const soon = this.#house.clock.now() + minuteMs
    if (before?.configuredAt === configuredAt) {
      before.dueAt = Math.min(before.dueAt, soon)
      return before
    }
    const queries = readQueries(queriesOf(record.watched))
    const all = [...queries.values()]
    const metrics = all.flatMap(({ of }) => ('metric' in of ? [of.metric] : []))
    const returned = all.find(({ isReturned }) => isReturned) as Query
    const series = metrics.map((metric) => seriesIdOf(shelf, metric))
    return { ...{ shelf, name, queries, returned, series, configuredAt }, dueAt: 0 }
  }

  async #evaluate(watched: Watched, now: number): Promise<void> {
    const { shelf, name, queries, returned } = watched
    const { see } = this.#house
    const record = await see((look) => new AlarmReader(look).find(shelf, name))
    if (!record) return
    const periodMs = returned.period * secondMs
    const current = Math.floor(now / periodMs) * periodMs
    const StartTime = current - (record.periods + lateMax) * periodMs
    const span = { StartTime, EndTime: current + periodMs }
    const values = await see((look) =>
      evaluator(new MetricReader(look), shelf, queries, span)(returned.id),
    )
    watched.dueAt = values.size > 0 ? current + periodMs + lagMs : now + seldomMs
    const facts = { values, seconds: returned.period, now, ...growthOf(returned) }
    const verdict = verdictOn(record, facts)
    if (verdict && verdict.value !== record.state.value) await this.#change(watched, verdict)
  }

  #change({ shelf, name }: Watched, verdict: Verdict): Promise<void> {
    const at = this.#house.clock.now()
    return this.#house.attempt((attempt) => {
      const alarms = new AlarmStore(attempt)
      const record = alarms.find(shelf, name)
      if (!record || record.state.value === verdict.value) return
      changeState(alarms, shelf, record, verdict, { at, newId: randomUUID })
    })
  }
}

/** Of an expression nothing is known. */
function growthOf({ of }: Query) {
  if (!('stat' in of)) return { onlyGrows: false, statistic: undefined }
  const { Stat } = of.stat
  return { onlyGrows: ['Sum', 'Maximum', 'SampleCount'].includes(Stat), statistic: Stat }
}
