import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { samePairs } from './pairs.ts'

const pairs = fc.dictionary(fc.string({ maxLength: 2 }), fc.string({ maxLength: 1 }), {
  maxKeys: 3,
})
const sorted = (of: Record<string, string>) =>
  JSON.stringify(Object.entries(of).toSorted(([a], [b]) => (a < b ? -1 : 1)))

test('pairs are the same if they are the same when sorted', () => {
  fc.assert(
    fc.property(pairs, pairs, (a, b) => {
      assert.equal(samePairs(a, b), sorted(a) === sorted(b))
      assert.ok(samePairs(a, Object.fromEntries(Object.entries(a).toReversed())))
    }),
    { numRuns: 1000 },
  )
})

test('what every object has is no pair of anybody', () => {
  assert.equal(samePairs({ toString: 'x' }, {}), false)
  assert.equal(samePairs({}, { constructor: 'x' }), false)
})
