import assert from 'node:assert/strict'
import { test } from 'node:test'
import { decode, encode, Tagged } from 'cborg'
import { cloudwatch } from '../contract/generated/cloudwatch.ts'
import { Fault } from '../lib/fault.ts'
import { cbor, readCborTarget } from './cbor.ts'
import { json } from './json.ts'
import { query } from './query.ts'

const read = (body: Uint8Array, operation = 'PutMetricData') =>
  cbor.decode(cloudwatch, operation, body)
const refusal = (run: () => unknown): Fault => {
  try {
    run()
  } catch (thrown) {
    if (thrown instanceof Fault) return thrown
    throw thrown
  }
  throw new Error('taken')
}

test('a path names service and operation in one way', () => {
  assert.deepEqual(readCborTarget('/service/Granite/operation/PutMetricData'), {
    service: 'Granite',
    operation: 'PutMetricData',
  })
  for (const path of [
    '/service/Granite/operation/',
    '/service/Granite/operation/A/',
    '//service/Granite/operation/A',
    '/service/Granite/operation/A?b',
    '/service/%47/operation/A',
    '/Service/Granite/operation/A',
  ]) {
    assert.equal(readCborTarget(path), undefined, path)
  }
})

test('an input comes with instants by tag 1 and numbers of any width', () => {
  const body = encode({
    Namespace: 'app',
    MetricData: [{ MetricName: 'a', Timestamp: new Tagged(1, 1_700_000_000.5), Value: 3 }],
    Unknown: 1,
  })
  assert.deepEqual(read(body), {
    Namespace: 'app',
    MetricData: [{ MetricName: 'a', Timestamp: 1_700_000_000_500, Value: 3 }],
  })
})

test('indefinite maps and lists are read, and an empty body is an empty input', () => {
  // {_ "Namespace": "a", "MetricData": [_ ]}
  const body = Buffer.from('bf694e616d65737061636561616a4d6574726963446174619fffff', 'hex')
  assert.deepEqual(read(body), { Namespace: 'a', MetricData: [] })
  assert.deepEqual(read(Buffer.alloc(0), 'ListMetrics'), {})
})

test('what is no CBOR, nested without end, tagged otherwise or twice named is refused', () => {
  const bodies: Record<string, Uint8Array> = {
    broken: Buffer.from('a1', 'hex'),
    behind: Buffer.from('a000', 'hex'),
    deep: Buffer.alloc(400_000, 0x81),
    deepMaps: Buffer.alloc(400_000, 'bf6161', 'hex'),
    deepTags: Buffer.alloc(400_000, 0xc1),
    tagged: encode({ Namespace: new Tagged(2, new Uint8Array(9)) }),
    twice: Buffer.from('a2614101614102', 'hex'),
    keyed: Buffer.from('a10101', 'hex'),
    infinite: encode({ Namespace: 'a', MetricData: [{ MetricName: 'a', Value: Infinity }] }),
    list: encode([1]),
  }
  for (const [name, body] of Object.entries(bodies)) {
    assert.equal(refusal(() => read(body)).code, 'SerializationException', name)
  }
})

test('a broken constraint is told as in the other protocols', () => {
  const fault = refusal(() => read(encode({ Namespace: ':a' })))
  assert.equal(fault.code, 'ValidationException')
  assert.match(fault.words ?? '', /'namespace' failed to satisfy constraint/)
})

test('doubles leave as doubles, instants by tag 1, and nothing the contract lacks', () => {
  const answer = cbor.encode(
    cloudwatch,
    'GetMetricStatistics',
    { Label: 'a', Datapoints: [{ Timestamp: 1_700_000_000_000, Sum: 3 }], Other: 1 },
    'id',
  )
  assert.equal(answer.headers['smithy-protocol'], 'rpc-v2-cbor')
  assert.equal(answer.headers['Content-Type'], 'application/cbor')
  const tags = { 1: (inner: () => unknown) => ({ seconds: inner() }) }
  assert.deepEqual(decode(answer.body as Uint8Array, { tags }), {
    Label: 'a',
    Datapoints: [{ Timestamp: { seconds: 1_700_000_000 }, Sum: 3 }],
  })
  const three = Buffer.alloc(9)
  three[0] = 0xfb
  three.writeDoubleBE(3, 1)
  assert.ok(Buffer.from(answer.body).includes(three))
  const nothing = cbor.encode(cloudwatch, 'PutMetricData', {}, 'id')
  assert.deepEqual([nothing.body.length, nothing.headers['Content-Type']], [0, undefined])
})

test('one fault, three wires: the query code stands beside the shape', () => {
  const fault = new Fault('LimitExceededFault', 'enough')
  const spoken = cbor.fault(fault, 'id', cloudwatch, 'PutMetricAlarm')
  assert.equal(spoken.status, 400)
  assert.equal(spoken.headers['x-amzn-query-error'], 'LimitExceeded;Sender')
  assert.deepEqual(decode(spoken.body as Uint8Array), {
    __type: 'LimitExceededFault',
    message: 'enough',
  })
  const inJson = json.fault(fault, 'id', cloudwatch, 'PutMetricAlarm')
  assert.equal(inJson.headers['x-amzn-query-error'], 'LimitExceeded;Sender')
  assert.equal(inJson.headers['Content-Type'], 'application/x-amz-json-1.0')
  const inXml = query.fault(fault, 'id', cloudwatch, 'PutMetricAlarm')
  assert.match(String(inXml.body), /<Code>LimitExceeded<\/Code><Message>enough<\/Message>/)
})
