/**
 * Values of many metrics, and of arithmetic over them. A page ends where MaxDatapoints is reached.
 *
 * https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_GetMetricData.html
 */
import { minuteMs } from '../../lib/clock.ts'
import { anything } from '../operation.ts'
import { hereOf } from './metric.ts'
import { tokensOf } from './page.ts'
import { evaluator, readQueries } from './queries.ts'
import { Results } from './results.ts'
import { invalid, operation } from './service.ts'

const pointsMax = 100_800
/** What one call may have read, in minutes of all its metrics together. */
const minutesMax = 2_000_000

export const getMetricData = operation('GetMetricData', {
  action: 'cloudwatch:GetMetricData',
  touches: ({ caller }) => anything(caller.account),

  async run(rooms, input) {
    const { MetricDataQueries, StartTime, EndTime, ScanBy, MaxDatapoints = pointsMax } = input
    const queries = readQueries(MetricDataQueries)
    if (StartTime >= EndTime) throw invalid('StartTime must be less than EndTime.')
    if (queries.size * ((EndTime - StartTime) / minuteMs) > minutesMax) {
      throw invalid('Too many metrics over too long a time: ask for fewer, or for less.')
    }
    const tokens = tokensOf(rooms, 'GetMetricData', [MetricDataQueries, StartTime, EndTime, ScanBy])
    const [start = 0] = (tokens.mustBePlace(input.NextToken, 1) ?? []) as number[]
    const valuesOf = evaluator(rooms.metrics, hereOf(rooms), queries, { StartTime, EndTime })
    const isAscending = ScanBy === 'TimestampAscending'
    const page = new Results(start, Math.min(Math.max(1, MaxDatapoints), pointsMax))
    const results = []
    for (const query of queries.values()) {
      if (query.isReturned) results.push(page.take(query, await valuesOf(query.id), isAscending))
    }
    return {
      MetricDataResults: results,
      Messages: [],
      NextToken: tokens.print(page.isCut ? [page.end] : undefined),
    }
  },
})
