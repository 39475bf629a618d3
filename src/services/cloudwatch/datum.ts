/**
 * What PutMetricData brings, as a point.
 *
 * https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_MetricDatum.html
 */
import type { MetricDatum, StandardUnit } from '../../contract/generated/cloudwatch.ts'
import { dayMs, hourMs } from '../../lib/clock.ts'
import { bounded, tally } from './point.ts'
import type { Point } from './records.ts'
import { fault } from './service.ts'
import { minuteOf } from './stores/metrics.ts'

const oldestMs = 14 * dayMs
const newestMs = 2 * hourMs
const valuesMax = 150
const magnitudeMax = 2 ** 360

/** Throws for what AWS refuses. @param where the datum's place, `MetricData.member.1` */
export function pointOf(datum: MetricDatum, where: string, now: number): Point {
  const { Timestamp: at = now, Unit: unit = 'None', StorageResolution: resolution = 60 } = datum
  if (at < now - oldestMs || at > now + newestMs) {
    const bound = at < now ? 'no more than two weeks in the past' : 'within two hours in the future'
    throw wrong(`The parameter ${where}.Timestamp must specify a time ${bound}.`)
  }
  if (resolution !== 60) {
    throw wrong(`${where}.StorageResolution is not offered here: metrics are kept by the minute.`)
  }
  const point = { at: minuteOf(at), unit, ...measuredIn(datum, where) }
  const numbers = [point.sum, point.min, point.max]
  if (numbers.every((number) => Math.abs(number) <= magnitudeMax)) return point
  throw wrong(`A value of ${where} is out of range.`)
}

/** A point of the house's own, of these values at this instant. */
export const measured = (at: number, unit: StandardUnit, values: readonly number[]): Point => ({
  at: minuteOf(at),
  unit,
  ...summary(values.map((value) => [value, 1])),
})

/** A point of so many trials, of which so many held: its sum counts them, its average is their share. */
export const pointOfTrials = (
  at: number,
  unit: StandardUnit,
  trials: number,
  held: number,
): Point => {
  const values: readonly (readonly [number, number])[] = [
    [1, held],
    [0, trials - held],
  ]
  return { at: minuteOf(at), unit, ...summary(values.filter(([, count]) => count > 0)) }
}

function measuredIn(datum: MetricDatum, where: string) {
  const { Value, Values, Counts, StatisticValues } = datum
  const given = [Value, Values, StatisticValues].filter((each) => each !== undefined)
  if (given.length !== 1) {
    throw fault(
      'InvalidParameterCombinationException',
      `${where} must have exactly one of Value, Values and StatisticValues.`,
    )
  }
  if (Value !== undefined) return summary([[Value, 1]])
  if (StatisticValues) return summaryOf(StatisticValues, where)
  const values = Values ?? []
  const counts = Counts ?? values.map(() => 1)
  const isWhole = values.length === counts.length && values.length > 0
  if (!isWhole || values.length > valuesMax || counts.some((count) => count <= 0)) {
    throw wrong(`${where} must have from 1 to ${valuesMax} Values, and a positive count for each.`)
  }
  return summary(values.map((value, index) => [value, counts[index] ?? 1]))
}

function summary(values: readonly (readonly [number, number])[]) {
  const each = values.map(([value]) => value)
  return {
    count: values.reduce((sum, [, count]) => sum + count, 0),
    sum: values.reduce((sum, [value, count]) => sum + value * count, 0),
    min: Math.min(...each),
    max: Math.max(...each),
    values: bounded(tally(values)),
  }
}

type Set = NonNullable<MetricDatum['StatisticValues']>

function summaryOf({ SampleCount, Sum, Minimum, Maximum }: Set, where: string) {
  if (SampleCount <= 0 || Minimum > Maximum) {
    throw wrong(`${where}.StatisticValues contradict each other.`)
  }
  return { count: SampleCount, sum: Sum, min: Minimum, max: Maximum }
}

const wrong = (words: string) => fault('InvalidParameterValueException', words)
