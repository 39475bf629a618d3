import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Pacer } from './pacer.ts'
import type { DeliveryRecord, TargetRecord } from './records.ts'
import { backOffMs, exhaustedBy } from './retry.ts'
import { Slots } from './slots.ts'

const target: TargetRecord = { id: 't', arn: 'arn' }
const delivery = (tries: number) => ({ tries, takenAt: 0 }) as DeliveryRecord

test('each pause is longer than the last, up to ten minutes, and never the same', () => {
  assert.equal(backOffMs(1, 1), 1000)
  assert.equal(backOffMs(1, 0), 500)
  assert.equal(backOffMs(5, 1), 16_000)
  assert.equal(backOffMs(185, 1), 600_000)
})

test('185 tries reach through a day', () => {
  let ms = 0
  for (let tries = 1; tries <= 185; tries++) ms += backOffMs(tries, 0.5)
  assert.ok(ms > 18 * 3_600_000)
})

test('tries and age run out', () => {
  assert.equal(exhaustedBy(target, delivery(185), 1000), undefined)
  assert.equal(exhaustedBy(target, delivery(186), 1000), 'MaximumRetryAttempts')
  assert.equal(exhaustedBy(target, delivery(1), 86_400_000), 'MaximumEventAgeInSeconds')
  assert.equal(exhaustedBy({ ...target, retriesMax: 0 }, delivery(1), 0), 'MaximumRetryAttempts')
  assert.equal(
    exhaustedBy({ ...target, ageSecondsMax: 60 }, delivery(1), 60_000),
    'MaximumEventAgeInSeconds',
  )
})

test('calls of a destination are as far apart as its rate asks for', () => {
  const pacer = new Pacer()
  assert.equal(pacer.reserve('a', 2, 1000, 5000), 0)
  assert.equal(pacer.reserve('a', 2, 1000, 5000), 500)
  assert.equal(pacer.reserve('a', 2, 1000, 5000), 1000)
  assert.equal(pacer.reserve('b', 2, 1000, 5000), 0)
  assert.equal(pacer.reserve('a', 2, 1000, 1200), undefined)
  assert.equal(pacer.reserve('a', 2, 9000, 5000), 0)
})

test('places are given in the order in which they were asked for', async () => {
  const slots = new Slots(1)
  const order: number[] = []
  const free = await slots.take()
  const waiting = [1, 2].map(async (n) => {
    const freeNext = await slots.take()
    order.push(n)
    freeNext()
  })
  free()
  await Promise.all(waiting)
  assert.deepEqual(order, [1, 2])
})
