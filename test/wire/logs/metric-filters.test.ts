/**
 * Metric filters: set, described, and what they measure over lines, over what is recorded, and into alarms.
 * https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_PutMetricFilter.html
 */
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import {
  CloudWatchClient,
  DescribeAlarmsCommand,
  GetMetricStatisticsCommand,
  ListMetricsCommand,
  PutMetricAlarmCommand,
} from '@aws-sdk/client-cloudwatch'
import {
  CreateLogGroupCommand,
  DeleteLogGroupCommand,
  DeleteMetricFilterCommand,
  DescribeLogGroupsCommand,
  DescribeMetricFiltersCommand,
  type DescribeMetricFiltersCommandInput,
  FilterLogEventsCommand,
  type MetricTransformation,
  PutMetricFilterCommand,
} from '@aws-sdk/client-cloudwatch-logs'
import { ListSecretsCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager'
import { until } from '../../until.ts'
import { raiseScene, refused, type Scene } from './scene.ts'

const now = Date.now()
const wholeSecond = () => Math.floor(Date.now() / 1000)
let scene: Scene
before(async () => {
  scene = await raiseScene({ world: { alarmsEveryMs: 50 } })
})
after(() => scene[Symbol.asyncDispose]())

const cloudwatch = () => new CloudWatchClient(scene.house.client())
const put = (
  logGroupName: string,
  filterName: string,
  filterPattern: string,
  changes: Partial<MetricTransformation> = {},
) => {
  const names = { metricName: filterName, metricNamespace: 'filtered', metricValue: '1' }
  const metricTransformations = [{ ...names, ...changes }]
  const input = { logGroupName, filterName, filterPattern, metricTransformations }
  return scene.root.send(new PutMetricFilterCommand(input))
}
const describe = (input: DescribeMetricFiltersCommandInput = {}) =>
  scene.root.send(new DescribeMetricFiltersCommand(input))
const sumOf = async (MetricName: string, Dimensions: { Name: string; Value: string }[] = []) => {
  const { Datapoints = [] } = await cloudwatch().send(
    new GetMetricStatisticsCommand({
      ...{ Namespace: 'filtered', MetricName, Dimensions, Period: 3600, Statistics: ['Sum'] },
      StartTime: new Date(now - 3_600_000),
      EndTime: new Date(Date.now() + 60_000),
    }),
  )
  return Datapoints.reduce((sum, { Sum = 0 }) => sum + Sum, 0)
}
const becomes = async (state: string, AlarmNames: string[]) => {
  await until(async () => {
    const { MetricAlarms } = await cloudwatch().send(new DescribeAlarmsCommand({ AlarmNames }))
    return MetricAlarms?.every(({ StateValue }) => StateValue === state)
  })
}
const alarm = (AlarmName: string) =>
  cloudwatch().send(
    new PutMetricAlarmCommand({
      ...{ AlarmName, MetricName: AlarmName, Namespace: 'filtered', Statistic: 'Sum' },
      // A day: what happened a few minutes ago is not over.
      ...{ EvaluationPeriods: 1, Period: 86_400, Threshold: 1 },
      ...{ ComparisonOperator: 'GreaterThanOrEqualToThreshold', TreatMissingData: 'notBreaching' },
    }),
  )

test('out of bounds: patterns, values and dimensions that no filter has', async () => {
  const group = await scene.group()
  const wrong: readonly (readonly [string, Partial<MetricTransformation>])[] = [
    ['{ $.a = }', {}],
    ['[a, b]', {}],
    ['error', { metricValue: 'one' }],
    ['error', { metricValue: '$.latency' }],
    ['{ $.a = 1 }', { metricValue: '$' }],
    ['error', { dimensions: { a: '$.a' } }],
    ['{ $.a = 1 }', { dimensions: { a: '$.a' }, defaultValue: 0 }],
    ['{ $.a = 1 }', { dimensions: { a: '$.a', b: '$.b', c: '$.c', d: '$.d' } }],
    ['error', { metricNamespace: 'AWS/Lambda' }],
    ['error', { metricNamespace: 'Strongroom' }],
    ['error', { metricName: '' }],
  ]
  for (const [pattern, changes] of wrong) {
    await refused(put(group, 'wrong', pattern, changes), 'InvalidParameterException')
  }
  await refused(describe({ metricName: 'a' }), 'InvalidParameterException', /together/)
  assert.deepEqual((await describe({ logGroupName: group })).metricFilters, [])
})

test('not allowed', async () => {
  const logGroupName = await scene.group()
  const nobody = await scene.as('logs:DescribeMetricFilters')
  const asked = new DeleteMetricFilterCommand({ logGroupName, filterName: 'a' })
  await refused(nobody.send(asked), 'AccessDeniedException', /logs:DeleteMetricFilter/)
})

test('absent: a group, a filter', async () => {
  await refused(put('/none', 'a', 'b'), 'ResourceNotFoundException')
  const logGroupName = await scene.group()
  const gone = new DeleteMetricFilterCommand({ logGroupName, filterName: 'a' })
  await refused(scene.root.send(gone), 'ResourceNotFoundException', /metric filter does not exist/)
})

test('filters are described by group, prefix and metric, page by page; they go with their group', async () => {
  const group = await scene.group()
  const other = await scene.group()
  for (const name of ['b', 'a', 'c']) await put(group, `page-${name}`, 'error', { unit: 'Count' })
  await put(group, 'page-a', 'warn', { defaultValue: 0 })
  await put(other, 'page-d', 'error')
  const first = await describe({ filterNamePrefix: 'page-', limit: 2 })
  const { nextToken } = first
  const second = await describe({ filterNamePrefix: 'page-', limit: 2, nextToken })
  const found = [...(first.metricFilters ?? []), ...(second.metricFilters ?? [])]
  const byGroup = [
    ...['a', 'b', 'c'].map((name) => [group, `page-${name}`]),
    [other, 'page-d'],
  ].toSorted()
  assert.deepEqual(
    found.map(({ logGroupName, filterName }) => [logGroupName, filterName]),
    byGroup,
  )
  const ofMetric = await describe({ metricName: 'page-a', metricNamespace: 'filtered' })
  assert.deepEqual(ofMetric.metricFilters?.[0]?.metricTransformations, [
    {
      ...{ metricName: 'page-a', metricNamespace: 'filtered', metricValue: '1' },
      defaultValue: 0,
    },
  ])
  const asked = new DescribeLogGroupsCommand({ logGroupNamePrefix: group })
  assert.equal((await scene.root.send(asked)).logGroups?.[0]?.metricFilterCount, 3)
  await scene.root.send(new DeleteLogGroupCommand({ logGroupName: group }))
  const left = await describe({ filterNamePrefix: 'page-' })
  assert.deepEqual(
    left.metricFilters?.map(({ filterName }) => filterName),
    ['page-d'],
  )
})

test('lines are measured by words and by JSON, with values, dimensions and defaults', async () => {
  const group = await scene.group('s')
  await put(group, 'errors', '?ERROR ?FATAL -ignored')
  await put(group, 'latency', '{ $.ms >= 0 }', { metricValue: '$.ms' })
  await put(group, 'calls', '{ $.path = "/a*" }', { dimensions: { Path: '$.path' } })
  await put(group, 'absent', 'nothing like it', { metricValue: '5', defaultValue: 2 })
  await scene.put(group, 's', [
    [now, 'ERROR one'],
    [now, 'FATAL two'],
    [now, 'ERROR ignored'],
    [now, '{"ms":12.5,"path":"/a/b"}'],
    [now, '{"ms":"7.5","path":"/c"}'],
    [now, '{"ms":true}'],
  ])
  await scene.put(group, 's', [[now, '{"ms":1,"path":"/a/b"}']])
  assert.equal(await sumOf('errors'), 2)
  assert.equal(await sumOf('latency'), 13.5)
  assert.equal(await sumOf('calls', [{ Name: 'Path', Value: '/a/b' }]), 2)
  assert.equal(await sumOf('absent'), 4)
  const deleted = { logGroupName: group, filterName: 'errors' }
  await scene.root.send(new DeleteMetricFilterCommand(deleted))
  await scene.put(group, 's', [[now, 'ERROR three']])
  assert.equal(await sumOf('errors'), 2)
})

test('the account’s audit is measured where its group is, and alarms go off by it', async () => {
  const logGroupName = '/strongroom/audit'
  // Records tell whole seconds: those of the second in which their group came to be are in it.
  const refusedAt = wholeSecond()
  await until(() => wholeSecond() > refusedAt)
  await scene.root.send(new CreateLogGroupCommand({ logGroupName }))
  // As the CIS benchmark for AWS writes them.
  await put(
    logGroupName,
    'unauthorized',
    '{ ($.errorCode = "*UnauthorizedOperation") || ($.errorCode = "AccessDenied*") }',
  )
  await put(
    logGroupName,
    'root-usage',
    '{ $.userIdentity.type = "Root" && $.userIdentity.invokedBy NOT EXISTS && $.eventType != "AwsServiceEvent" }',
  )
  await alarm('unauthorized')
  await alarm('root-usage')
  await becomes('ALARM', ['root-usage'])
  await becomes('OK', ['unauthorized'])
  const nobody = await scene.as('logs:DescribeLogGroups')
  await refused(nobody.send(new DescribeMetricFiltersCommand({})), 'AccessDeniedException')
  await becomes('ALARM', ['unauthorized'])
  const secrets = new SecretsManagerClient(scene.house.client())
  await secrets.send(new ListSecretsCommand({}))
  const filterPattern = '{ $.eventName = "ListSecrets" }'
  const found = async () =>
    (await scene.root.send(new FilterLogEventsCommand({ logGroupName, filterPattern }))).events
  await until(async () => (await found())?.length)
  const [event, ...others] = (await found()) ?? []
  assert.deepEqual(others, [])
  assert.equal(event?.logStreamName, '000000000000_CloudTrail_us-east-1')
  assert.equal(JSON.parse(event.message ?? '').eventSource, 'secretsmanager.amazonaws.com')
  const { Metrics } = await cloudwatch().send(new ListMetricsCommand({ Namespace: 'filtered' }))
  assert.ok(Metrics?.some(({ MetricName }) => MetricName === 'unauthorized'))
})
