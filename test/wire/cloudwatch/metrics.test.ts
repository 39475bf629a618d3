/**
 * Metrics: what is measured, listed and read, in all three protocols.
 * https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_PutMetricData.html
 */
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { gzipSync } from 'node:zlib'
import {
  CloudWatchClient,
  GetMetricDataCommand,
  type GetMetricDataCommandInput,
  GetMetricStatisticsCommand,
  type GetMetricStatisticsCommandInput,
  ListMetricsCommand,
  PutMetricDataCommand,
  type PutMetricDataCommandInput,
} from '@aws-sdk/client-cloudwatch'
import { encode } from 'cborg'
import { send } from '../../raw.ts'
import { raiseScene, refused, type Scene } from './scene.ts'

const minute = 60_000
const hour = 60 * minute
/** A whole hour, some hours ago. */
const start = Math.floor(Date.now() / hour) * hour - 6 * hour
const span = { StartTime: new Date(start), EndTime: new Date(start + hour) }
let scene: Scene
before(async () => {
  scene = await raiseScene()
})
after(() => scene[Symbol.asyncDispose]())

const put = (input: Partial<PutMetricDataCommandInput>) =>
  scene.root.send(new PutMetricDataCommand({ Namespace: 'app', ...input } as never))
const one = (datum: object) => put({ MetricData: [{ MetricName: 'one', ...datum }] })
const statistics = (input: Partial<GetMetricStatisticsCommandInput>) =>
  scene.root.send(
    new GetMetricStatisticsCommand({
      ...{ Namespace: 'app', MetricName: 'm', Period: 60, Statistics: ['Sum'], ...span },
      ...input,
    }),
  )
const metricData = (input: Partial<GetMetricDataCommandInput>) =>
  scene.root.send(new GetMetricDataCommand({ ...span, MetricDataQueries: [], ...input }))
const query = (Id: string, MetricName: string, Stat = 'Sum', Period = 60) => ({
  Id,
  MetricStat: { Metric: { Namespace: 'app', MetricName }, Period, Stat },
})

test('not signed', async () => {
  const keys = { accessKeyId: 'AKIAIOSFODNN7EXAMPLE', secretAccessKey: 'x'.repeat(40) }
  const stranger = new CloudWatchClient(scene.house.client(keys))
  await refused(stranger.send(new ListMetricsCommand({})), 'UnrecognizedClientException')
})

test('out of bounds: what no metric is', async () => {
  const wrong = 'InvalidParameterValueException'
  await refused(put({ Namespace: ':app', MetricData: [] }), 'ValidationException')
  await refused(put({}), 'MissingRequiredParameterException')
  await refused(
    put({ MetricData: Array.from({ length: 1001 }, () => ({ MetricName: 'm', Value: 1 })) }),
    wrong,
    /must not have a size greater than 1000/,
  )
  for (const Namespace of ['AWS/Lambda', 'Strongroom']) {
    await refused(
      put({ Namespace, MetricData: [{ MetricName: 'm', Value: 1 }] }),
      wrong,
      /reserved/,
    )
  }
  await refused(one({}), 'InvalidParameterCombinationException')
  await refused(one({ Value: 1, Values: [1] }), 'InvalidParameterCombinationException')
  await refused(one({ Values: [1, 2], Counts: [1] }), wrong)
  await refused(one({ Values: [1], Counts: [0] }), wrong)
  await refused(one({ Value: 2 ** 361 }), wrong, /out of range/)
  await refused(one({ Value: 1, StorageResolution: 1 }), wrong, /kept by the minute/)
  await refused(one({ Value: 1, Timestamp: new Date(start - 15 * 24 * hour) }), wrong, /two weeks/)
  await refused(one({ Value: 1, Timestamp: new Date(Date.now() + 3 * hour) }), wrong, /two hours/)
  await refused(
    one({ StatisticValues: { SampleCount: 1, Sum: 1, Minimum: 2, Maximum: 1 } }),
    wrong,
    /contradict/,
  )
  const twice = { Name: 'a', Value: 'b' }
  await refused(one({ Value: 1, Dimensions: [twice, twice] }), wrong, /occurs twice/)
  await refused(one({ Value: 1, Dimensions: [{ Name: 'a', Value: '\u0007' }] }), wrong, /control/)
  await refused(put({ EntityMetricData: [{ Entity: {} }] }), wrong, /not offered/)
})

test('not allowed, but for one namespace', async () => {
  const nobody = await scene.as('cloudwatch:GetMetricData')
  const MetricData = [{ MetricName: 'm', Value: 1 }]
  const command = new PutMetricDataCommand({ Namespace: 'app', MetricData })
  await refused(nobody.send(command), 'AccessDenied', /cloudwatch:PutMetricData/)
  await refused(nobody.send(new ListMetricsCommand({})), 'AccessDenied')
  const measurer = await scene.user({
    ...{ Effect: 'Allow', Action: 'cloudwatch:PutMetricData', Resource: '*' },
    Condition: { StringEquals: { 'cloudwatch:namespace': 'app' } },
  })
  await measurer.send(command)
  const elsewhere = new PutMetricDataCommand({ Namespace: 'other', MetricData })
  await refused(measurer.send(elsewhere), 'AccessDenied')
})

test('absent: a metric that was never measured has no points', async () => {
  assert.deepEqual((await statistics({ MetricName: 'never' })).Datapoints, [])
  const { MetricDataResults } = await metricData({ MetricDataQueries: [query('a', 'never')] })
  assert.deepEqual(MetricDataResults?.[0]?.Values, [])
})

test('statistics by the period and by the unit, order of dimensions aside', async () => {
  const at = (minutes: number) => new Date(start + minutes * minute)
  const Dimensions = [
    { Name: 'a', Value: '1' },
    { Name: 'b', Value: '2' },
  ]
  const of = { MetricName: 'm', Dimensions, Unit: 'Seconds' as const }
  await put({
    MetricData: [
      { ...of, Timestamp: at(0), Value: 1 },
      { ...of, Timestamp: at(0), Values: [2, 3], Counts: [1, 2] },
      { ...of, Timestamp: at(1), Value: 10, Unit: 'Bytes' },
      {
        ...{ ...of, Dimensions: Dimensions.toReversed(), Timestamp: at(4) },
        StatisticValues: { SampleCount: 2, Sum: 7, Minimum: 3, Maximum: 4 },
      },
    ],
  })
  const Statistics = ['Sum', 'Average', 'Minimum', 'Maximum', 'SampleCount'] as const
  const asked = { Dimensions, Statistics: [...Statistics], Period: 300 }
  const { Datapoints = [], Label } = await statistics(asked)
  assert.equal(Label, 'm')
  assert.deepEqual(
    Datapoints.toSorted((a, b) => (a.Unit ?? '').localeCompare(b.Unit ?? '')),
    [
      {
        ...{ Timestamp: at(0), Unit: 'Bytes', Sum: 10 },
        ...{ Average: 10, Minimum: 10, Maximum: 10, SampleCount: 1 },
      },
      {
        ...{ Timestamp: at(0), Unit: 'Seconds', Sum: 16 },
        ...{ Average: 16 / 6, Minimum: 1, Maximum: 4, SampleCount: 6 },
      },
    ],
  )
  const inBytes = await statistics({ ...asked, Period: 60, Unit: 'Bytes' })
  assert.deepEqual(
    inBytes.Datapoints?.map(({ Timestamp }) => Timestamp),
    [at(1)],
  )
  const { Datapoints: extended } = await statistics({
    ...{ Dimensions, Unit: 'Seconds', Statistics: undefined },
    ExtendedStatistics: ['p50', 'p100'],
  })
  assert.deepEqual(
    extended?.map(({ ExtendedStatistics }) => ExtendedStatistics),
    [{ p50: 2.5, p100: 3 }, {}],
  )
})

test('statistics that are not offered, or too many, are refused', async () => {
  const combination = 'InvalidParameterCombinationException'
  await refused(statistics({ Statistics: undefined }), combination)
  await refused(statistics({ Period: 30 }), 'ValidationException', /by the minute/)
  await refused(statistics({ Period: 90 }), 'InvalidParameterValueException', /multiple of 60/)
  await refused(statistics({ EndTime: span.StartTime }), 'InvalidParameterValueException')
  const EndTime = new Date(start + 1441 * minute)
  await refused(statistics({ EndTime }), combination, /exceeds the limit of 1440/)
})

test('metric data: several metrics, arithmetic, pages', async () => {
  const at = (minutes: number) => new Date(start + minutes * minute)
  const measured = [1, 2, 3, 4].flatMap((value, index) => [
    { MetricName: 'errors', Value: value, Timestamp: at(index) },
    { MetricName: 'calls', Value: 10, Timestamp: at(index) },
  ])
  await put({ MetricData: measured })
  const MetricDataQueries = [
    { ...query('errors', 'errors'), ReturnData: false },
    { ...query('calls', 'calls'), Label: 'all' },
    { Id: 'rate', Expression: '100 * errors / calls' },
  ]
  const whole = await metricData({ MetricDataQueries, ScanBy: 'TimestampAscending' })
  assert.deepEqual(
    whole.MetricDataResults?.map(({ Id, Label, Values, StatusCode }) => [
      ...[Id, Label, Values, StatusCode],
    ]),
    [
      ['calls', 'all', [10, 10, 10, 10], 'Complete'],
      ['rate', 'rate', [10, 20, 30, 40], 'Complete'],
    ],
  )
  const found: (number | undefined)[] = []
  let NextToken: string | undefined
  do {
    const page = await metricData({ MetricDataQueries, MaxDatapoints: 3, NextToken })
    found.push(...(page.MetricDataResults ?? []).flatMap(({ Values = [] }) => Values))
    NextToken = page.NextToken
  } while (NextToken)
  assert.deepEqual(found, [10, 10, 10, 10, 40, 30, 20, 10])
  await refused(metricData({ MetricDataQueries, NextToken: 'forged' }), 'InvalidNextToken')
})

test('queries that do not hold together, or are not offered, are refused', async () => {
  const a = query('a', 'm')
  const wrong: Record<string, GetMetricDataCommandInput['MetricDataQueries']> = {
    twice: [a, a],
    circle: [
      { Id: 'x', Expression: 'y + 1' },
      { Id: 'y', Expression: 'x + 1' },
    ],
    absent: [{ Id: 'x', Expression: 'y + 1' }],
    capital: [{ ...a, Id: 'A' }],
    both: [{ ...a, Expression: 'b' }],
    search: [{ Id: 'x', Expression: "SEARCH('{app} m', 'Sum')" }],
  }
  for (const [name, MetricDataQueries] of Object.entries(wrong)) {
    await refused(metricData({ MetricDataQueries }), 'ValidationException').catch((thrown) => {
      throw new Error(name, { cause: thrown })
    })
  }
})

test('metrics are listed by name, dimension and page', async () => {
  const Namespace = 'listed'
  const names = Array.from({ length: 520 }, (_, at) => `m${String(at).padStart(3, '0')}`)
  const MetricData = names.map((MetricName, at) => ({
    ...{ MetricName, Value: 1, Dimensions: [{ Name: 'odd', Value: String(at % 2) }] },
  }))
  await scene.root.send(new PutMetricDataCommand({ Namespace, MetricData }))
  const first = await scene.root.send(new ListMetricsCommand({ Namespace }))
  assert.equal(first.Metrics?.length, 500)
  const { NextToken } = first
  const second = await scene.root.send(new ListMetricsCommand({ Namespace, NextToken }))
  assert.deepEqual(
    second.Metrics?.map(({ MetricName }) => MetricName),
    names.slice(500),
  )
  const named = await scene.root.send(
    new ListMetricsCommand({
      ...{ Namespace, MetricName: 'm001', RecentlyActive: 'PT3H' },
      Dimensions: [{ Name: 'odd', Value: '1' }],
    }),
  )
  assert.equal(named.Metrics?.length, 1)
  const Dimensions = [{ Name: 'odd', Value: '0' }]
  const even = new ListMetricsCommand({ Namespace, MetricName: 'm001', Dimensions })
  assert.deepEqual((await scene.root.send(even)).Metrics, [])
})

test('what was measured is there after a restart', async () => {
  await one({ Value: 7, Timestamp: new Date(start) })
  await scene.house.restart()
  const { Datapoints } = await statistics({ MetricName: 'one' })
  assert.equal(Datapoints?.[0]?.Sum, 7)
})

const path = '/service/GraniteServiceVersion20100801/operation'
const asCbor = (operation: string, body: Uint8Array, headers: [string, string][] = []) =>
  send({
    ...{ url: scene.house.url, keys: scene.house.root, service: 'monitoring' },
    ...{ target: `${path}/${operation}`, body },
    headers: [['Content-Type', 'application/cbor'], ['smithy-protocol', 'rpc-v2-cbor'], ...headers],
  })
const asQuery = (form: Record<string, string>) =>
  send({
    ...{ url: scene.house.url, keys: scene.house.root, service: 'monitoring' },
    headers: [['Content-Type', 'application/x-www-form-urlencoded']],
    body: new URLSearchParams({ Version: '2010-08-01', ...form }).toString(),
  })

test('CBOR, also compressed; a body that unpacks without end is refused', async () => {
  const MetricData = [{ MetricName: 'wired', Value: 2 }]
  const body = encode({ Namespace: 'wires', MetricData })
  const plain = await asCbor('PutMetricData', body)
  assert.deepEqual([plain.status, plain.body], [200, ''])
  const gzip: [string, string][] = [['Content-Encoding', 'gzip']]
  assert.equal((await asCbor('PutMetricData', gzipSync(body), gzip)).status, 200)
  const bomb = await asCbor('PutMetricData', gzipSync(Buffer.alloc(8 << 20)), gzip)
  assert.equal(bomb.status, 400)
  assert.match(bomb.body, /SerializationException/)
  const other = await asCbor('ListSecrets', encode({}))
  assert.match(other.body, /UnknownOperationException/)
})

test('the query protocol reads what CBOR wrote', async () => {
  const listed = await asQuery({ Action: 'ListMetrics', Namespace: 'wires' })
  assert.equal(listed.status, 200)
  assert.match(listed.body, /<member><Namespace>wires<\/Namespace><MetricName>wired<\/MetricName>/)
  const refusal = await asQuery({ Action: 'GetDashboard', DashboardName: 'none' })
  assert.equal(refusal.status, 404)
  assert.match(refusal.body, /<Code>ResourceNotFound<\/Code>/)
  const data = await asQuery({
    ...{ Action: 'PutMetricData', Namespace: 'wires' },
    ...{ 'MetricData.member.1.MetricName': 'wired', 'MetricData.member.1.Value': '2.5' },
  })
  assert.equal(data.status, 200)
})

test('a service that does not speak CBOR is not asked in it', async () => {
  const { status, body } = await send({
    ...{ url: scene.house.url, keys: scene.house.root, service: 'secretsmanager' },
    ...{ target: '/service/secretsmanager/operation/ListSecrets', body: encode({}) },
    headers: [['smithy-protocol', 'rpc-v2-cbor']],
  })
  assert.notEqual(status, 200)
  assert.doesNotMatch(body, /SecretList/)
})
