/**
 * What became of alarms, those that were deleted included. A page may be short, or empty with a token,
 * when much of what was looked at did not fit.
 *
 * https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_DescribeAlarmHistory.html
 */
import { alarmArn } from './alarm.ts'
import { hereOf } from './metric.ts'
import { tokensOf } from './page.ts'
import { invalid, operation } from './service.ts'

const itemsDefault = 100
const examinedMax = 1000

export const describeAlarmHistory = operation('DescribeAlarmHistory', {
  action: 'cloudwatch:DescribeAlarmHistory',

  touches(look, { AlarmName = '*' }) {
    const shelf = hereOf(look)
    return { arn: alarmArn(shelf, AlarmName), account: shelf.account }
  },

  async run(rooms, input) {
    const { AlarmName, HistoryItemType, StartDate = 0, EndDate = Number.MAX_SAFE_INTEGER } = input
    if (input.AlarmContributorId !== undefined) {
      throw invalid('AlarmContributorId is not offered here.')
    }
    const asked = [AlarmName, HistoryItemType, StartDate, EndDate, input.ScanBy, input.AlarmTypes]
    const tokens = tokensOf(rooms, 'DescribeAlarmHistory', asked)
    const after = tokens.mustBePlace(input.NextToken, 2)
    const reverse = input.ScanBy !== 'TimestampAscending'
    const shelf = hereOf(rooms)
    const listed = await rooms.alarms.listHistory(shelf, { itemsMax: examinedMax, after, reverse })
    const fitting = listed.filter(
      ({ alarm, type, at }) =>
        (AlarmName ?? alarm) === alarm &&
        (HistoryItemType ?? type) === type &&
        at >= StartDate &&
        at <= EndDate,
    )
    const isWanted = input.AlarmTypes?.includes('MetricAlarm') ?? true
    const itemsMax = input.MaxRecords ?? itemsDefault
    const page = isWanted ? fitting.slice(0, itemsMax) : []
    const last = fitting.length > itemsMax ? page.at(-1) : listed[examinedMax - 1]
    return {
      AlarmHistoryItems: page.map(({ alarm, type, summary, text, at }) => ({
        ...{ AlarmName: alarm, AlarmType: 'MetricAlarm' as const, Timestamp: at },
        ...{ HistoryItemType: type, HistorySummary: summary, HistoryData: text },
      })),
      NextToken: tokens.print(isWanted && last ? [last.at, last.id] : undefined),
    }
  },
})
