/** What is over is cleared away, a part at a time; what is not stays. */
import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import type { Incident } from '../../src/detections/incident.ts'
import { DetectionReader, DetectionStore } from '../../src/detections/store.ts'
import { Sweeper } from '../../src/detections/sweep.ts'
import { Sealer } from '../../src/lib/sealer.ts'
import { Codec } from '../../src/store/collection.ts'
import { Store } from '../../src/store/store.ts'
import { sqliteBench } from '../engines/sqlite.ts'
import { dayMs } from './ordinary.ts'

const bench = sqliteBench()
const store = new Store(
  await bench.open(),
  new Codec('bench', new Sealer('records', bench.keys.seal)),
)
after(async () => {
  await store.close()
  await bench.remove()
})

const now = 20_000 * dayMs
const incident = (account: string, at: number): Incident => ({
  ...{ id: `${at.toString(16).padStart(12, '0')}-0123456789abcdef`, account, region: 'r' },
  ...{ detection: 'canary', severity: 'critical', words: 'w', requestIds: [] },
  ...{ firstAt: at, lastAt: at, count: 1 },
})
const place = (account: string, at: number) =>
  ({ kind: 'reader', account, digest: String(at) }) as const

test('incidents go after 90 days, what was of no use after 180, whoever they are of', async () => {
  const ages = Array.from({ length: 600 }, (_, at) => at % 200)
  await store.attempt(async (attempt) => {
    const into = new DetectionStore(attempt)
    for (const [at, days] of ages.entries()) {
      const account = `account-${at % 3}`
      into.put(incident(account, now - days * dayMs + at))
      into.learn(place(account, at), { day: 20_000 - days })
    }
  })
  const sweeper = new Sweeper()
  for (let turn = 0; turn < 3; turn++) await sweeper.turn(store, now)
  const accounts = ['account-0', 'account-1', 'account-2']
  const left = await Promise.all(
    accounts.map((each) =>
      store.see((look) => new DetectionReader(look).list(each, undefined, 1000)),
    ),
  )
  const expected = ages.filter((days, at) => now - days * dayMs + at >= now - 90 * dayMs)
  assert.equal(left.flat().length, expected.length)
  for (const [at, days] of ages.entries()) {
    const known = await store.see((look) =>
      new DetectionReader(look).recall(place(`account-${at % 3}`, at)),
    )
    assert.equal(known !== undefined, days <= 180, `${days} days`)
  }
})

test('where nothing is over, nothing is written', async () => {
  const { position } = store
  await new Sweeper().turn(store, now)
  assert.equal(store.position, position)
})
