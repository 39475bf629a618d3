/** How many run at once: in all, of one function, of memory; who waits; who is sent away. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { deploy, raiseRunners } from './fixture.ts'

const slow =
  'let n = 0; export const handler = async ({ ms = 400 }) => { await new Promise((go) => setTimeout(go, ms)); return ++n }'

test('a reservation bounds one function; those beyond it wait their turn', async () => {
  await using fleet = raiseRunners()
  const deployed = deploy(slow, { reservedConcurrency: 1 })
  const results = await Promise.all([1, 2, 3].map(() => fleet.invoke(deployed, { ms: 30 })))
  assert.deepEqual(results.map(({ value }) => value).sort(), [1, 2, 3])
  assert.equal(fleet.opened(), 1)
})

test('a reservation of none lets nobody in', async () => {
  await using fleet = raiseRunners()
  await assert.rejects(fleet.invoke(deploy(slow, { reservedConcurrency: 0 })), {
    name: 'TooBusy',
    message: 'Rate Exceeded.',
    reason: 'ReservedFunctionConcurrentInvocationLimitExceeded',
  })
})

test('a full queue sends away, and who has waited too long goes too', async () => {
  await using fleet = raiseRunners({
    limits: {
      environmentsMax: 1,
      environmentsPerFunctionMax: 1,
      queueMax: 1,
      queueMilliseconds: 50,
    },
  })
  const deployed = deploy(slow)
  const first = fleet.invoke(deployed, { ms: 500 })
  await fleet.runners.isolation()
  const tooBusy = { name: 'TooBusy', reason: 'ConcurrentInvocationLimitExceeded' }
  const waiting = assert.rejects(fleet.invoke(deployed), tooBusy)
  await assert.rejects(fleet.invoke(deployed), tooBusy)
  await waiting
  assert.equal((await first).value, 1)
})

test('one function cannot take all the room: another gets in beside it', async () => {
  await using fleet = raiseRunners({
    limits: { environmentsMax: 3, environmentsPerFunctionMax: 2 },
  })
  const greedy = deploy(slow)
  const many = Promise.all([1, 2, 3, 4].map(() => fleet.invoke(greedy, { ms: 1500 })))
  const other = await fleet.invoke(deploy('export const handler = async () => "in"'))
  assert.equal(other.value, 'in')
  const values = (await many).map(({ value }) => value)
  // Whichever of its two environments is free first takes the next.
  assert.equal(values.filter((value) => value === 1).length, 2)
  assert.equal(fleet.opened(), 3)
})

test('memory is promised once: what does not fit waits', async () => {
  await using fleet = raiseRunners({ limits: { memoryMegabytesMax: 300 } })
  const deployed = deploy(slow, { memoryMegabytes: 200 })
  const results = await Promise.all([1, 2].map(() => fleet.invoke(deployed, { ms: 30 })))
  assert.deepEqual(results.map(({ value }) => value).sort(), [1, 2])
})

test('a warm environment gives way to another function', async () => {
  await using fleet = raiseRunners({
    limits: { environmentsMax: 1, environmentsPerFunctionMax: 1 },
  })
  const [one, other] = [deploy(slow), deploy(slow)]
  assert.equal((await fleet.invoke(one, { ms: 0 })).value, 1)
  assert.equal((await fleet.invoke(one, { ms: 0 })).value, 2)
  assert.equal((await fleet.invoke(other, { ms: 0 })).value, 1)
  assert.equal((await fleet.invoke(one, { ms: 0 })).value, 1)
})
