/** When backups are due, and which may go. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { dayMs, hourMs, minuteMs } from '../lib/clock.ts'
import { dueAt, expired, isOverdue, readSchedule, type Schedule } from './schedule.ts'

const schedule: Schedule = { everyMs: hourMs, keepMs: 14 * dayMs, path: '/backups' }
const at = 1_700_000_000_000

test('spans of time are read, and what is none is refused', () => {
  const read = (backupEvery: string, backupKeep?: string) =>
    readSchedule({ backupEvery, backupTo: '/b', ...(backupKeep && { backupKeep }) })
  assert.deepEqual(read('1h'), { everyMs: hourMs, keepMs: 14 * dayMs, path: '/b' })
  assert.deepEqual(read('30m', '2d'), { everyMs: 30 * minuteMs, keepMs: 2 * dayMs, path: '/b' })
  for (const text of ['', '0h', '1', 'h', '1w', '-1h', '1h30m', '1.5h', '9999999s']) {
    assert.throws(() => read(text || ' '), { message: /--backup-every .* is not a span of time/ })
  }
  assert.throws(() => read('1d', '1h'), { message: /--backup-keep must not be shorter/ })
  assert.throws(() => readSchedule({ backupEvery: '1h' }), { message: /need both/ })
  assert.throws(() => readSchedule({ backupKeep: '1d' }), { message: /need both/ })
  assert.equal(readSchedule({}), undefined)
})

test('the first is due at once, the next after its time, however long nobody was here', () => {
  assert.equal(dueAt(schedule, { triedAt: undefined, failures: 0 }), 0)
  assert.equal(dueAt(schedule, { triedAt: at, failures: 0 }), at + hourMs)
})

test('what went wrong is tried again soon, then less and less often, at least at its time', () => {
  const waits = [1, 2, 3, 4, 5, 6, 7, 50].map(
    (failures) => (dueAt(schedule, { triedAt: at, failures }) - at) / minuteMs,
  )
  assert.deepEqual(waits, [1, 2, 4, 8, 16, 32, 60, 60])
})

test('overdue is what has missed two', () => {
  assert.equal(isOverdue(schedule, at, at + 2 * hourMs), false)
  assert.equal(isOverdue(schedule, at, at + 2 * hourMs + 1), true)
})

test('an old one goes only when a newer one was drilled well', () => {
  const kept = (days: number, isGood: boolean) => ({
    name: `${days}`,
    madeAt: at - days * dayMs,
    isGood,
  })
  const names = (...list: ReturnType<typeof kept>[]) =>
    expired(schedule, list, at).map(({ name }) => name)
  assert.deepEqual(names(kept(20, true), kept(15, false), kept(13, true), kept(0, true)), [
    '20',
    '15',
  ])
  assert.deepEqual(names(kept(20, true), kept(1, false)), [])
  assert.deepEqual(names(kept(20, false), kept(15, false)), [])
  assert.deepEqual(names(kept(30, true), kept(20, true), kept(1, false)), ['30'])
})
