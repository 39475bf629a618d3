/** The page of metrics, what becomes of it in CloudWatch, and spans, of a house that works. */
import assert from 'node:assert/strict'
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { after, before, describe, test } from 'node:test'
import { CloudWatch } from '@aws-sdk/client-cloudwatch'
import {
  CreateSecretCommand,
  GetSecretValueCommand,
  SecretsManagerClient,
} from '@aws-sdk/client-secrets-manager'
import { raiseHouse, type TestHouse } from '../house.ts'
import { callJson, send } from '../raw.ts'
import { until, untilEqual } from '../until.ts'

const token = 'a-token-of-the-operator'
const dashboard = new URL('../../docs/grafana-dashboard.json', import.meta.url)

/** What a collector is sent. */
async function openCollector() {
  const bodies: { path: string; key: string; body: string }[] = []
  const server = createServer(async (request, response) => {
    const chunks: Buffer[] = []
    for await (const chunk of request) chunks.push(chunk)
    const key = String(request.headers['x-key'] ?? '')
    bodies.push({ path: request.url ?? '', key, body: Buffer.concat(chunks).toString() })
    response.end('{}')
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  return { bodies, url: `http://127.0.0.1:${port}`, close: () => server.close() }
}

const pageOf = async (house: TestHouse, headers: Record<string, string> = {}) => {
  const response = await fetch(`${house.url}/-/metrics`, { headers })
  return { status: response.status, text: await response.text() }
}

describe('metrics', () => {
  let house: TestHouse
  let collector: Awaited<ReturnType<typeof openCollector>>
  before(async () => {
    collector = await openCollector()
    house = await raiseHouse({
      flags: { otelTraces: collector.url },
      environment: { STRONGROOM_OTEL_TRACES_HEADERS: 'x-key=collector-key' },
      world: { usageEveryMs: 100 },
    })
    const secrets = new SecretsManagerClient(house.client())
    await secrets.send(
      new CreateSecretCommand({ Name: 'hidden-name', SecretString: 'hidden-value' }),
    )
    await secrets.send(new GetSecretValueCommand({ SecretId: 'hidden-name' }))
    const options = { url: house.url, keys: house.root }
    await callJson('secretsmanager.GetSecretValue', { SecretId: 'absent' }, options)
    const stranger = { ...house.root, secretAccessKey: 'w'.repeat(40) }
    await callJson('secretsmanager.GetSecretValue', {}, { url: house.url, keys: stranger })
    await callJson('secretsmanager.MadeUpByACaller', {}, options)
  })
  after(async () => {
    assert.deepEqual(house.complaints, [])
    await house[Symbol.asyncDispose]()
    collector.close()
  })

  test('answers by operation and code, commits, cache, queues, disk, and no name of a caller’s', async () => {
    const { status, text } = await pageOf(house)
    assert.equal(status, 200)
    const counted = (rest: string) =>
      assert.ok(text.includes(`strongroom_requests_total{service="secretsmanager",${rest}`), rest)
    counted('operation="GetSecretValue",code="ok"} 1')
    counted('operation="GetSecretValue",code="ResourceNotFoundException"} 1')
    counted('operation="Unknown",code="UnknownOperationException"} 1')
    assert.match(text, /^strongroom_unauthenticated_total\{code="InvalidSignatureException"\} 1$/m)
    assert.match(text, /^strongroom_commit_batch_size_count [1-9]/m)
    assert.match(text, /^strongroom_cache_hits_total [1-9]/m)
    assert.match(text, /^strongroom_queue_depth\{queue="invocations"\} 0$/m)
    assert.match(text, /^strongroom_disk_free_bytes 1000000000000$/m)
    assert.match(text, /^strongroom_secrets\{rotated="never"\} \d$/m)
    assert.match(text, /^strongroom_audit_lag_batches\{exporter="lookup-index"\} \d+$/m)
    assert.match(text, /^strongroom_info\{version="[\d.]+",node="[\d.]+",seal="file"\} 1$/m)
    assert.doesNotMatch(text, /hidden|MadeUp|000000000000"/)
  })

  test('a visitor through a proxy finds nothing; another method neither', async () => {
    assert.equal((await pageOf(house, { 'X-Forwarded-For': '192.0.2.1' })).status, 404)
    const { status } = await fetch(`${house.url}/-/metrics`, { method: 'POST' })
    assert.equal(status, 404)
    assert.equal((await fetch(`${house.url}/-/metrics/`)).status, 404)
  })

  test('every query of the dashboard asks for a metric that there is', async () => {
    const { text } = await pageOf(house)
    const known = new Set([...text.matchAll(/^# TYPE (\S+)/gm)].map(([, name]) => name))
    const { panels } = JSON.parse(readFileSync(dashboard, 'utf8'))
    const queries: string[] = panels.flatMap((panel: { targets?: { expr: string }[] }) =>
      (panel.targets ?? []).map(({ expr }) => expr),
    )
    assert.ok(queries.length > 15)
    for (const query of queries) {
      const names = query.match(/\b(?:strongroom|process|nodejs)_\w+/g) ?? []
      assert.ok(names.length > 0, query)
      for (const name of names) {
        const base = name.replace(/_(?:bucket|count|sum)$/, '')
        assert.ok(known.has(name) || known.has(base), `${name} in ${query}`)
      }
    }
  })

  test('what an account does becomes metrics of its own', async () => {
    const cloudwatch = new CloudWatch(house.client())
    const of = {
      ...{ StartTime: new Date(Date.now() - 600_000), EndTime: new Date(Date.now() + 60_000) },
      ...{ Period: 600, Statistics: ['Sum', 'Average'] as ('Sum' | 'Average')[] },
    }
    const read = async (MetricName: string) => {
      const Dimensions = [
        { Name: 'Service', Value: 'secretsmanager' },
        { Name: 'Operation', Value: 'GetSecretValue' },
      ]
      const asked = { ...of, Dimensions, Namespace: 'Strongroom', MetricName }
      const { Datapoints = [] } = await cloudwatch.getMetricStatistics(asked)
      return Datapoints.reduce((sum, { Sum = 0 }) => sum + Sum, 0)
    }
    await untilEqual(() => read('Requests'), 2)
    await untilEqual(() => read('Errors'), 1)
    await house.restart()
    const resources = async () => {
      const again = new CloudWatch(house.client())
      const { Metrics = [] } = await again.listMetrics({ Namespace: 'AWS/SecretsManager' })
      return Metrics.map(({ MetricName }) => MetricName)
    }
    await untilEqual(resources, ['ResourceCount'])
  })

  test('spans of requests arrive, joined to their senders’ traces', async () => {
    const traceId = '5759e988bd862e3fe1be46a994272793'
    await send({
      ...{ url: house.url, keys: house.root, service: 'secretsmanager' },
      headers: [
        ['Content-Type', 'application/x-amz-json-1.1'],
        ['X-Amz-Target', 'secretsmanager.GetSecretValue'],
        ['traceparent', `00-${traceId}-53995c3f42cd8ad8-01`],
      ],
      body: JSON.stringify({ SecretId: 'hidden-name' }),
    })
    const spans = () =>
      collector.bodies.flatMap(({ body }) => JSON.parse(body).resourceSpans[0].scopeSpans[0].spans)
    const ours = () => spans().filter((span) => span.traceId === traceId)
    await until(() => ours().length > 1)
    const [whole, commit] = ours()
    assert.deepEqual(
      [whole.name, whole.parentSpanId, whole.status],
      ['Secrets Manager/GetSecretValue', '53995c3f42cd8ad8', {}],
    )
    assert.deepEqual([commit.name, commit.parentSpanId], ['commit', whole.spanId])
    const { path, key } = collector.bodies[0] ?? {}
    assert.deepEqual([path, key], ['/v1/traces', 'collector-key'])
    const told = JSON.stringify(collector.bodies)
    assert.doesNotMatch(told, /hidden-name|hidden-value/)
  })
})

test('with a token, nobody reads metrics without it', async () => {
  await using house = await raiseHouse({ environment: { STRONGROOM_METRICS_TOKEN: token } })
  assert.equal((await pageOf(house)).status, 401)
  assert.equal((await pageOf(house, { Authorization: 'Bearer wrong' })).status, 401)
  assert.equal((await pageOf(house, { Authorization: `Bearer ${token}` })).status, 200)
  await assert.rejects(
    raiseHouse({ environment: { STRONGROOM_METRICS_TOKEN: 'short' } }),
    /16 or more characters/,
  )
})
