/** Folding: what is one incident, what is two, and how many there can be. */
import assert from 'node:assert/strict'
import { createSecretKey, randomBytes } from 'node:crypto'
import { test } from 'node:test'
import { dayMs, hourMs } from '../lib/clock.ts'
import type { Finding } from './detection.ts'
import type { Incident } from './incident.ts'
import { Ledger } from './ledger.ts'
import { Memory } from './memory.ts'

const start = 20_000 * dayMs
const finding = (more: Partial<Finding> = {}): Finding => ({
  ...{ severity: 'high', at: start, account: '1', region: 'r', principal: 'p', resource: 's' },
  ...{ words: 'w', requestId: 'q', ...more },
})

/** A ledger whose incidents are written at once. */
function written() {
  const kept = new Map<string, Incident>()
  const told: Incident[] = []
  const memory = new Memory(async () => undefined, createSecretKey(randomBytes(32)), 1000)
  const ledger = new Ledger(memory, async (_, id) => kept.get(id))
  return {
    kept,
    told,
    async take(...findings: readonly Finding[]) {
      for (const each of findings) await ledger.take('canary', each)
      for (const { incident, isNew } of ledger.unwritten) {
        kept.set(incident.id, incident)
        if (isNew) told.push(incident)
      }
      ledger.written()
    },
  }
}

test('the same principal and thing within an hour is one incident, told once', async () => {
  const { take, kept, told } = written()
  await take(finding({ requestId: 'a' }), finding({ requestId: 'b', at: start + 5 }))
  await take(finding({ requestId: 'b', at: start + hourMs - 1 }))
  const [incident] = [...kept.values()]
  assert.equal(kept.size, 1)
  assert.deepEqual(incident?.requestIds, ['a', 'b'])
  assert.deepEqual([incident?.count, incident?.lastAt], [3, start + hourMs - 1])
  assert.equal(told.length, 1)
})

test('another principal, another thing, what stands apart, and an hour later are others', async () => {
  const { take, told } = written()
  await take(
    finding(),
    finding({ principal: 'other' }),
    finding({ resource: 'other' }),
    finding({ apart: 'other' }),
    finding({ account: '2' }),
    finding({ at: start + hourMs }),
  )
  assert.equal(told.length, 6)
  assert.equal(new Set(told.map(({ id }) => id)).size, 6)
})

test('what is to be folded for longer is', async () => {
  const { take, told } = written()
  await take(finding({ foldMs: dayMs }), finding({ foldMs: dayMs, at: start + dayMs - 1 }))
  assert.equal(told.length, 1)
})

test('what was acknowledged is not added to', async () => {
  const { take, kept, told } = written()
  await take(finding())
  for (const [id, each] of kept) kept.set(id, { ...each, acknowledged: { at: start, by: 'me' } })
  await take(finding({ at: start + 1, requestId: 'z' }))
  assert.equal(told.length, 2)
})

test('requests are listed up to twenty', async () => {
  const { take, kept } = written()
  for (let count = 0; count < 30; count++) await take(finding({ requestId: String(count) }))
  const [incident] = [...kept.values()]
  assert.deepEqual([incident?.requestIds.length, incident?.count], [20, 30])
})

test('a hundred a day are told one by one, the rest as one; the next day begins anew', async () => {
  const { take, told } = written()
  for (let count = 0; count < 150; count++) await take(finding({ principal: String(count) }))
  assert.equal(told.length, 101)
  assert.deepEqual([told[100]?.principal, told[100]?.resource], [undefined, undefined])
  assert.match(told[100]?.words ?? '', /^more than 100 of these today/)
  await take(finding({ principal: 'next', at: start + dayMs }))
  assert.equal(told.length, 102)
  assert.equal(told[101]?.principal, 'next')
})

test('ids sort by time', async () => {
  const { take, told } = written()
  await take(finding({ at: start + 16 * dayMs }), finding(), finding({ at: start + 2 * hourMs }))
  const byTime = told.toSorted((a, b) => a.firstAt - b.firstAt).map(({ id }) => id)
  assert.deepEqual(told.map(({ id }) => id).toSorted(), byTime)
})
