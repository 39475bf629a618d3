import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { readSchedule } from './schedule.ts'

const at = (text: string): number => Date.parse(text)
const nextOf = (expression: string, from: string): string | undefined => {
  const next = readSchedule(expression)?.next(at(from), at(from))
  return next === undefined ? undefined : new Date(next).toISOString()
}

const monday = '2026-11-23T10:00:30Z'

describe('schedules', () => {
  for (const [expression, next] of [
    ['rate(1 minute)', '2026-11-23T10:01:30.000Z'],
    ['rate(5 minutes)', '2026-11-23T10:05:30.000Z'],
    ['rate(1 hour)', '2026-11-23T11:00:30.000Z'],
    ['rate(2 days)', '2026-11-25T10:00:30.000Z'],
    ['cron(0 12 * * ? *)', '2026-11-23T12:00:00.000Z'],
    ['cron(5,35 14 * * ? *)', '2026-11-23T14:05:00.000Z'],
    ['cron(15 10 ? * 6L 2027-2029)', '2027-01-29T10:15:00.000Z'],
    ['cron(0/5 8-17 ? * MON-FRI *)', '2026-11-23T10:05:00.000Z'],
    ['cron(0 8 1 * ? *)', '2026-12-01T08:00:00.000Z'],
    ['cron(0 8 ? * 1 *)', '2026-11-29T08:00:00.000Z'],
    ['cron(0 8 ? * L *)', '2026-11-28T08:00:00.000Z'],
    ['cron(0 8 L * ? *)', '2026-11-30T08:00:00.000Z'],
    ['cron(0 8 ? * TUE#1 *)', '2026-12-01T08:00:00.000Z'],
  ] as const) {
    test(expression, () => assert.equal(nextOf(expression, monday), next))
  }

  for (const none of [
    'rate(0 minutes)',
    'rate(1 minutes)',
    'rate(5 minute)',
    'rate(5 seconds)',
    'rate( 5 minutes)',
    'cron(0 12 * * ?)',
    'cron(0 12 * * * *)',
    'cron(0 12 ? * ? *)',
    'cron(INVALID)',
    'cron(61 12 * * ? *)',
    'cron(0 12 32 * ? *)',
    '5 minutes',
    '',
  ]) {
    test(`none: ${none}`, () => assert.equal(readSchedule(none), undefined))
  }

  test('what was missed is made up for once', () => {
    const rate = readSchedule('rate(5 minutes)')
    assert.equal(rate?.next(0, 17 * 60_000), 20 * 60_000)
    assert.equal(rate?.next(0, 20 * 60_000), 25 * 60_000)
  })

  test('a year that is over never comes', () => {
    assert.equal(nextOf('cron(0 12 * * ? 2020)', monday), undefined)
  })
})
