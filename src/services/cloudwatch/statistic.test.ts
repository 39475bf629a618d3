import assert from 'node:assert/strict'
import { test } from 'node:test'
import { measured } from './datum.ts'
import { gathered, joined } from './point.ts'
import type { Point } from './records.ts'
import { measureOf } from './statistic.ts'

const of = (...values: number[]): Point => measured(0, 'None', values)

test('the plain statistics, over points that were put together', () => {
  const point = joined(of(1, 2), of(6))
  const names = ['SampleCount', 'Sum', 'Average', 'Minimum', 'Maximum']
  assert.deepEqual(
    names.map((name) => measureOf(name)(point)),
    [3, 9, 3, 1, 6],
  )
})

test('a percentile lies between the values that are nearest to it', () => {
  const hundred = of(...Array.from({ length: 101 }, (_, at) => at))
  assert.equal(measureOf('p99')(hundred), 99)
  assert.equal(measureOf('p0')(hundred), 0)
  assert.equal(measureOf('p100')(hundred), 100)
  assert.equal(measureOf('p50')(of(1, 2)), 1.5)
})

test('of many values a percentile is known within a hundredth', () => {
  const many = gathered(Array.from({ length: 2000 }, (_, at) => of(at + 1)))
  const [point] = many
  assert.ok(point && (point.values?.length ?? 0) < 1000)
  const p90 = measureOf('p90')(point) ?? 0
  assert.ok(Math.abs(p90 - 1800) < 20, String(p90))
  assert.equal(point.sum, (2000 * 2001) / 2)
})

test('of a summary a percentile is known only where all values are one', () => {
  const summary: Point = { at: 0, unit: 'None', count: 2, sum: 3, min: 1, max: 2 }
  assert.equal(measureOf('p90')(summary), undefined)
  assert.equal(measureOf('p90')({ ...summary, max: 1 }), 1)
  assert.equal(measureOf('p90')(joined(summary, of(1))), undefined)
})

test('statistics that are not offered are refused', () => {
  for (const name of ['tm90', 'p101', 'IQM', 'constructor', 'PR(1:2)']) {
    assert.throws(() => measureOf(name), { code: 'InvalidParameterValueException' }, name)
  }
})
