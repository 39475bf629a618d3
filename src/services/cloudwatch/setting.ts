/** How an alarm is set, read from a call: what is not offered or does not hold together is refused. */
import type { PutMetricAlarmInput, StateValue } from '../../contract/generated/cloudwatch.ts'
import { metricOf } from './metric.ts'
import { mustBePeriod } from './period.ts'
import { readQueries } from './queries.ts'
import type { AlarmRecord, Watched } from './records.ts'
import { invalid } from './service.ts'
import { measureOf } from './statistic.ts'
import { comparisons } from './verdict.ts'

/** An account's region has no more. */
export const alarmsMax = 1000

type Setting = Omit<AlarmRecord, 'name' | 'tags' | 'configuredAt' | 'state'>

/** Ours have no upper bound of their own: what is looked at must stay within a week, or a day of short periods. */
const daySeconds = 86_400
const longSeconds = 7 * daySeconds
const missingWays = new Set(['breaching', 'notBreaching', 'ignore', 'missing'])

export function readSetting(input: PutMetricAlarmInput): Setting {
  const { ComparisonOperator: comparison, Threshold: threshold } = input
  if (input.EvaluationCriteria || input.EvaluationInterval !== undefined) {
    throw invalid('EvaluationCriteria and EvaluationInterval are not offered here.')
  }
  if (input.ThresholdMetricId !== undefined) throw invalid(noBands)
  if (comparison === undefined) throw missing('ComparisonOperator')
  if (!comparisons.has(comparison)) throw invalid(noBands)
  if (threshold === undefined) throw missing('Threshold')
  const { watched, seconds } = readWatched(input)
  return {
    description: input.AlarmDescription,
    ...{ watched, comparison, threshold, ...readWindow(input, seconds) },
    missing: readMissing(input.TreatMissingData),
    lowSamples: readLowSamples(input.EvaluateLowSampleCountPercentile),
    actionsEnabled: input.ActionsEnabled ?? true,
    actions: readActions(input),
  }
}

const noBands = 'Anomaly detection is not offered here: an alarm compares with a Threshold.'
const missing = (name: string) => invalid(`The parameter ${name} is required.`)

function readWatched(input: PutMetricAlarmInput): { watched: Watched; seconds: number } {
  const { Metrics, MetricName, Namespace, Dimensions, Period, Unit } = input
  const { Statistic: statistic, ExtendedStatistic: percentile } = input
  if (Metrics) {
    if (MetricName ?? Namespace ?? Dimensions ?? Period ?? Unit ?? statistic ?? percentile) {
      throw invalid('Metrics cannot be given together with the members of a single metric.')
    }
    const returned = [...readQueries(Metrics).values()].filter(({ isReturned }) => isReturned)
    if (returned.length !== 1) throw invalid('Exactly one of Metrics must return data.')
    return { watched: { queries: Metrics }, seconds: returned[0]?.period ?? 60 }
  }
  if (Namespace === undefined) throw missing('Namespace')
  if (MetricName === undefined) throw missing('MetricName')
  if (Period === undefined) throw missing('Period')
  if ((statistic === undefined) === (percentile === undefined)) {
    throw invalid('Exactly one of Statistic and ExtendedStatistic must be given.')
  }
  mustBePeriod(Period)
  measureOf(statistic ?? percentile ?? '')
  const metric = metricOf({ Namespace, MetricName, Dimensions })
  return { watched: { metric, statistic, percentile, period: Period, unit: Unit }, seconds: Period }
}

function readWindow(input: PutMetricAlarmInput, seconds: number) {
  const { EvaluationPeriods: periods, DatapointsToAlarm: breaching } = input
  if (periods === undefined) throw missing('EvaluationPeriods')
  if ((breaching ?? periods) > periods) {
    throw invalid('DatapointsToAlarm must not be greater than EvaluationPeriods.')
  }
  if (periods * seconds > (seconds >= 3600 ? longSeconds : daySeconds)) {
    throw invalid(
      'EvaluationPeriods times Period must be at most a day, or seven with periods of an hour or more.',
    )
  }
  return { periods, breaching }
}

function readMissing(text: string | undefined): string | undefined {
  if (text === undefined || missingWays.has(text)) return text
  throw invalid(`TreatMissingData must be one of ${[...missingWays].join(', ')}.`)
}

/** All our percentiles are evaluated: the other way is refused. */
function readLowSamples(text: string | undefined): string | undefined {
  if (text === undefined || text === 'evaluate') return text
  throw invalid('EvaluateLowSampleCountPercentile is not offered here but as evaluate.')
}

const readActions = (input: PutMetricAlarmInput): Record<StateValue, readonly string[]> => ({
  OK: input.OKActions ?? [],
  ALARM: input.AlarmActions ?? [],
  INSUFFICIENT_DATA: input.InsufficientDataActions ?? [],
})
