/** Rule J1: one strict reader. */
import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import fc from 'fast-check'
import { JsonError, parseJson } from './json.ts'

const refused: readonly (readonly [name: string, text: string | Uint8Array, words: RegExp])[] = [
  ['a key twice', '{"Effect":"Deny","Effect":"Allow"}', /a key that occurs twice/],
  ['a key twice, once escaped', '{"a":1,"\\u0061":2}', /a key that occurs twice/],
  ['a key twice, deep inside', '[{"x":{"k":1,"k":1}}]', /a key that occurs twice/],
  ['more than 32 levels', '['.repeat(33) + ']'.repeat(33), /more than 32 levels/],
  ['ten megabytes of brackets', '['.repeat(10 << 20), /more than 32 levels/],
  ['invalid UTF-8', Uint8Array.of(0x22, 0xc3, 0x28, 0x22), /not UTF-8/],
  ['overlong UTF-8', Uint8Array.of(0x22, 0xc0, 0xaf, 0x22), /not UTF-8/],
  ['a byte order mark', Uint8Array.of(0xef, 0xbb, 0xbf, 0x7b, 0x7d), /not JSON/],
  ['a lone surrogate', '"\\ud800"', /a lone surrogate/],
  ['a lone surrogate as a key', '{"\\udc00":1}', /a lone surrogate/],
  ['a number beyond all numbers', '1e999', /a number out of range/],
  ['two values', '{} {}', /not JSON/],
  ['a comma too many', '[1,]', /not JSON/],
  ['a comment', '{} // x', /not JSON/],
  ['an open string', '{"a', /an open string/],
  ['nothing', '', /not JSON/],
]

describe('json', () => {
  for (const [name, text, words] of refused) {
    test(`${name} is refused`, () => {
      assert.throws(
        () => parseJson(text),
        (thrown: Error) => {
          assert.ok(thrown instanceof JsonError)
          assert.match(thrown.message, words)
          return true
        },
      )
    })
  }

  test('a refusal never holds what was sent', () => {
    assert.throws(
      () => parseJson('{"SecretString":"hunter2" oops'),
      (thrown: Error) => !thrown.message.includes('hunter2'),
    )
  })

  test('__proto__ is a key like any other and reaches nothing', () => {
    const value = parseJson('{"__proto__":{"admin":true},"constructor":1}') as Record<
      string,
      unknown
    >
    assert.equal(Object.getPrototypeOf(value), null)
    assert.deepEqual(Object.keys(value), ['__proto__', 'constructor'])
    assert.equal(({} as { admin?: boolean }).admin, undefined)
  })

  test('equal keys in different objects are no matter', () => {
    assert.equal(JSON.stringify(parseJson('[{"a":1},{"a":{"a":2}}]')), '[{"a":1},{"a":{"a":2}}]')
  })

  test('strings that look like keys are no keys', () => {
    assert.equal(
      JSON.stringify(parseJson('{"a":"b","b":"b","c":["a","a"]}')),
      '{"a":"b","b":"b","c":["a","a"]}',
    )
  })

  test('it reads what JSON.parse reads', () => {
    fc.assert(
      fc.property(fc.jsonValue({ maxDepth: 6 }), (value) => {
        const text = JSON.stringify(value)
        assert.equal(JSON.stringify(parseJson(Buffer.from(text))), JSON.stringify(JSON.parse(text)))
      }),
    )
  })

  test('whatever comes, it answers with a value or a JsonError', () => {
    fc.assert(
      fc.property(fc.oneof(fc.uint8Array({ maxLength: 60 }), fc.string()), (source) => {
        try {
          parseJson(source)
        } catch (thrown) {
          assert.ok(thrown instanceof JsonError)
        }
      }),
    )
  })
})
