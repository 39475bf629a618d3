/**
 * Alarms: set, evaluated, told of and acted on.
 * https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_PutMetricAlarm.html
 */
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import {
  DeleteAlarmsCommand,
  DescribeAlarmHistoryCommand,
  type DescribeAlarmHistoryCommandInput,
  DescribeAlarmsCommand,
  type DescribeAlarmsCommandInput,
  DescribeAlarmsForMetricCommand,
  DisableAlarmActionsCommand,
  EnableAlarmActionsCommand,
  ListTagsForResourceCommand,
  SetAlarmStateCommand,
  TagResourceCommand,
  UntagResourceCommand,
} from '@aws-sdk/client-cloudwatch'
import { CloudWatchLogs } from '@aws-sdk/client-cloudwatch-logs'
import { EventBridge } from '@aws-sdk/client-eventbridge'
import { CreateRoleCommand, IAMClient } from '@aws-sdk/client-iam'
import { AddPermissionCommand, CreateFunctionCommand, LambdaClient } from '@aws-sdk/client-lambda'
import { zipSync } from 'fflate'
import type { Invocation, Runners } from '../../../src/functions/function.ts'
import { until } from '../../until.ts'
import { account, alarmArn, raiseScene, refused, type Scene } from './scene.ts'

/** Functions that only note what they are given. */
const invoked: Invocation[] = []
const runners: Runners = {
  async invoke(_deployed, invocation) {
    invoked.push(invocation)
    return { payload: new Uint8Array() }
  },
  forget: async () => {},
  isolation: async () => ({ level: 'process', measures: [] }),
  close: async () => {},
}

let scene: Scene
before(async () => {
  scene = await raiseScene({ world: { runners } })
})
after(() => scene[Symbol.asyncDispose]())

const describe = (input: DescribeAlarmsCommandInput = {}) =>
  scene.root.send(new DescribeAlarmsCommand(input))
const namesOf = async (input: DescribeAlarmsCommandInput) =>
  (await describe(input)).MetricAlarms?.map(({ AlarmName }) => AlarmName)
const historyOf = async (AlarmName: string, rest: DescribeAlarmHistoryCommandInput = {}) => {
  const asked = new DescribeAlarmHistoryCommand({ AlarmName, ...rest })
  return (await scene.root.send(asked)).AlarmHistoryItems ?? []
}
const set = (AlarmName: string, StateValue: 'OK' | 'ALARM', StateReasonData?: string) =>
  scene.root.send(
    new SetAlarmStateCommand({ AlarmName, StateValue, StateReason: 'tried', StateReasonData }),
  )

test('out of bounds: what no alarm is, or is not offered', async () => {
  const put = (changes: object) => scene.alarm('wrong', changes)
  const wrong: Record<string, object> = {
    comparison: { ComparisonOperator: undefined },
    threshold: { Threshold: undefined },
    band: { ComparisonOperator: 'LessThanLowerThreshold' },
    bandId: { ThresholdMetricId: 'm1' },
    short: { Period: 10 },
    statistics: { ExtendedStatistic: 'p99' },
    points: { DatapointsToAlarm: 2 },
    day: { EvaluationPeriods: 1441 },
    missing: { TreatMissingData: 'maybe' },
    samples: { EvaluateLowSampleCountPercentile: 'ignore' },
    topic: { AlarmActions: [`arn:aws:sns:us-east-1:${account}:topic`] },
    stranger: { OKActions: ['arn:aws:lambda:us-east-1:111122223333:function:f'] },
    elsewhere: { OKActions: [`arn:aws:lambda:eu-west-1:${account}:function:f`] },
    both: { Metrics: [{ Id: 'a', Expression: 'b' }] },
    promql: { EvaluationCriteria: { PromQLCriteria: { Query: 'up' } } },
  }
  for (const [name, changes] of Object.entries(wrong)) {
    await refused(put(changes), 'ValidationException').catch((thrown) => {
      throw new Error(name, { cause: thrown })
    })
  }
  const trimmed = { Statistic: undefined, ExtendedStatistic: 'tm99' }
  await refused(put(trimmed), 'InvalidParameterValueException', /tm99 is not offered/)
  await refused(put({ EvaluationPeriods: 0 }), 'ValidationException', /evaluationPeriods/)
  assert.deepEqual(await namesOf({ AlarmNamePrefix: 'wrong' }), [])
})

test('not allowed, but for one alarm', async () => {
  await scene.alarm('mine')
  await scene.alarm('yours')
  const client = await scene.as('cloudwatch:DeleteAlarms', alarmArn('mine'))
  const both = new DeleteAlarmsCommand({ AlarmNames: ['mine', 'yours'] })
  await refused(client.send(both), 'AccessDenied', /alarm:yours/)
  assert.deepEqual(await namesOf({ AlarmNames: ['mine', 'yours'] }), ['mine', 'yours'])
  await client.send(new DeleteAlarmsCommand({ AlarmNames: ['mine'] }))
  assert.deepEqual(await namesOf({ AlarmNames: ['mine', 'yours'] }), ['yours'])
})

test('absent', async () => {
  await refused(set('absent', 'OK'), 'ResourceNotFound')
  const nobody = await scene.as('cloudwatch:DescribeAlarms')
  const command = { AlarmName: 'absent', StateValue: 'OK' as const, StateReason: '' }
  await refused(nobody.send(new SetAlarmStateCommand(command)), 'AccessDenied')
  const tags = new ListTagsForResourceCommand({ ResourceARN: alarmArn('absent') })
  await refused(scene.root.send(tags), 'ResourceNotFoundException')
  const other = new ListTagsForResourceCommand({ ResourceARN: `arn:aws:sns:us-east-1:1:t` })
  await refused(scene.root.send(other), 'InvalidParameterValueException')
  // As on AWS these do what they can.
  await scene.root.send(new DeleteAlarmsCommand({ AlarmNames: ['absent'] }))
  await scene.root.send(new EnableAlarmActionsCommand({ AlarmNames: ['absent'] }))
})

test('an alarm is described as it was set, and keeps its state when it is set anew', async () => {
  await scene.alarm('described', { AlarmDescription: 'd', TreatMissingData: 'ignore' })
  await set('described', 'ALARM', '{"a":1}')
  await refused(set('described', 'OK', 'no json'), 'InvalidFormatFault')
  const percentile = { Statistic: undefined, ExtendedStatistic: 'p99.9', Threshold: 2.5 }
  await scene.alarm('described', { ...percentile, TreatMissingData: 'ignore' })
  const [alarm] = (await describe({ AlarmNames: ['described'] })).MetricAlarms ?? []
  assert.equal(alarm?.AlarmArn, alarmArn('described'))
  assert.deepEqual(
    [alarm.StateValue, alarm.StateReason, alarm.StateReasonData, alarm.AlarmDescription],
    ['ALARM', 'tried', '{"a":1}', undefined],
  )
  assert.deepEqual(
    [alarm.ExtendedStatistic, alarm.Threshold, alarm.TreatMissingData, alarm.Dimensions],
    ['p99.9', 2.5, 'ignore', []],
  )
})

test('alarms are found by name, prefix, state, action and metric, page by page', async () => {
  const AlarmActions = [`arn:aws:lambda:us-east-1:${account}:function:found`]
  await scene.alarm('found-1', { AlarmActions })
  await scene.alarm('found-2')
  await scene.alarm('found-3')
  const AlarmNamePrefix = 'found-'
  const first = await describe({ AlarmNamePrefix, MaxRecords: 2 })
  assert.equal(first.MetricAlarms?.length, 2)
  const { NextToken } = first
  assert.deepEqual(await namesOf({ AlarmNamePrefix, MaxRecords: 2, NextToken }), ['found-3'])
  assert.deepEqual(await namesOf({ ActionPrefix: 'arn:aws:lambda' }), ['found-1'])
  assert.deepEqual(await namesOf({ AlarmNamePrefix, StateValue: 'OK' }), [])
  assert.deepEqual(await namesOf({ AlarmNames: ['found-2', 'none'] }), ['found-2'])
  assert.deepEqual(await namesOf({ AlarmTypes: ['CompositeAlarm'] }), [])
  await refused(describe({ AlarmNamePrefix, AlarmNames: ['a'] }), 'ValidationException')
  await refused(describe({ ChildrenOfAlarmName: 'a' }), 'ValidationException', /Composite/)
  await refused(describe({ NextToken: 'forged' }), 'InvalidNextToken')
  const metric = { Namespace: 'app', MetricName: 'found-2' }
  const ofMetric = (input: object) =>
    scene.root.send(new DescribeAlarmsForMetricCommand({ ...metric, ...input }))
  assert.equal((await ofMetric({})).MetricAlarms?.[0]?.AlarmName, 'found-2')
  assert.deepEqual((await ofMetric({ Statistic: 'Average' })).MetricAlarms, [])
})

test('an alarm goes off in the period that breaches, once, and its history says why', async () => {
  // What is measured here falls into one hour.
  const hour = 3_600_000
  const left = hour - (Date.now() % hour)
  if (left < 60_000) await sleep(left)
  await scene.alarm('hot', { Threshold: 10, Period: 3600 })
  await scene.measure('hot', 6)
  await sleep(150)
  assert.deepEqual(await namesOf({ AlarmNames: ['hot'], StateValue: 'ALARM' }), [])
  await scene.measure('hot', 5)
  await scene.reaches('hot', 'ALARM')
  await scene.measure('hot', 5)
  await sleep(150)
  const history = await historyOf('hot', { ScanBy: 'TimestampAscending' })
  assert.deepEqual(
    history.map(({ HistoryItemType, HistorySummary }) => [HistoryItemType, HistorySummary]),
    [
      ['ConfigurationUpdate', 'Alarm "hot" created'],
      ['StateUpdate', 'Alarm updated from INSUFFICIENT_DATA to ALARM'],
    ],
  )
  const { newState } = JSON.parse(history[1]?.HistoryData ?? '')
  assert.match(newState.stateReason, /1 out of the last 1 datapoints \[11\.0 \(/)
  const states = await historyOf('hot', { HistoryItemType: 'StateUpdate', MaxRecords: 1 })
  assert.equal(states.length, 1)
})

test('missing data, older periods, expressions', async () => {
  const minute = 60_000
  await scene.alarm('silent', { TreatMissingData: 'breaching' })
  await scene.reaches('silent', 'ALARM')
  await scene.alarm('quiet', { TreatMissingData: 'notBreaching' })
  await scene.reaches('quiet', 'OK')
  const of = { EvaluationPeriods: 3, DatapointsToAlarm: 2, Statistic: 'Average' as const }
  for (const [back, value] of [
    [3, 0],
    [2, 5],
    [1, 5],
  ] as const) {
    await scene.measure('older', value, Date.now() - back * minute)
  }
  await scene.alarm('older', of)
  await scene.reaches('older', 'ALARM')
  const stat = (Id: string, MetricName: string) => ({
    ...{ Id, ReturnData: false },
    MetricStat: { Metric: { Namespace: 'app', MetricName }, Period: 60, Stat: 'Sum' },
  })
  const single = { Namespace: undefined, MetricName: undefined, Period: undefined }
  await scene.alarm('rate', {
    ...{ ...single, Statistic: undefined, Threshold: 40 },
    Metrics: [
      stat('errors', 'errors'),
      stat('calls', 'calls'),
      { Id: 'rate', Expression: '100 * errors / calls', Label: 'rate' },
    ],
  })
  // Of this minute and of the one that may begin meanwhile: the alarm looks at one period.
  const at = Date.now()
  for (const each of [at, at + minute]) {
    await scene.measure('errors', 5, each)
    await scene.measure('calls', 10, each)
  }
  await scene.reaches('rate', 'ALARM')
})

test('a state that was set goes by the next look; the alarm goes on after a restart', async () => {
  await scene.alarm('kept')
  await scene.measure('kept', 5)
  await scene.reaches('kept', 'ALARM')
  await scene.house.restart()
  const [alarm] = (await describe({ AlarmNames: ['kept'] })).MetricAlarms ?? []
  assert.equal(alarm?.StateValue, 'ALARM')
  await set('kept', 'OK')
  await scene.measure('kept', 5)
  await scene.reaches('kept', 'ALARM')
})

test('tags', async () => {
  await scene.alarm('tagged', { Tags: [{ Key: 'a', Value: '1' }] })
  const ResourceARN = alarmArn('tagged')
  const tags = async () =>
    (await scene.root.send(new ListTagsForResourceCommand({ ResourceARN }))).Tags
  const Tags = [{ Key: 'b', Value: '2' }]
  await scene.root.send(new TagResourceCommand({ ResourceARN, Tags }))
  assert.deepEqual(await tags(), [{ Key: 'a', Value: '1' }, ...Tags])
  await scene.root.send(new UntagResourceCommand({ ResourceARN, TagKeys: ['a', 'none'] }))
  assert.deepEqual(await tags(), Tags)
  const many = Array.from({ length: 51 }, (_, at) => ({ Key: `k${at}`, Value: '' }))
  const tooMany = new TagResourceCommand({ ResourceARN, Tags: many })
  await refused(scene.root.send(tooMany), 'InvalidParameterValueException')
})

test('a change of state is an event for the rules that wait for it', async () => {
  const logs = new CloudWatchLogs(scene.house.client())
  const events = new EventBridge(scene.house.client())
  const logGroupName = '/aws/events/alarms'
  await logs.createLogGroup({ logGroupName })
  const EventPattern = JSON.stringify({
    source: ['aws.cloudwatch'],
    'detail-type': ['CloudWatch Alarm State Change'],
    detail: { alarmName: ['announced'], state: { value: ['ALARM'] } },
  })
  await events.putRule({ Name: 'alarms', EventPattern })
  const Arn = `arn:aws:logs:us-east-1:${account}:log-group:${logGroupName}`
  await events.putTargets({ Rule: 'alarms', Targets: [{ Id: 'lines', Arn }] })
  await scene.alarm('announced', { AlarmDescription: 'told', TreatMissingData: 'ignore' })
  await set('announced', 'OK')
  await set('announced', 'ALARM')
  const lines = async () => (await logs.filterLogEvents({ logGroupName })).events ?? []
  await until(async () => (await lines()).length > 0)
  const [line, ...others] = await lines()
  assert.deepEqual(others, [])
  const { resources, detail } = JSON.parse(line?.message ?? '')
  assert.deepEqual(resources, [alarmArn('announced')])
  assert.deepEqual(
    [detail.state.value, detail.previousState.value, detail.configuration.description],
    ['ALARM', 'OK', 'told'],
  )
})

test('a function is invoked where its policy lets CloudWatch; what is refused is told', async () => {
  const lambda = new LambdaClient(scene.house.client())
  const iam = new IAMClient(scene.house.client())
  const trust = {
    ...{ Effect: 'Allow', Action: 'sts:AssumeRole' },
    Principal: { Service: 'lambda.amazonaws.com' },
  }
  const AssumeRolePolicyDocument = JSON.stringify({ Version: '2012-10-17', Statement: [trust] })
  const role = new CreateRoleCommand({ RoleName: 'runs', AssumeRolePolicyDocument })
  const { Role } = await iam.send(role)
  const make = async (FunctionName: string) => {
    const ZipFile = zipSync({ 'index.mjs': Buffer.from('export const handler = () => {}') })
    const code = { Code: { ZipFile }, Handler: 'index.handler', Runtime: 'nodejs22.x' as const }
    const command = { FunctionName, Role: Role?.Arn ?? '', ...code }
    return (await lambda.send(new CreateFunctionCommand(command))).FunctionArn ?? ''
  }
  const open = await make('told')
  const closed = await make('untold')
  await lambda.send(
    new AddPermissionCommand({
      ...{ FunctionName: 'told', StatementId: 'alarms', Action: 'lambda:InvokeFunction' },
      ...{ Principal: 'lambda.alarms.cloudwatch.amazonaws.com', SourceArn: alarmArn('acts') },
    }),
  )
  await scene.alarm('acts', { AlarmActions: [open, closed], TreatMissingData: 'ignore' })
  await scene.root.send(new DisableAlarmActionsCommand({ AlarmNames: ['acts'] }))
  await set('acts', 'ALARM')
  await set('acts', 'OK')
  await scene.root.send(new EnableAlarmActionsCommand({ AlarmNames: ['acts'] }))
  await set('acts', 'ALARM')
  const actions = () => historyOf('acts', { HistoryItemType: 'Action' })
  await until(async () => (await actions()).length > 1)
  const summaries = (await actions()).map(({ HistorySummary }) => HistorySummary).toSorted()
  assert.deepEqual(summaries, [
    `Failed to execute action ${closed}`,
    `Successfully executed action ${open}`,
  ])
  await until(() => invoked.length > 0)
  assert.equal(invoked.length, 1)
  const event = JSON.parse(Buffer.from(invoked[0]?.payload ?? []).toString())
  assert.deepEqual(
    [event.source, event.alarmArn, event.accountId, event.alarmData.state.value],
    ['aws.cloudwatch', alarmArn('acts'), account, 'ALARM'],
  )
  assert.deepEqual(event.alarmData.previousState.value, 'OK')
  assert.equal(event.alarmData.configuration.metrics[0].metricStat.metric.name, 'acts')
})
