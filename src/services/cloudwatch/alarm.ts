/** An alarm as operations see it: found by name, shown, and what it may be asked to do. */
import type { MetricAlarm } from '../../contract/generated/cloudwatch.ts'
import { formatArn, parseArn, partitionOf } from '../../lib/arn.ts'
import type { Arn } from '../../lib/brand.ts'
import { Absent, type Subject } from '../operation.ts'
import { hereOf, shownMetric } from './metric.ts'
import type { AlarmRecord, Shelf, Watched } from './records.ts'
import { fault, invalid, type Look } from './service.ts'
import { tagContext } from './tags.ts'

export interface Alarm extends Subject {
  readonly shelf: Shelf
  readonly record: AlarmRecord
}

export const alarmType = 'AWS::CloudWatch::Alarm'

export const alarmArn = ({ account, region }: Shelf, name: string): Arn =>
  formatArn({
    ...{ partition: partitionOf(region), service: 'cloudwatch', region, account },
    resource: `alarm:${name}`,
  })

/** What a name stands for in a decision, whether there is such an alarm or not. */
export function subjectOf(look: Look, name: string): Alarm | Subject {
  const shelf = hereOf(look)
  mustBeName(name)
  const record = look.alarms.find(shelf, name)
  const subject = { arn: alarmArn(shelf, name), account: shelf.account, type: alarmType }
  return record ? { ...subject, shelf, record, context: tagContext(record.tags) } : subject
}

/** The alarm of that name, or its absence. */
export function findAlarm(look: Look, name: string): Alarm | Absent {
  const subject = subjectOf(look, name)
  if (isAlarm(subject)) return subject
  const { arn, account } = subject
  return new Absent({ arn, account, shown: arn }, fault('ResourceNotFound', `${name} not found`))
}

export const isAlarm = (subject: Subject): subject is Alarm => 'record' in subject

/** Throws for a name that no key can hold. */
export function mustBeName(name: string): void {
  if (/\p{Cc}/u.test(name)) throw invalid('An alarm name must not hold control characters.')
}

/** Every alarm that a call names and that is there. Throws the refusal of the first it may not have. */
export function eachOf(
  look: Look & { readonly refusal: (action: string, subject: Subject) => Error | undefined },
  action: string,
  names: readonly string[],
): Alarm[] {
  const found: Alarm[] = []
  for (const name of new Set(names)) {
    const subject = subjectOf(look, name)
    const refusal = look.refusal(action, subject)
    if (refusal) throw refusal
    if (isAlarm(subject)) found.push(subject)
  }
  return found
}

/** As descriptions show it. */
export function shownAlarm({ shelf, record }: Pick<Alarm, 'shelf' | 'record'>): MetricAlarm {
  const { state, actions } = record
  return {
    AlarmName: record.name,
    AlarmArn: alarmArn(shelf, record.name),
    AlarmDescription: record.description,
    AlarmConfigurationUpdatedTimestamp: record.configuredAt,
    ActionsEnabled: record.actionsEnabled,
    OKActions: actions.OK,
    AlarmActions: actions.ALARM,
    InsufficientDataActions: actions.INSUFFICIENT_DATA,
    StateValue: state.value,
    StateReason: state.reason,
    StateReasonData: state.data,
    StateUpdatedTimestamp: state.updatedAt,
    StateTransitionedTimestamp: state.changedAt,
    ...shownWatched(record.watched),
    EvaluationPeriods: record.periods,
    DatapointsToAlarm: record.breaching,
    Threshold: record.threshold,
    ComparisonOperator: record.comparison,
    TreatMissingData: record.missing,
    EvaluateLowSampleCountPercentile: record.lowSamples,
  }
}

function shownWatched(watched: Watched): Partial<MetricAlarm> {
  if ('queries' in watched) return { Dimensions: [], Metrics: watched.queries }
  const { metric, statistic, percentile, period, unit } = watched
  return {
    ...shownMetric(metric),
    Statistic: statistic,
    ExtendedStatistic: percentile,
    Period: period,
    Unit: unit,
  }
}

const functionForm = /^function:[\w-]+(?::[\w$-]+)?$/

/** Throws for an action that nobody here would take: it would be a promise that is not kept. */
export function mustBeAction({ account, region }: Shelf, arn: string): void {
  const parts = parseArn(arn)
  const isFunction = parts?.service === 'lambda' && functionForm.test(parts.resource)
  if (isFunction && parts.account === account && parts.region === region) return
  throw invalid(
    `The action ${arn.slice(0, 200)} is not offered here: functions of this account and region are, and EventBridge rules for "CloudWatch Alarm State Change".`,
  )
}
