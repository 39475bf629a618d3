/** Every place is found, however the bytes come; nothing is found where nothing stands. */
import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { describe, test } from 'node:test'
import fc from 'fast-check'
import { isTelling } from './entropy.ts'
import { Fingerprints } from './fingerprints.ts'
import { Sweep } from './sweep.ts'

const printsOf = (values: Readonly<Record<string, string>>) => {
  const prints = new Fingerprints()
  for (const [what, value] of Object.entries(values)) prints.add(what, Buffer.from(value))
  return prints
}
const value = 'a-value-of-32-characters-1234567'

test('at every offset, in pieces of every size: once, on its line', () => {
  const prints = printsOf({ it: value })
  fc.assert(
    fc.property(
      fc.array(fc.constantFrom('x', '\n', 'a-value', ' '), { maxLength: 60 }),
      fc.integer({ min: 1, max: 70 }),
      (before, pieceBytes) => {
        const bytes = Buffer.from(`${before.join('')}${value}\nand more`)
        const sweep = new Sweep(prints)
        const found = []
        for (let at = 0; at < bytes.length; at += pieceBytes) {
          found.push(...sweep.feed(bytes.subarray(at, at + pieceBytes)))
        }
        const line = before.filter((each) => each === '\n').length + 1
        assert.deepEqual(found, [{ what: 'it', form: 'plain', line }])
      },
    ),
  )
})

test('inside base64, whatever stands around', () => {
  const prints = printsOf({ it: value })
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 40 }), fc.uint8Array({ maxLength: 40 }), (a, b) => {
      for (const encoding of ['base64', 'base64url'] as const) {
        const text = Buffer.concat([a, Buffer.from(value), b]).toString(encoding)
        const found = new Sweep(prints).feed(Buffer.from(text))
        assert.deepEqual(
          found.map(({ form }) => form),
          ['base64'],
        )
      }
    }),
  )
})

test('not in eight megabytes at random, nor where all but one byte is right', () => {
  const values = Array.from({ length: 200 }, (_, at) => [`v${at}`, randomBytes(12).toString('hex')])
  const prints = printsOf({ ...Object.fromEntries(values), it: value })
  assert.deepEqual(prints.search(randomBytes(8 << 20)), [])
  for (let at = 0; at < value.length; at++) {
    const changed = Buffer.from(value)
    changed[at] = (changed[at] ?? 0) ^ 1
    assert.deepEqual(prints.search(Buffer.concat([Buffer.alloc(20), changed])), [])
  }
})

describe('too short or too plain to mean something', () => {
  for (const text of [
    '',
    'short',
    'postgres',
    'Production',
    '12345678',
    'aaaaaaaaaaaaaaaa',
    'abababababab',
  ]) {
    test(JSON.stringify(text), () => {
      assert.equal(isTelling(text), false)
      assert.equal(new Fingerprints().add('it', Buffer.from(text)), false)
    })
  }
  for (const text of ['hunter2-hunter2', 'tr0ub4dor', 'correct horse', '1234567890']) {
    test(`not ${text}`, () => assert.equal(isTelling(text), true))
  }
})
