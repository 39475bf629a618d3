import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import type { AccountId } from '../lib/brand.ts'
import { inputFor, type Taken, unknownIn } from './input.ts'
import { parsePath, valueAt } from './path.ts'
import type { TargetRecord } from './records.ts'

const account = '111111111111' as AccountId
const taken: Taken = {
  takenAt: 1_700_000_000_000,
  lane: { account, region: 'us-east-1', bus: 'default', rule: 'r', target: 't' },
  event: {
    ...{ version: '0', id: 'e1', source: 'mine', account, region: 'us-east-1', resources: [] },
    ...{ 'detail-type': 'kind', time: '2026-01-01T00:00:00Z' },
    detail: { id: 'x-1', list: ['A', 'B'], of: { a: 'b' }, ok: true, odd: 'a"b\n' },
  },
}

const target = (rest: Partial<TargetRecord>): TargetRecord => ({ id: 't', arn: 'arn', ...rest })
const filled = (template: string, paths: Record<string, string> = {}) =>
  inputFor(target({ transformer: { template, paths } }), taken)

const paths = {
  id: '$.detail.id',
  of: '$.detail.of',
  list: '$.detail.list',
  ok: '$.detail.ok',
  odd: '$.detail.odd',
  gone: '$.detail.gone',
  kind: '$.detail-type',
}

describe('what targets get', () => {
  test('the event, a text, a part', () => {
    assert.deepEqual(JSON.parse(inputFor(target({}), taken)), taken.event)
    assert.equal(inputFor(target({ input: '{"a":1}' }), taken), '{"a":1}')
    assert.equal(inputFor(target({ inputPath: '$.detail.of' }), taken), '{"a":"b"}')
    assert.equal(inputFor(target({ inputPath: '$.detail.id' }), taken), '"x-1"')
    assert.equal(inputFor(target({ inputPath: '$.none' }), taken), '{}')
  })

  for (const [name, template, expected] of [
    [
      'a value without quotes',
      '{"a": <id>, "b":<of>,"c":[<list>,<ok>]}',
      '{"a": "x-1", "b":{"a":"b"},"c":[["A","B"],true]}',
    ],
    ['a text inside quotes', '{"a": "is <id>/<kind>!"}', '{"a": "is x-1/kind!"}'],
    [
      'what is no text, inside quotes',
      '"of <of> list <list> ok <ok>"',
      '"of {a:b} list [A,B] ok true"',
    ],
    ['what has to be escaped', '{"a": <odd>, "b": "<odd>"}', '{"a": "a\\"b\\n", "b": "a\\"b\\n"}'],
    ['what is not there', '{"a": <gone>, "b": "<gone>"}', '{"a": "", "b": ""}'],
    ['lines of texts', '"<id> one"\n"<kind> two"', '"x-1 one"\n"kind two"'],
    ['an escaped quote in the template', '{"a": "\\"<id>\\""}', '{"a": "\\"x-1\\""}'],
    ['a name twice', '"<id>/<id>"', '"x-1/x-1"'],
  ] as const) {
    test(name, () => assert.equal(filled(template, paths), expected))
  }

  test('what the house knows', () => {
    const text = filled(
      '{"arn": <aws.events.rule-arn>, "at": "<aws.events.event.ingestion-time>", "rule": "<aws.events.rule-name>", "event": <aws.events.event>, "json": <aws.events.event.json>}',
    )
    const { detail: _detail, 'detail-type': detailType, ...rest } = taken.event
    assert.deepEqual(JSON.parse(text), {
      arn: 'arn:aws:events:us-east-1:111111111111:rule/r',
      at: new Date(taken.takenAt).toISOString(),
      rule: 'r',
      event: { ...rest, detailType },
      json: taken.event,
    })
  })

  test('a name that nobody knows is found', () => {
    assert.equal(unknownIn({ template: '<id> <nobody>', paths }), 'nobody')
    assert.equal(unknownIn({ template: '<id> <aws.events.rule-name>', paths }), undefined)
    assert.equal(unknownIn({ template: '<toString>', paths: {} }), 'toString')
  })
})

test('paths', () => {
  assert.deepEqual(parsePath('$'), [])
  assert.deepEqual(parsePath("$.a-b[0]['c d'].e"), ['a-b', 0, 'c d', 'e'])
  for (const none of ['a', '$a', '$..a', '$.a[', '$.a[*]', '$.', '$[x]']) {
    assert.equal(parsePath(none), undefined, none)
  }
  assert.equal(valueAt({ a: [{ b: 1 }] }, '$.a[0].b'), 1)
  assert.equal(valueAt({ a: 1 }, '$.toString'), undefined)
  assert.equal(valueAt({ a: 1 }, '$.a.b'), undefined)
})
