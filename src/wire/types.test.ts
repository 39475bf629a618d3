import assert from 'node:assert/strict'
import { test } from 'node:test'
import { readModel } from '../contract/model.ts'
import { Fault } from '../lib/fault.ts'
import { type Json, parseJson } from '../lib/json.ts'
import { planOf, type StructurePlan } from './plan.ts'
import { parseInstant, readJsonStructure } from './types.ts'

const member = (shape: string) => ({ shape })
const model = readModel(
  JSON.stringify({
    operations: { Do: { input: 'In', errors: [] } },
    shapes: {
      In: {
        type: 'structure',
        members: {
          Text: member('String'),
          Whole: member('Integer'),
          Large: member('Long'),
          Real: member('Double'),
          Yes: member('Boolean'),
          Bytes: member('Blob'),
          At: member('Timestamp'),
          Texts: member('Texts'),
          Map: member('Map'),
          Inner: member('In'),
        },
      },
      String: { type: 'string' },
      Integer: { type: 'integer' },
      Long: { type: 'long' },
      Double: { type: 'double' },
      Boolean: { type: 'boolean' },
      Blob: { type: 'blob' },
      Timestamp: { type: 'timestamp' },
      Texts: { type: 'list', member: member('String') },
      Map: { type: 'map', key: member('String'), value: member('Integer') },
    },
    errors: {},
  }),
)
const plan = planOf(model, 'Do')?.input as StructurePlan
const read = (text: string) => readJsonStructure(parseJson(text), plan)

test('each type is read as the contract types it', () => {
  const input = read(
    `{"Text":"é","Whole":-1,"Large":9007199254740991,"Real":0.5,"Yes":false,"Bytes":"AP8=",
      "At":1700000000.123,"Texts":["a",""],"Map":{"a":1},"Inner":{"Text":""}}`,
  )
  assert.deepEqual(
    { ...input, Map: { ...(input.Map as object) } },
    {
      Text: 'é',
      Whole: -1,
      Large: 9007199254740991,
      Real: 0.5,
      Yes: false,
      Bytes: Buffer.from([0, 255]),
      At: 1700000000123,
      Texts: ['a', ''],
      Map: { a: 1 },
      Inner: { Text: '' },
    },
  )
})

test('null is as absent, and what the contract does not know is dropped', () => {
  const input = read('{"Text":null,"Inner":{"__proto__":{"Yes":true},"Whole":null},"x":1}')
  assert.deepEqual(input, { Inner: {} })
  assert.equal((input.Inner as { Yes?: boolean }).Yes, undefined)
  assert.equal(Object.getPrototypeOf(input.Inner), Object.prototype)
})

test('a map keeps any key, without a prototype to reach', () => {
  const { Map: map } = read('{"Map":{"__proto__":1,"constructor":2}}') as { Map: object }
  assert.equal(Object.getPrototypeOf(map), null)
  assert.deepEqual(Object.entries(map), [
    ['__proto__', 1],
    ['constructor', 2],
  ])
})

const startOfMap = 'Start of structure or map found where not expected.'
const startOfList = 'Start of list found where not expected'
const refusals: readonly (readonly [body: string, words: string])[] = [
  ['{"Text":1}', 'NUMBER_VALUE can not be converted to a String'],
  ['{"Text":1.5}', 'DECIMAL_VALUE can not be converted to a String'],
  ['{"Text":true}', 'TRUE_VALUE can not be converted to a String'],
  ['{"Text":false}', 'FALSE_VALUE can not be converted to a String'],
  ['{"Text":{}}', startOfMap],
  ['{"Text":[]}', startOfList],
  ['{"Whole":"1"}', 'STRING_VALUE can not be converted to an Integer'],
  ['{"Whole":1.5}', 'DECIMAL_VALUE can not be converted to an Integer'],
  ['{"Whole":2147483648}', 'NUMBER_VALUE can not be converted to an Integer'],
  ['{"Large":9007199254740992}', 'NUMBER_VALUE can not be converted to a Long'],
  ['{"Large":"1"}', 'STRING_VALUE can not be converted to a Long'],
  ['{"Real":"0.5"}', 'STRING_VALUE can not be converted to a Double'],
  ['{"Yes":"true"}', 'STRING_VALUE can not be converted to a Boolean'],
  ['{"Yes":0}', 'NUMBER_VALUE can not be converted to a Boolean'],
  ['{"Bytes":5}', 'NUMBER_VALUE can not be converted to a Blob'],
  ['{"Bytes":"AP8"}', 'STRING_VALUE can not be converted to a Blob'],
  ['{"Bytes":"AP9="}', 'STRING_VALUE can not be converted to a Blob'],
  ['{"Bytes":"A P8="}', 'STRING_VALUE can not be converted to a Blob'],
  ['{"At":"yesterday"}', 'STRING_VALUE can not be converted to milliseconds since epoch'],
  ['{"At":true}', 'TRUE_VALUE can not be converted to milliseconds since epoch'],
  ['{"At":253402300800}', 'NUMBER_VALUE can not be converted to milliseconds since epoch'],
  ['{"Texts":"a"}', 'Expected list or null'],
  ['{"Texts":{"0":"a"}}', startOfMap],
  ['{"Texts":[1]}', 'NUMBER_VALUE can not be converted to a String'],
  ['{"Map":"a"}', 'Expected map or null'],
  ['{"Map":[]}', startOfList],
  ['{"Map":{"a":"1"}}', 'STRING_VALUE can not be converted to an Integer'],
  ['{"Inner":"a"}', 'Expected null'],
  ['{"Inner":[]}', startOfList],
  ['[]', startOfList],
  ['null', 'Expected null'],
  ['"a"', 'Expected null'],
]

for (const [body, words] of refusals) {
  test(`${body} is refused: ${words}`, () => {
    assert.throws(
      () => read(body),
      (error) => {
        assert.ok(error instanceof Fault)
        assert.deepEqual([error.code, error.message], ['SerializationException', words])
        return true
      },
    )
  })
}

test('an ISO instant is read with its zone, and only if the calendar has it', () => {
  const instants: readonly (readonly [string, string | undefined])[] = [
    ['2015-08-30T12:36:00Z', '2015-08-30T12:36:00.000Z'],
    ['2015-08-30T12:36:00.5Z', '2015-08-30T12:36:00.500Z'],
    ['2015-08-30T23:36:00-02:00', '2015-08-31T01:36:00.000Z'],
    ['2015-09-01T01:00:00+02:00', '2015-08-31T23:00:00.000Z'],
    ['2016-02-29T00:00:00Z', '2016-02-29T00:00:00.000Z'],
    ['2015-02-29T00:00:00Z', undefined],
    ['2015-02-31T00:00:00Z', undefined],
    ['2015-13-01T00:00:00Z', undefined],
    ['2015-08-30T24:00:00Z', undefined],
    ['2015-08-30T12:36:00', undefined],
    ['2015-08-30', undefined],
    ['20150830T123600Z', undefined],
    ['0000-01-01T00:00:00Z', undefined],
  ]
  for (const [text, expected] of instants) {
    const at = parseInstant(text)
    assert.equal(at === undefined ? undefined : new Date(at).toISOString(), expected, text)
  }
})

test('what is read never shares an object with what came', () => {
  const value = parseJson('{"Texts":["a"],"Inner":{}}') as { [key: string]: Json }
  const input = readJsonStructure(value, plan)
  assert.notEqual(input.Texts, value.Texts)
  assert.notEqual(input.Inner, value.Inner)
})
