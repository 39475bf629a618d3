import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { RotationRules } from './records.ts'
import { nextWindow } from './window.ts'

/** A Sunday. */
const now = Date.parse('2026-11-22T09:30:00Z')
const shown = (rules: RotationRules, at = now) => {
  const window = nextWindow(rules, at)
  return window && [window.dueAt, window.nextAt].map((each) => new Date(each).toISOString())
}

test('the window that comes next, and its last second', () => {
  const cases: readonly (readonly [RotationRules, string, string])[] = [
    [{ AutomaticallyAfterDays: 1 }, '2026-11-23T00:00:00', '2026-11-23T23:59:59'],
    [{ AutomaticallyAfterDays: 10, Duration: '2h' }, '2026-12-02T00:00:00', '2026-12-02T01:59:59'],
    [{ ScheduleExpression: 'rate(10 days)' }, '2026-12-02T00:00:00', '2026-12-02T23:59:59'],
    [{ ScheduleExpression: 'rate(4 hours)' }, '2026-11-22T12:00:00', '2026-11-22T12:59:59'],
    [
      { ScheduleExpression: 'rate(6 hours)', Duration: '6h' },
      '2026-11-22T12:00:00',
      '2026-11-22T17:59:59',
    ],
    [{ ScheduleExpression: 'rate(48 hours)' }, '2026-11-24T00:00:00', '2026-11-24T00:59:59'],
    [{ ScheduleExpression: 'cron(0 8 1 * ? *)' }, '2026-12-01T08:00:00', '2026-12-01T23:59:59'],
    [{ ScheduleExpression: 'cron(0 */8 * * ? *)' }, '2026-11-22T16:00:00', '2026-11-22T16:59:59'],
    [{ ScheduleExpression: 'cron(0 2/10 * * ? *)' }, '2026-11-22T12:00:00', '2026-11-22T12:59:59'],
    [{ ScheduleExpression: 'cron(0 0 L * ? *)' }, '2026-11-30T00:00:00', '2026-11-30T23:59:59'],
    [{ ScheduleExpression: 'cron(0 0 ? * 2#1 *)' }, '2026-12-07T00:00:00', '2026-12-07T23:59:59'],
    [{ ScheduleExpression: 'cron(0 0 ? * SUNL *)' }, '2026-11-29T00:00:00', '2026-11-29T23:59:59'],
    [{ ScheduleExpression: 'cron(0 0 ? * 1L *)' }, '2026-11-29T00:00:00', '2026-11-29T23:59:59'],
    [{ ScheduleExpression: 'cron(0 0 ? * L *)' }, '2026-11-28T00:00:00', '2026-11-28T23:59:59'],
    [
      { ScheduleExpression: 'cron(0 16 1,15 * ? *)', Duration: '2h' },
      '2026-12-01T16:00:00',
      '2026-12-01T17:59:59',
    ],
  ]
  for (const [rules, dueAt, nextAt] of cases) {
    const wanted = [`${dueAt}.000Z`, `${nextAt}.000Z`]
    assert.deepEqual(shown(rules), wanted, JSON.stringify(rules))
  }
})

test('a window that has begun is not the next one, and none reaches into the next day', () => {
  const daily = { ScheduleExpression: 'cron(0 8 * * ? *)' }
  assert.equal(shown(daily, Date.parse('2026-11-22T08:00:00Z'))?.[0], '2026-11-23T08:00:00.000Z')
  const long = { ScheduleExpression: 'rate(9 hours)', Duration: '9h' }
  for (let hour = 0; hour < 100; hour++) {
    const { dueAt = 0, nextAt = 0 } = nextWindow(long, now + hour * 3_600_000) ?? {}
    assert.ok(dueAt > now + hour * 3_600_000)
    assert.equal(new Date(dueAt).getUTCDate(), new Date(nextAt).getUTCDate())
  }
})

test('no rules, no window', () => {
  assert.equal(nextWindow(undefined, now), undefined)
  assert.equal(nextWindow({}, now), undefined)
})
