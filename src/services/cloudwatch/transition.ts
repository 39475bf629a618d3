/**
 * An alarm's change of state: its record, its history, the event for EventBridge's rules and the actions
 * that it asks for, in one commit. Actions are taken later, at least once.
 *
 * https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/cloudwatch-and-eventbridge.html
 */
import type { MetricDataQuery } from '../../contract/generated/cloudwatch.ts'
import { alarmArn } from './alarm.ts'
import type { AlarmRecord, AlarmState, Shelf, Watched } from './records.ts'
import type { AlarmStore } from './stores/alarms.ts'
import type { Verdict } from './verdict.ts'

export interface Change extends Pick<Verdict, 'value' | 'reason'> {
  readonly data?: string | undefined
}

export interface Moment {
  readonly at: number
  /** An id that nothing else has. */
  newId(): string
}

/** Puts the alarm into this state. An unchanged value tells nobody: only its reason is kept. */
export function changeState(
  alarms: AlarmStore,
  shelf: Shelf,
  before: AlarmRecord,
  { value, reason, data }: Change,
  { at, newId }: Moment,
): void {
  const isOther = before.state.value !== value
  const changedAt = isOther ? at : before.state.changedAt
  const after = { ...before, state: { value, reason, data, updatedAt: at, changedAt } }
  alarms.put(shelf, after, false)
  if (!isOther) return
  alarms.addHistory(shelf, at, newId(), {
    alarm: before.name,
    type: 'StateUpdate',
    summary: `Alarm updated from ${before.state.value} to ${value}`,
    text: JSON.stringify({
      version: '1.0',
      oldState: historic(before.state),
      newState: historic(after.state),
    }),
  })
  alarms.announce(shelf, { at, arn: alarmArn(shelf, before.name), detail: detailOf(before, after) })
  if (!before.actionsEnabled) return
  for (const actionArn of before.actions[value]) {
    const payload = JSON.stringify(payloadOf(shelf, before, after, at))
    const arn = alarmArn(shelf, before.name)
    alarms.addAction(at, newId(), { shelf, alarm: before.name, alarmArn: arn, actionArn, payload })
  }
}

const historic = ({ value, reason, data }: AlarmState) => ({
  stateValue: value,
  stateReason: reason,
  stateReasonData: data === undefined ? undefined : jsonOr(data),
})

/** A caller of SetAlarmState gives what it likes. */
function jsonOr(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return text
  }
}

const toldState = ({ value, reason, data, updatedAt }: AlarmState) => ({
  value,
  reason,
  reasonData: data,
  timestamp: new Date(updatedAt).toISOString().replace('Z', '+0000'),
})

const detailOf = (before: AlarmRecord, after: AlarmRecord) => ({
  alarmName: after.name,
  state: toldState(after.state),
  previousState: toldState(before.state),
  configuration: {
    description: after.description,
    metrics: queriesOf(after.watched).map(toldQuery),
  },
})

/** What a function gets. */
const payloadOf = (shelf: Shelf, before: AlarmRecord, after: AlarmRecord, at: number) => ({
  source: 'aws.cloudwatch',
  alarmArn: alarmArn(shelf, after.name),
  accountId: shelf.account,
  time: new Date(at).toISOString().replace('Z', '+0000'),
  region: shelf.region,
  alarmData: detailOf(before, after),
})

/** What an alarm looks at, as queries: one of them is returned. */
export function queriesOf(watched: Watched): readonly MetricDataQuery[] {
  if ('queries' in watched) return watched.queries
  const { metric, statistic, percentile, period, unit } = watched
  const { namespace, name, dimensions } = metric
  const Metric = { Namespace: namespace, MetricName: name, Dimensions: dimensions }
  const Stat = statistic ?? percentile ?? ''
  return [{ Id: 'm1', MetricStat: { Metric, Period: period, Stat, Unit: unit }, ReturnData: true }]
}

function toldQuery({ Id, MetricStat, Expression, Label, ReturnData = true }: MetricDataQuery) {
  const { Metric, Period, Stat, Unit } = MetricStat ?? {}
  const dimensions = Object.fromEntries(
    (Metric?.Dimensions ?? []).map(({ Name, Value }) => [Name, Value]),
  )
  return {
    ...{ id: Id, expression: Expression, label: Label, returnData: ReturnData },
    ...(Metric && {
      metricStat: {
        metric: { namespace: Metric.Namespace, name: Metric.MetricName, dimensions },
        ...{ period: Period, stat: Stat, unit: Unit },
      },
    }),
  }
}
