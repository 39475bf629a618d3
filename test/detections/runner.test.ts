/**
 * The runner over a journal, on every engine: it rests when nothing happens, remembers over a restart, and
 * of nodes that share a store one tells.
 */
import assert from 'node:assert/strict'
import { createSecretKey, randomBytes } from 'node:crypto'
import { after, before, describe, test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { Tape } from '../../src/audit/tape.ts'
import type { Recorded } from '../../src/detections/act.ts'
import { detectionNames } from '../../src/detections/detection.ts'
import type { Incident } from '../../src/detections/incident.ts'
import { openRunner, type Runner } from '../../src/detections/runner.ts'
import { DetectionReader } from '../../src/detections/store.ts'
import { Sealer } from '../../src/lib/sealer.ts'
import { Codec } from '../../src/store/collection.ts'
import { Store } from '../../src/store/store.ts'
import { engines } from '../engines/engines.ts'
import type { Bench } from '../engines/sqlite.ts'
import { until } from '../until.ts'
import { account, Deployment, dayMs } from './ordinary.ts'

const now = Date.now()
const house = new Deployment(1, now - 100 * dayMs)
const role = house.roleArn('ops')
const limits = { learningMs: dayMs, denials: 5, reads: 300, times: 10 }
const pace = { tickEveryMs: 20, learnedEveryMs: 50, placeEveryMs: 100, leftAfterMs: 600 }
const digestKey = createSecretKey(randomBytes(32))

for (const { name, skip, make, end } of engines) {
  describe(`on ${name}`, { skip }, () => {
    let bench: Bench
    let store: Store
    /** That of another node; the embedded engine has but one. */
    let other: Store
    const complaints: unknown[] = []
    before(async () => {
      bench = await make()
      const codec = new Codec('bench', new Sealer('records', bench.keys.seal))
      store = new Store(await bench.open(), codec)
      other = name === 'sqlite' ? store : new Store(await bench.open(), codec)
    })
    after(async () => {
      for (const each of new Set([store, other])) await each.close()
      await bench.remove()
      await end()
    })

    const start = (on = store): Promise<Runner> =>
      openRunner({
        ...{ store: on, tape: new Tape(on, bench.keys), digestKey, facts: house, limits, pace },
        ...{ names: detectionNames, clock: { now: Date.now } },
        complain: (thrown) => void complaints.push(thrown),
      })

    const happen = (...records: readonly Recorded[]): Promise<void> =>
      store.attempt(async (attempt) => {
        for (const record of records) attempt.record(record)
      })

    let trapsCount = 0
    const touchTrap = (): Promise<void> => {
      const trap = house.addSecret(`trap-${trapsCount++}`, now, [['strongroom:canary', 'true']])
      return happen(house.call(Date.now(), role, 'secretsmanager:DescribeSecret', trap))
    }

    async function alerts(): Promise<readonly Incident[]> {
      await store.refresh()
      return store.see((look) => new DetectionReader(look).list(account, undefined, 1000))
    }

    async function alertsWhen(count: number): Promise<readonly Incident[]> {
      return until(async () => {
        const found = await alerts()
        return found.length >= count && found
      })
    }

    test('what was found is told, and nothing is written while nothing happens', async () => {
      const runner = await start()
      await touchTrap()
      assert.equal((await alertsWhen(1)).length, 1)
      // What was learned is written a little later, on a busy machine later still.
      const written = await until(async () => {
        const { position } = store
        await sleep(250)
        return store.position === position && position
      })
      await sleep(700)
      assert.equal(store.position, written)
      await runner.close()
    })

    test('an incident that a restart falls into is told', async () => {
      const denied = () => happen(house.denied(Date.now(), role, 'x'))
      const first = await start()
      for (let count = 0; count < 3; count++) await denied()
      assert.ok(await first.caughtUp(60_000))
      await first.close()
      const second = await start()
      await denied()
      assert.ok(await second.caughtUp(60_000))
      assert.equal((await alerts()).length, 1)
      await denied()
      const found = await alertsWhen(2)
      assert.ok(found.some(({ detection }) => detection === 'denials'))
      await second.close()
    })

    test('of nodes that share a store one tells, and another when that one is gone', async () => {
      const known = (await alerts()).length
      const runners = [await start(), await start(other)]
      for (let count = 1; count <= 3; count++) {
        await touchTrap()
        await alertsWhen(known + count)
        await sleep(250)
      }
      assert.equal((await alerts()).length, known + 3)
      await runners[0]?.close()
      await touchTrap()
      assert.equal((await alertsWhen(known + 4)).length, known + 4)
      await runners[1]?.close()
      const counts = (await alerts()).map(({ detection, count }) => `${detection} ${count}`)
      assert.deepEqual(
        counts.filter((each) => each !== 'canary 1'),
        ['denials 1'],
      )
      assert.deepEqual(complaints, [])
    })
  })
}
