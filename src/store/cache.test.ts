import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { Cache } from './cache.ts'

const load = (record: unknown, weightBytes = 1000) => ({ record, weightBytes })

/** Room for about so many records of a thousand bytes. */
const roomFor = (items: number) => new Cache(items * 3400)

describe('the cache', () => {
  test('knows what it was filled with, absence too', async () => {
    const cache = roomFor(3)
    await cache.fill('a', async () => load('one'))
    await cache.fill('b', async () => load(undefined, 0))
    assert.equal(cache.find('c'), undefined)
    assert.equal(cache.find('a')?.record, 'one')
    assert.ok(cache.find('b'))
    assert.equal(cache.find('b')?.record, undefined)
  })

  test('what was asked for is spared, what nobody asked for goes first', async () => {
    const cache = roomFor(3)
    for (const key of ['a', 'b', 'c']) await cache.fill(key, async () => load(key))
    cache.find('a')
    await cache.fill('d', async () => load('d'))
    assert.deepEqual(
      ['a', 'b', 'c', 'd'].map((key) => cache.find(key) !== undefined),
      [true, false, true, true],
    )
  })

  test('is bounded though everything in it was asked for', async () => {
    const cache = roomFor(100)
    for (let n = 0; n < 1000; n++) {
      await cache.fill(`key ${n}`, async () => load(n))
      cache.find(`key ${n}`)
      assert.ok(cache.bytes <= 100 * 3400)
    }
    assert.equal(cache.find('key 999')?.record, 999)
  })

  test('a record larger than all the room is not kept', async () => {
    const cache = roomFor(1)
    const { record } = await cache.fill('a', async () => load('large', 10_000))
    assert.equal(record, 'large')
    assert.equal(cache.find('a'), undefined)
    assert.equal(cache.bytes, 0)
  })

  test('a fill whose key was changed meanwhile is handed on and not kept', async () => {
    const cache = roomFor(3)
    const filling = cache.fill('a', async () => {
      cache.drop(['a'])
      return load('old')
    })
    assert.equal((await filling).record, 'old')
    assert.equal(cache.find('a'), undefined)
  })

  test('what was changed is forgotten, and its room is free', async () => {
    const cache = roomFor(3)
    await cache.fill('a', async () => load('a'))
    cache.drop(['a', 'b'])
    assert.equal(cache.find('a'), undefined)
    assert.equal(cache.bytes, 0)
  })
})
