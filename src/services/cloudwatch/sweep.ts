/**
 * What time leaves to be cleared away: points older than fifteen days, metrics without any, what became
 * of alarms a month ago; and the many records of an hour that is over become one. A bounded part of it
 * each time: where it stopped, it goes on.
 *
 * https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/cloudwatch_concepts.html
 */

import { randomUUID } from 'node:crypto'
import { dayMs, hourMs } from '../../lib/clock.ts'
import { runEach } from '../../lib/errands.ts'
import type { See } from '../../store/attempt.ts'
import type { Desk } from '../operation.ts'
import { AlarmReader, AlarmStore } from './stores/alarms.ts'
import { hourOf, MetricReader, MetricStore, type Series } from './stores/metrics.ts'

type Attempt = Desk['attempt']

/** What the house lends the sweeper. */
export interface Sweeping {
  readonly see: See
  attempt<T>(run: (attempt: Attempt) => T | Promise<T>): Promise<T>
}

/** How long points are kept. */
export const keptMs = 15 * dayMs
const historyMs = 30 * dayMs
const seriesPerRound = 200
const recordsPerAttempt = 200
const historyPerRound = 500

/** Sweeps a part each time it is called. */
export class MetricSweeper {
  readonly #house: Sweeping
  #after: readonly string[] | undefined
  #historyAfter: readonly string[] | undefined

  constructor(house: Sweeping) {
    this.#house = house
  }

  async sweep(at: number): Promise<void> {
    const page = await this.#house.see((look) =>
      new MetricReader(look).everySeries(this.#after, seriesPerRound),
    )
    this.#after = page.length === seriesPerRound ? page.at(-1)?.parts : undefined
    await runEach(page, ({ series }) => this.#tidy(series, at))
    await this.#sweepHistory(at)
  }

  #tidy(series: Series, at: number): Promise<boolean> {
    return this.#house.attempt(async (attempt) => {
      const metrics = new MetricStore(attempt)
      const oldest = await metrics.listRecords(series.id, recordsPerAttempt)
      const gone = oldest.filter(({ parts }) => Number(parts[1]) < hourOf(at - keptMs))
      for (const { parts } of gone) metrics.removeRecord(parts)
      const isEmpty = gone.length === oldest.length && oldest.length < recordsPerAttempt
      if (isEmpty && series.record.firstAt < at - hourMs) {
        // Whoever measures at this moment puts the series anew: one of the two attempts loses.
        const { shelf, record, id } = series
        if (metrics.findSeries(shelf, record, id)) metrics.removeSeries(series)
        return true
      }
      return (await unite(metrics, series, at)) || gone.length > 0
    })
  }

  async #sweepHistory(at: number): Promise<void> {
    const page = await this.#house.see((look) =>
      new AlarmReader(look).everyHistory(this.#historyAfter, historyPerRound),
    )
    this.#historyAfter = page.length === historyPerRound ? page.at(-1)?.parts : undefined
    const old = page.filter(({ parts }) => Number(parts[2]) < at - historyMs)
    if (old.length === 0) return
    await this.#house.attempt((attempt) => {
      const alarms = new AlarmStore(attempt)
      for (const { parts } of old) alarms.forgetHistory(parts)
    })
  }
}

/** The hour before the last one, and the two before it, in case a round was missed. */
const hoursBack = [2, 3, 4]

async function unite(metrics: MetricStore, { id }: Series, at: number): Promise<boolean> {
  let isDone = false
  for (const back of hoursBack) {
    const records = await metrics.listHour(id, hourOf(at) - back, recordsPerAttempt)
    if (records.length < 2) continue
    const points = records.flatMap(({ record }) => record.points)
    for (const { parts } of records) metrics.removeRecord(parts)
    metrics.addPoints(id, randomUUID(), points)
    isDone = true
  }
  return isDone
}
