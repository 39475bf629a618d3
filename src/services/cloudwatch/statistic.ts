/**
 * Statistics of a period: the five plain ones, and percentiles where the values themselves are known.
 *
 * https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/Statistics-definitions.html
 */
import type { Point } from './records.ts'
import { fault } from './service.ts'

/** A statistic's value of a point; `undefined` where it is not known. */
export type Measure = (point: Point) => number | undefined

const plain: ReadonlyMap<string, Measure> = new Map<string, Measure>([
  ['SampleCount', ({ count }) => count],
  ['Sum', ({ sum }) => sum],
  ['Average', ({ sum, count }) => sum / count],
  ['Minimum', ({ min }) => min],
  ['Maximum', ({ max }) => max],
])

const percentileForm = /^p(\d{1,2}(?:\.\d{1,10})?|100)$/

/** The measure of a statistic's name. Throws for those that AWS has and this house does not. */
export function measureOf(name: string): Measure {
  const known = plain.get(name)
  if (known) return known
  const [, percent] = percentileForm.exec(name) ?? []
  if (percent !== undefined) return (point) => percentile(point, Number(percent))
  throw fault(
    'InvalidParameterValueException',
    `The statistic ${name.slice(0, 40)} is not offered here: Average, Sum, Minimum, Maximum, SampleCount and percentiles such as p99 are.`,
  )
}

/** Of a summary it is known only where all its values are the same. */
function percentile({ values, count, min, max }: Point, percent: number): number | undefined {
  if (!values) return min === max ? min : undefined
  const sorted = values.toSorted(([a], [b]) => a - b)
  const rank = (percent / 100) * (count - 1)
  const below = valueAt(sorted, Math.floor(rank))
  const above = valueAt(sorted, Math.ceil(rank))
  return below + (above - below) * (rank - Math.floor(rank))
}

function valueAt(sorted: readonly (readonly [number, number])[], rank: number): number {
  let seen = 0
  for (const [value, count] of sorted) {
    seen += count
    if (rank < seen) return value
  }
  return sorted.at(-1)?.[0] ?? 0
}
