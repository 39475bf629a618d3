import assert from 'node:assert/strict'
import { test } from 'node:test'
import { readExpression } from './math.ts'

const a = new Map([
  [1, 6],
  [2, 9],
  [3, 1],
])
const b = new Map([
  [1, 2],
  [2, 0],
])
const value = (text: string) => [...readExpression(text).evaluate((id) => (id === 'a' ? a : b))]

test('arithmetic binds as it should, over the instants that all sides have', () => {
  assert.deepEqual(value('a + b * 2'), [
    [1, 10],
    [2, 9],
  ])
  assert.deepEqual(value('(a + b) * 2')[0], [1, 16])
  assert.deepEqual(value('a - b - 1')[0], [1, 3])
  assert.deepEqual(value('100 * -a / 3')[0], [1, -200])
})

test('a division by zero has no value', () => {
  assert.deepEqual(value('a / b'), [[1, 3]])
})

test('what is no arithmetic is refused clearly', () => {
  for (const text of ['SUM(METRICS())', 'a +', 'a b', '(a', 'fill(a, 0)', 'a > b', "SEARCH('x')"]) {
    assert.throws(() => readExpression(text), { code: 'ValidationException' }, text)
  }
  assert.throws(() => readExpression(`${'('.repeat(10_000)}a`), { code: 'ValidationException' })
  assert.throws(() => value('1 + 2'), /is a number, not a time series/)
})
