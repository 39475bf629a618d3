/** Keys: no part can be taken for another, and they sort as their parts do. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { keyOf, partsOf } from './key.ts'

test('a key gives its parts back', () => {
  for (const parts of [[], ['a'], ['a', ''], ['', 'ä', '\u{1f512}'], ['a b/c', 'd']]) {
    assert.deepEqual(partsOf(keyOf('things', parts)), parts)
  }
})

test('nothing in a part may be taken for a separator', () => {
  for (let code = 0; code < 32; code++) {
    for (const at of [0, 1, 2]) {
      const parts = ['a', 'b', 'c']
      parts[at] = `x${String.fromCharCode(code)}y`
      assert.throws(() => keyOf('things', parts), /a control character in a key/)
    }
  }
})

test('numbers sort as numbers, and nothing else is one', () => {
  const keys = [0, 9, 10, 99, 100, Number.MAX_SAFE_INTEGER].map((n) => keyOf('things', [n]))
  assert.deepEqual(keys, keys.toSorted())
  for (const odd of [-1, 0.5, Number.NaN, Number.POSITIVE_INFINITY]) {
    assert.throws(() => keyOf('things', [odd]), /not a whole number/)
  }
})
