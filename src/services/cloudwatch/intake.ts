/** Points into their series, which are made when they are first met. */

import { seriesIdOf } from './metric.ts'
import type { Metric, Point, Shelf } from './records.ts'
import { fault } from './service.ts'
import type { MetricStore } from './stores/metrics.ts'

/** An account's region keeps no more: a caller that puts an id into a dimension would fill the store. */
export const seriesMax = 10_000

export interface Measured {
  readonly metric: Metric
  readonly point: Point
}

export interface Taking {
  readonly at: number
  /** An id that nothing else has. */
  newId(): string
  /** Told which series have something new. */
  touched(seriesId: string): void
}

/** Adds what was measured; gives how much was left out because the account has as many metrics as it may. */
export async function takeIn(
  metrics: MetricStore,
  shelf: Shelf,
  measured: readonly Measured[],
  { at, newId, touched }: Taking,
): Promise<number> {
  const bySeries = Map.groupBy(measured, ({ metric }) => seriesIdOf(shelf, metric))
  let known: number | undefined
  let left = 0
  const recordId = newId()
  for (const [id, some] of bySeries) {
    const metric = some[0]?.metric as Metric
    if (!metrics.findSeries(shelf, metric, id)) {
      known ??= await metrics.seriesCount(shelf)
      if (known >= seriesMax) {
        left += some.length
        continue
      }
      known++
      metrics.addSeries(shelf, id, { ...metric, firstAt: at })
    }
    metrics.addPoints(
      id,
      recordId,
      some.map(({ point }) => point),
    )
    touched(id)
  }
  return left
}

/** The refusal of more. */
export const tooMany = () =>
  fault(
    'InvalidParameterValueException',
    `The account has its ${seriesMax} metrics in this region: one goes 15 days after it was measured last.`,
  )
