/** What was learned: bounded, never lost before it is written, recalled when it was let go of. */
import assert from 'node:assert/strict'
import { createSecretKey, randomBytes } from 'node:crypto'
import { test } from 'node:test'
import { Memory, type Place } from './memory.ts'

function stored(itemsMax: number) {
  const kept = new Map<string, { readonly day: number }>()
  const recalls: string[] = []
  const nameOf = ({ kind, account, digest }: Place) => `${kind} ${account} ${digest}`
  const recall = async (place: Place) => {
    recalls.push(nameOf(place))
    return kept.get(nameOf(place))
  }
  const memory = new Memory(recall, createSecretKey(randomBytes(32)), itemsMax)
  const write = () => {
    for (const [place, record] of memory.unwritten()) {
      if (record) kept.set(nameOf(place), record)
      else kept.delete(nameOf(place))
    }
    memory.written()
  }
  return { memory, recalls, write, kept }
}

test('what was set is known at once; what was never known is asked for once', async () => {
  const { memory, recalls } = stored(10)
  memory.set('reader', '1', 'a', { day: 3 })
  assert.deepEqual(memory.get('reader', '1', 'a'), { day: 3 })
  assert.equal(await memory.get('reader', '1', 'b'), undefined)
  assert.equal(memory.get('reader', '1', 'b'), undefined)
  assert.equal(recalls.length, 1)
})

test('what is written is let go of, the least recently used first, and recalled', async () => {
  const { memory, recalls, write } = stored(2)
  for (const about of ['a', 'b']) memory.set('reader', '1', about, { day: 1 })
  write()
  memory.get('reader', '1', 'a')
  memory.set('reader', '1', 'c', { day: 1 })
  write()
  assert.deepEqual(memory.get('reader', '1', 'a'), { day: 1 })
  assert.equal(recalls.length, 0)
  assert.deepEqual(await memory.get('reader', '1', 'b'), { day: 1 })
  assert.equal(recalls.length, 1)
})

test('what is not written is held, however much it is', () => {
  const { memory, recalls } = stored(2)
  for (let at = 0; at < 10; at++) memory.set('reader', '1', String(at), { day: at })
  assert.equal(memory.unwrittenCount, 10)
  for (let at = 0; at < 10; at++) {
    assert.deepEqual(memory.get('reader', '1', String(at)), { day: at })
  }
  assert.equal(recalls.length, 0)
})

test('what was taken back is removed from the store', async () => {
  const { memory, write, kept } = stored(10)
  memory.set('canary', '1', 'a', { day: 1 })
  write()
  assert.equal(kept.size, 1)
  memory.set('canary', '1', 'a', undefined)
  write()
  assert.equal(kept.size, 0)
})

test('names in keys tell nothing', () => {
  const { memory, kept, write } = stored(10)
  memory.set('reader', '1', 'arn:aws:iam::1:user/alice\narn:of:secret', { day: 1 })
  write()
  assert.ok([...kept.keys()].every((key) => /^reader 1 [0-9a-f]{40}$/.test(key)))
})
