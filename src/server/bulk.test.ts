import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { Bulk } from './bulk.ts'
import type { Head } from './head.ts'

const head = {} as Head

const bulk = (options: { isKnown?: boolean; roomBytesMax?: number } = {}) =>
  new Bulk({
    usualBytesMax: 10,
    roomBytesMax: options.roomBytesMax ?? 100,
    bytesMaxOf: () => 60,
    mayAsk: async () => options.isKnown ?? true,
  })

/** Whether a promise stands settled after every microtask has run. */
async function isSettled(promise: unknown): Promise<boolean> {
  let settled = false
  Promise.resolve(promise).then(() => {
    settled = true
  })
  await new Promise((go) => setImmediate(go))
  return settled
}

describe('room for bodies', () => {
  test('a usual body asks nobody', async () => {
    assert.equal((await bulk({ isKnown: false }).roomFor(head, 10)).bytesMax, 10)
  })

  test('a large one of nobody we know gets none', async () => {
    assert.equal((await bulk({ isKnown: false }).roomFor(head, 11)).bytesMax, 0)
  })

  test('one beyond what its operation takes is held to the usual bound', async () => {
    assert.equal((await bulk().roomFor(head, 61)).bytesMax, 10)
  })

  test('one without a length takes all that it may become', async () => {
    const rooms = bulk()
    const first = await rooms.roomFor(head, undefined)
    assert.equal(first.bytesMax, 60)
    const second = rooms.roomFor(head, undefined)
    assert.equal(await isSettled(second), false)
    first.release()
    assert.equal((await second).bytesMax, 60)
  })

  test('who came first goes first, though a later one would fit', async () => {
    const rooms = bulk()
    const first = await rooms.roomFor(head, 60)
    const large = rooms.roomFor(head, 60)
    const small = rooms.roomFor(head, 20)
    assert.equal(await isSettled(small), false)
    first.release()
    first.release()
    assert.equal((await large).bytesMax, 60)
    assert.equal((await small).bytesMax, 60)
    assert.equal(await isSettled(rooms.roomFor(head, 40)), false)
  })

  test('those who wait are bounded', async () => {
    const rooms = bulk()
    await rooms.roomFor(head, 60)
    for (let waiting = 0; waiting < 64; waiting++) void rooms.roomFor(head, 60)
    await new Promise((go) => setImmediate(go))
    await assert.rejects(async () => rooms.roomFor(head, 60), { code: 'ThrottlingException' })
  })
})
