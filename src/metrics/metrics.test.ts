import assert from 'node:assert/strict'
import { test } from 'node:test'
import { mayRead } from './door.ts'
import { Meter } from './meter.ts'
import { contextIn, Tracer } from './traces.ts'
import { Usage } from './usage.ts'

const silent = (thrown: unknown) => assert.fail(String(thrown))

test('answers are counted by service, operation and code, with their durations', async () => {
  const meter = new Meter(silent)
  const of = { service: 'kms', operation: 'Decrypt' }
  meter.answered({ ...of, code: 'ok', seconds: 0.002 })
  meter.answered({ ...of, code: 'ok', seconds: 0.2 })
  meter.answered({ ...of, code: 'NotFoundException', seconds: 0.002 })
  const text = await meter.print()
  const counted = 'strongroom_requests_total{service="kms",operation="Decrypt",code='
  assert.ok(text.includes(`${counted}"ok"} 2`), text)
  assert.ok(text.includes(`${counted}"NotFoundException"} 1`))
  assert.match(text, /duration_seconds_bucket\{le="0\.0025",service="kms",operation="Decrypt"\} 2/)
})

test('a source is read when metrics are, and one that fails takes none of the others along', async () => {
  const failures: unknown[] = []
  const meter = new Meter((thrown) => failures.push(thrown))
  let value = 1
  meter.add({ name: 'strongroom_a', help: 'a', read: () => [{ value }] })
  meter.add({
    ...{ name: 'strongroom_b', help: 'b' },
    read: () => {
      throw new Error('away')
    },
  })
  await meter.print()
  value = 2
  assert.match(await meter.print(), /^strongroom_a 2$/m)
  assert.equal(failures.length, 2)
})

test('metrics are for this machine, not for what a proxy on it brings, or for the token alone', () => {
  const from = (sourceIp: string, headers = {}) => ({ sourceIp, headers })
  assert.ok(mayRead(from('127.0.0.1'), undefined))
  assert.ok(mayRead(from('::1'), undefined))
  assert.ok(!mayRead(from('10.0.0.1'), undefined))
  assert.ok(!mayRead(from('127.0.0.1', { 'x-forwarded-for': '10.0.0.1' }), undefined))
  const token = 'a-token-of-the-operator'
  assert.ok(!mayRead(from('127.0.0.1'), token))
  assert.ok(!mayRead(from('10.0.0.1', { authorization: 'Bearer other' }), token))
  assert.ok(mayRead(from('10.0.0.1', { authorization: `Bearer ${token}` }), token))
})

test('what accounts did is taken once, and bounded', () => {
  const usage = new Usage()
  for (let at = 0; at < 300; at++) usage.note('1', 'r', 's', 'o', at % 3 ? 'ok' : 'Fault', 1)
  usage.note('1', 'r', 's', 'o', 'AccessDeniedException', 1)
  const [use, ...others] = usage.take()
  assert.deepEqual(others, [])
  assert.deepEqual([use?.calls, use?.errors, use?.denials], [301, 101, 1])
  assert.equal(use?.milliseconds.length, 200)
  assert.deepEqual(usage.take(), [])
  for (let at = 0; at < 3000; at++) usage.note('1', 'r', 's', `o${at}`, 'ok', 1)
  assert.equal(usage.take().length, 2000)
})

const root = '5759e988bd862e3fe1be46a994272793'
const amazon = (text: string) => contextIn([['X-Amzn-Trace-Id', text]])

test('a trace goes on where W3C’s header or Amazon’s says', () => {
  const w3c = `00-${root}-53995c3f42cd8ad8-01`
  assert.deepEqual(contextIn([['traceparent', w3c]]), {
    traceId: root,
    parentId: '53995c3f42cd8ad8',
  })
  assert.equal(contextIn([['traceparent', w3c.replace(/01$/, '00')]]), undefined)
  const header = 'Root=1-5759e988-bd862e3fe1be46a994272793;Parent=53995c3f42cd8ad8;Sampled=1'
  assert.deepEqual(amazon(header), { traceId: root, parentId: '53995c3f42cd8ad8' })
  assert.equal(amazon(header.replace('Sampled=1', 'Sampled=0')), undefined)
})

test('what is no trace’s header begins a trace of its own', () => {
  for (const text of ['', 'Root=1-x-y', 'Parent=53995c3f42cd8ad8', ';;;=', 'Self=1']) {
    const context = amazon(text)
    assert.match(context?.traceId ?? '', /^[0-9a-f]{32}$/)
    assert.equal(context?.parentId, undefined)
  }
  const zeros = `00-${'0'.repeat(32)}-53995c3f42cd8ad8-01`
  assert.notEqual(contextIn([['traceparent', zeros]])?.traceId, '0'.repeat(32))
})

const served = (at: number) => ({
  context: { traceId: root },
  ...{ service: 'KMS', operation: 'Decrypt', region: 'us-east-1', requestId: 'id', code: 'ok' },
  ...{ startedAt: at, ranAt: at + 1, endedAt: at + 2.5 },
})

test('spans wait while the collector is away, and what does not fit is counted', async () => {
  const sent: string[] = []
  const failures: unknown[] = []
  let isAway = true
  const tracer = new Tracer({
    send: async (body) => {
      if (isAway) throw new Error('away')
      sent.push(body)
    },
    complain: (thrown) => failures.push(thrown),
  })
  for (let at = 0; at < 5000; at++) tracer.note(served(at))
  await new Promise((go) => setImmediate(go))
  assert.equal(tracer.dropped, 2 * 5000 - 8192)
  isAway = false
  await tracer.close()
  const spans = sent.flatMap((body) => JSON.parse(body).resourceSpans[0].scopeSpans[0].spans)
  assert.equal(spans.length, 8192)
  assert.ok(failures.length >= 1)
  const [whole, commit] = spans
  assert.equal(whole.name, 'KMS/Decrypt')
  assert.equal(commit.parentSpanId, whole.spanId)
  assert.deepEqual(
    [whole.startTimeUnixNano, whole.endTimeUnixNano, commit.startTimeUnixNano],
    ['0000', '2500000', '1000000'],
  )
})
