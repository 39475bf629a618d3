/**
 * Statistics of one metric, period by period. One point per unit that was measured in.
 *
 * https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_GetMetricStatistics.html
 */
import type { Statistic } from '../../contract/generated/cloudwatch.ts'
import { anything } from '../operation.ts'
import { hereOf, metricOf, seriesIdOf } from './metric.ts'
import { mustBePeriod, periodsOf, spanOf } from './period.ts'
import type { Point } from './records.ts'
import { fault, operation } from './service.ts'
import { measureOf } from './statistic.ts'

const pointsMax = 1440

export const getMetricStatistics = operation('GetMetricStatistics', {
  action: 'cloudwatch:GetMetricStatistics',
  touches: ({ caller }) => anything(caller.account),

  async run(rooms, input) {
    const { Period, Statistics = [], ExtendedStatistics = [], Unit, MetricName } = input
    if (Statistics.length + ExtendedStatistics.length === 0) {
      throw fault(
        'InvalidParameterCombinationException',
        'At least one of the parameters Statistics and ExtendedStatistics must be specified.',
      )
    }
    mustBePeriod(Period)
    const span = spanOf(input, Period)
    const asked = (span.to - span.from) / (Period * 1000)
    if (asked > pointsMax) {
      throw fault(
        'InvalidParameterCombinationException',
        `You have requested up to ${Math.ceil(asked)} datapoints, which exceeds the limit of ${pointsMax}. You may reduce the datapoints requested by increasing Period, or decreasing the time range.`,
      )
    }
    const id = seriesIdOf(hereOf(rooms), metricOf(input))
    const read = await rooms.metrics.readPoints(id, span.from, span.to)
    const fitting = read.filter(({ unit }) => Unit === undefined || unit === Unit)
    const points = periodsOf(fitting, Period)
    return {
      Label: MetricName,
      Datapoints: points.map((point) => shown(point, Statistics, ExtendedStatistics)),
    }
  },
})

function shown(point: Point, statistics: readonly Statistic[], extended: readonly string[]) {
  const valuesOf = (names: readonly string[]) =>
    Object.fromEntries(
      names.flatMap((name) => {
        const value = measureOf(name)(point)
        return value === undefined ? [] : [[name, value]]
      }),
    )
  return {
    ...{ Timestamp: point.at, Unit: point.unit },
    ...valuesOf(statistics),
    ...(extended.length > 0 && { ExtendedStatistics: valuesOf(extended) }),
  }
}
