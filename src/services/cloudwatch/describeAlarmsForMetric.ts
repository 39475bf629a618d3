/**
 * The alarms that look at one metric; those over expressions are not among them, as on AWS.
 *
 * https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_DescribeAlarmsForMetric.html
 */
import type { DescribeAlarmsForMetricInput } from '../../contract/generated/cloudwatch.ts'
import { alarmArn, shownAlarm } from './alarm.ts'
import { hereOf, metricOf, seriesIdOf } from './metric.ts'
import type { Shelf, Watched } from './records.ts'
import { operation } from './service.ts'
import { alarmsMax } from './setting.ts'

export const describeAlarmsForMetric = operation('DescribeAlarmsForMetric', {
  action: 'cloudwatch:DescribeAlarmsForMetric',

  touches(look) {
    const shelf = hereOf(look)
    return { arn: alarmArn(shelf, '*'), account: shelf.account }
  },

  async run(rooms, input) {
    const shelf = hereOf(rooms)
    const listed = await rooms.alarms.list(shelf, { itemsMax: alarmsMax })
    const fitting = listed.filter(({ watched }) => fits(shelf, watched, input))
    return { MetricAlarms: fitting.map((record) => shownAlarm({ shelf, record })) }
  },
})

function fits(shelf: Shelf, watched: Watched, input: DescribeAlarmsForMetricInput): boolean {
  if ('queries' in watched) return false
  const { metric, statistic, percentile, period, unit } = watched
  const same = <T>(asked: T | undefined, has: T) => asked === undefined || asked === has
  return (
    seriesIdOf(shelf, metric) === seriesIdOf(shelf, metricOf(input)) &&
    same(input.Statistic, statistic) &&
    same(input.ExtendedStatistic, percentile) &&
    same(input.Period, period) &&
    same(input.Unit, unit)
  )
}
