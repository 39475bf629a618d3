/** CloudWatch and metric filters with the clients as they are: boto3 and the AWS CLI in CBOR, JavaScript in both. */
import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { CloudWatch } from '@aws-sdk/client-cloudwatch'
import { AwsSmithyRpcV2CborProtocol } from '@aws-sdk/core/protocols'
import { raiseHouse, type TestHouse } from '../house.ts'
import { run, userEnvironment, withoutAws, withoutBoto3 } from './tools.ts'

const program = fileURLToPath(new URL('./programs/cloudwatch.py', import.meta.url))

describe('clients of CloudWatch', () => {
  let house: TestHouse
  before(async () => {
    house = await raiseHouse()
  })
  after(async () => {
    assert.deepEqual(house.complaints, [])
    await house[Symbol.asyncDispose]()
  })

  test('boto3: every operation that is offered', { skip: withoutBoto3 }, async () => {
    const { stdout, stderr } = await run('python3', [program], userEnvironment(house))
    assert.ok(stdout, stderr)
    assert.deepEqual(JSON.parse(stdout), {
      ...{ sum: 9, dated: true, tenfold: 90, metrics: 401, threshold: 1000, named: true },
      ...{ 'for metric': 1, history: true, enabled: false },
      tags: [{ Key: 'env', Value: 'test' }],
      'alarms left': 0,
      ...{ dashboard: { widgets: [] }, dashboards: ['shop'], gone: 'ResourceNotFound' },
      filters: ['{ $.ms > 100 }'],
      ...{ slow: 250, 'filters left': 0 },
    })
  })

  test('the AWS CLI', { skip: withoutAws }, async () => {
    const aws = async (...args: string[]) => {
      const all = [...args, '--output', 'json']
      const { code, stdout, stderr } = await run('aws', all, userEnvironment(house))
      assert.equal(code, 0, stderr)
      return stdout ? JSON.parse(stdout) : undefined
    }
    const alarm = ['--alarm-name', 'cli', '--namespace', 'cli', '--metric-name', 'm']
    const rule = ['--statistic', 'Sum', '--period', '60', '--evaluation-periods', '1']
    const bound = ['--threshold', '1', '--comparison-operator', 'GreaterThanThreshold']
    const metric = ['--namespace', 'cli', '--metric-name', 'm']
    await Promise.all([
      aws('cloudwatch', 'put-metric-alarm', ...alarm, ...rule, ...bound),
      aws('cloudwatch', 'put-metric-data', ...metric, '--value', '5', '--unit', 'Count'),
      aws('logs', 'create-log-group', '--log-group-name', '/cli'),
    ])
    const transformation = 'metricName=m,metricNamespace=cli,metricValue=1'
    const [{ Metrics }, { MetricAlarms }] = await Promise.all([
      aws('cloudwatch', 'list-metrics', '--namespace', 'cli'),
      aws('cloudwatch', 'describe-alarms', '--alarm-names', 'cli'),
      aws(
        ...['logs', 'put-metric-filter', '--log-group-name', '/cli', '--filter-name', 'f'],
        ...['--filter-pattern', 'ERROR', '--metric-transformations', transformation],
      ),
    ])
    assert.deepEqual(Metrics, [{ Namespace: 'cli', MetricName: 'm', Dimensions: [] }])
    assert.equal(MetricAlarms[0].Threshold, 1)
    const { metricFilters } = await aws('logs', 'describe-metric-filters')
    assert.equal(metricFilters[0].filterPattern, 'ERROR')
  })

  for (const [name, settings] of [
    ['JSON, its default', {}],
    ['CBOR', { protocol: AwsSmithyRpcV2CborProtocol }],
  ] as const) {
    test(`the JavaScript SDK in ${name}`, async () => {
      const cloudwatch = new CloudWatch({ ...house.client(), ...settings })
      const Namespace = `js ${name}`
      const Timestamp = new Date(Math.floor(Date.now() / 60_000) * 60_000)
      const MetricData = [{ MetricName: 'm', Timestamp, Values: [1, 2.5], Counts: [1, 2] }]
      await cloudwatch.putMetricData({ Namespace, MetricData })
      const { Datapoints } = await cloudwatch.getMetricStatistics({
        ...{ Namespace, MetricName: 'm', Period: 60, Statistics: ['Sum', 'SampleCount'] },
        ...{ StartTime: Timestamp, EndTime: new Date(Timestamp.getTime() + 60_000) },
      })
      assert.deepEqual(Datapoints, [{ Timestamp, Unit: 'None', Sum: 6, SampleCount: 3 }])
      const absent = cloudwatch.setAlarmState({
        ...{ AlarmName: 'absent', StateValue: 'OK', StateReason: '' },
      })
      await assert.rejects(absent, { name: 'ResourceNotFound', message: 'absent not found' })
    })
  }
})
