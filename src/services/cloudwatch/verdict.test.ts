/** AWS's own tables of missing data, and what is ours. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { verdictOn } from './verdict.ts'

const minute = 60_000
const now = 100 * minute + 5000

/** The latest whole minutes, the last one last: `X` breaches, `0` does not, `-` is missing. */
const valuesIn = (text: string): Map<number, number> => {
  const marks = text.split(' ')
  return new Map(
    marks.flatMap((mark, at) =>
      mark === '-' ? [] : [[(100 - marks.length + at) * minute, mark === 'X' ? 5 : 0] as const],
    ),
  )
}

const judged = (
  text: string,
  missing: string | undefined,
  breaching: number,
  current?: number,
  onlyGrows = true,
) => {
  const values = valuesIn(text)
  if (current !== undefined) values.set(100 * minute, current)
  return verdictOn(
    {
      ...{ comparison: 'GreaterThanThreshold', threshold: 1 },
      ...{ periods: 3, breaching, missing },
    },
    { values, seconds: 60, now, onlyGrows, statistic: 'Sum' },
  )
}

const ways = ['missing', 'ignore', 'breaching', 'notBreaching']
const [none, retained] = ['INSUFFICIENT_DATA', undefined]

/** https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/alarms-and-missing-data.html */
const ofThree: readonly (readonly [string, ...(string | undefined)[]])[] = [
  ['0 - X - X', 'OK', 'OK', 'OK', 'OK'],
  ['- - - - 0', 'OK', 'OK', 'OK', 'OK'],
  ['- - - - -', none, retained, 'ALARM', 'OK'],
  ['0 X X - X', 'ALARM', 'ALARM', 'ALARM', 'ALARM'],
  ['- - X - -', 'ALARM', retained, 'ALARM', 'OK'],
]
const twoOfThree: readonly (readonly [string, ...(string | undefined)[]])[] = [
  ['0 - X - X', 'ALARM', 'ALARM', 'ALARM', 'ALARM'],
  ['0 0 X 0 X', 'ALARM', 'ALARM', 'ALARM', 'ALARM'],
  ['0 - X - -', 'OK', 'OK', 'ALARM', 'OK'],
  ['- - - - 0', 'OK', 'OK', 'ALARM', 'OK'],
  ['- - - - X', 'ALARM', retained, 'ALARM', 'OK'],
]

for (const [breaching, table] of [
  [3, ofThree],
  [2, twoOfThree],
] as const) {
  for (const [text, ...expected] of table) {
    test(`${breaching} of 3, ${text}`, () => {
      const states = ways.map((way) => judged(text, way, breaching)?.value)
      assert.deepEqual(states, expected)
      assert.equal(judged(text, undefined, breaching)?.value, expected[0])
    })
  }
}

test('the period that is not over is looked at only where it breaches for good', () => {
  assert.equal(judged('0 0 X', 'missing', 2, 5)?.value, 'ALARM')
  assert.equal(judged('0 X X', 'missing', 2, 0)?.value, 'ALARM')
  assert.equal(judged('0 0 X', 'missing', 2, 5, false)?.value, 'OK')
})

test('the reason says what was seen, in AWS’s words', () => {
  const verdict = judged('0 0 X', 'missing', 1)
  assert.equal(
    verdict?.reason,
    'Threshold Crossed: 1 out of the last 3 datapoints [5.0 (01/01/70 01:39:00)] was greater than the threshold (1.0) (minimum 1 datapoint for OK -> ALARM transition).',
  )
  assert.deepEqual(JSON.parse(verdict.data).recentDatapoints, [0, 0, 5])
  assert.equal(
    judged('- - -', 'missing', 1)?.reason,
    'Insufficient Data: 3 datapoints were unknown.',
  )
})
