import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Fault } from '../lib/fault.ts'
import { Pending } from './sequel.ts'

test('a call has one sequel at most', () => {
  const pending = new Pending()
  assert.equal(pending.isAsked, false)
  pending.ask(async () => ({}))
  assert.equal(pending.isAsked, true)
  assert.throws(() => pending.ask(async () => ({})), /a second sequel/)
})

test('what it gives is the answer, what it throws is thrown', async () => {
  const pending = new Pending()
  pending.ask(async () => ({ given: 1 }))
  assert.deepEqual(await pending.run(), { given: 1 })
  const failing = new Pending()
  failing.ask(async () => {
    throw new Fault('TooManyRequestsException', 'Rate Exceeded.')
  })
  await assert.rejects(failing.run(), { code: 'TooManyRequestsException' })
})

test('one without an end is ended', async (t) => {
  t.mock.timers.enable({ apis: ['setTimeout'] })
  const pending = new Pending()
  pending.ask(() => new Promise(() => {}))
  const run = assert.rejects(pending.run(), /without end/)
  t.mock.timers.tick(16 * 60_000)
  await run
})

test('a fault of a call that was never recorded has no record', () => {
  const pending = new Pending()
  assert.throws(() => pending.recordOf(new Fault('ServiceException')), /was not recorded/)
  pending.decide({ record: (_eventId, { code }) => ({ code }) })
  assert.deepEqual(pending.recordOf(new Fault('ServiceException')), { code: 'ServiceException' })
})
