import assert from 'node:assert/strict'
import { test } from 'node:test'
import { isFitDuration, windowHoursMax } from './schedule.ts'

test('schedules that AWS takes, and the longest window of each', () => {
  const fit: readonly (readonly [string, number])[] = [
    ['rate(1 day)', 24],
    ['rate(10 days)', 24],
    ['rate(4 hours)', 4],
    ['rate(48 hours)', 24],
    ['cron(0 8 1 * ? *)', 16],
    ['cron(0 */8 * * ? *)', 8],
    ['cron(0 2/10 * * ? *)', 2],
    ['cron(0 1,5 ? * SUN *)', 4],
    ['cron(0 9-11 ? * MON-FRI *)', 1],
    ['cron(0 0 L * ? *)', 24],
    ['cron(0 0 ? * 2#1 *)', 24],
    ['cron(0 0 ? * SUNL *)', 24],
    ['cron(0 23 ? JAN-MAR 1L *)', 1],
  ]
  for (const [expression, hours] of fit) assert.equal(windowHoursMax(expression), hours, expression)
})

test('schedules that AWS refuses', () => {
  const unfit = [
    'rate(0 days)',
    'rate(1 days)',
    'rate(2 day)',
    'rate(3 hours)',
    'rate(1 minute)',
    'rate(1001 days)',
    'cron(5 8 1 * ? *)',
    'cron(0 24 1 * ? *)',
    'cron(0 8 32 * ? *)',
    'cron(0 8 1 13 ? *)',
    'cron(0 8 ? * 8 *)',
    'cron(0 8 ? * 2#6 *)',
    'cron(0 8 1 * 1 *)',
    'cron(0 8 ? * ? *)',
    'cron(0 8 * * * *)',
    'cron(0 8 1 * ? 2030)',
    'cron(0 8 1 * ?)',
    'cron(0 8 1 * ? * *)',
    'cron(0 11-9 1 * ? *)',
    'cron( 0 8 1 * ? *)',
    'every day',
    '',
  ]
  for (const expression of unfit) {
    assert.equal(windowHoursMax(expression), undefined, expression)
  }
})

test('a window fits, or is left to AWS', () => {
  assert.equal(isFitDuration(undefined, 1), true)
  assert.equal(isFitDuration('3h', 3), true)
  assert.equal(isFitDuration('4h', 3), false)
  assert.equal(isFitDuration('0h', 3), false)
})
