/** Leases over each engine: one holder, a token that grows, and nothing moved by who lost it. */
import assert from 'node:assert/strict'
import { createSecretKey, randomBytes } from 'node:crypto'
import { after, before, describe, test } from 'node:test'
import { homeInStore, peekBookmark } from '../../src/audit/exporters/bookmark.ts'
import { openDuties } from '../../src/duties.ts'
import { Sealer } from '../../src/lib/sealer.ts'
import type { Attempt } from '../../src/store/attempt.ts'
import { Codec } from '../../src/store/collection.ts'
import type { Engine } from '../../src/store/engine.ts'
import {
  claimLease,
  freeLease,
  type Lease,
  LeaseLost,
  peekLease,
  proveLease,
  renewLease,
} from '../../src/store/lease.ts'
import { Store, sharedLimits } from '../../src/store/store.ts'
import { engines } from './engines.ts'
import type { Bench } from './sqlite.ts'

const sealer = new Sealer('records', {
  current: 1,
  keys: new Map([[1, createSecretKey(randomBytes(32))]]),
})
const [first, second] = [
  { id: 'one', host: 'a' },
  { id: 'two', host: 'b' },
]

for (const { name, make, skip, end } of engines) {
  describe(`leases on ${name}`, { skip }, () => {
    let bench: Bench
    let engine: Engine
    let store: Store
    before(async () => {
      bench = await make()
      engine = await bench.open()
      store = new Store(engine, new Codec('bench', sealer))
    })
    after(async () => {
      await engine.close()
      await bench.remove()
      await end()
    })
    const attempt = <T>(run: (each: Attempt) => T | Promise<T>): Promise<T> => store.attempt(run)
    const seen = (work: string) => attempt((each) => peekLease(each, work))
    const claim = async (work: string, holder: { id: string; host: string }) => {
      const found = await seen(work)
      return attempt((each) => claimLease(each, work, holder, found))
    }
    const held = (work: string, token: number): Lease => ({
      token,
      mustHold() {},
      fence: (each) => void proveLease(each, work, token),
    })

    test('of many who saw it free at once, one has it', async () => {
      const claims = Array.from({ length: 8 }, () =>
        attempt((each) => claimLease(each, 'race', first, undefined)),
      )
      const tokens = (await Promise.all(claims)).filter((token) => token !== undefined)
      assert.deepEqual(tokens, [1])
    })

    test('who saw it before its last beat does not get it', async () => {
      await claim('beaten', first)
      const stale = await seen('beaten')
      await attempt((each) => renewLease(each, 'beaten', 1))
      assert.equal(await attempt((each) => claimLease(each, 'beaten', second, stale)), undefined)
    })

    test('freed, it keeps its token: the next holder has a higher one', async () => {
      assert.equal(await claim('freed', first), 1)
      await attempt((each) => freeLease(each, 'freed', 1))
      assert.equal((await seen('freed'))?.holder, '')
      await assert.rejects(
        attempt((each) => renewLease(each, 'freed', 1)),
        LeaseLost,
      )
      assert.equal(await claim('freed', second), 2)
    })

    test('who lost it moves no bookmark, and neither renews nor frees it', async () => {
      await claim('export', first)
      const old = homeInStore(store, 'export', held('export', 1))
      const at = (seq: number) => ({ storeId: 's', seq, link: '', rest: {} })
      await old.put(at(5))
      assert.equal(await claim('export', second), 2)
      const next = homeInStore(store, 'export', held('export', 2))
      await next.put(at(9))
      await assert.rejects(old.put(at(6)), LeaseLost)
      await assert.rejects(
        attempt((each) => renewLease(each, 'export', 1)),
        LeaseLost,
      )
      await assert.rejects(
        attempt((each) => freeLease(each, 'export', 1)),
        LeaseLost,
      )
      assert.equal((await store.see((look) => peekBookmark(look, 'export')))?.seq, 9)
    })

    test('one that is taken over between the proof and the commit writes nothing', async () => {
      await claim('between', first)
      const home = homeInStore(store, 'between', held('between', 1))
      let isFirst = true
      const put = attempt(async (each) => {
        home.putWith(each, { storeId: 's', seq: 1, link: '', rest: {} })
        if (isFirst) await claim('between', second)
        isFirst = false
      })
      await assert.rejects(put, LeaseLost)
      assert.equal(await store.see((look) => peekBookmark(look, 'between')), undefined)
    })

    test('it is not lost by a look that has to wait for its record', async () => {
      // Without a cache each look waits, where it ever does.
      const bare = new Store(engine, new Codec('bench', sealer), {
        ...sharedLimits,
        cacheBytesMax: 0,
      })
      const complaints: unknown[] = []
      const duties = openDuties({
        ...{ store: bare, isShared: true, holder: { id: 'three', host: 'c' } },
        complain: (words) => void complaints.push(words),
      })
      const { promise: begun, resolve } = Promise.withResolvers<Lease>()
      await duties.take('waiting', async (lease) => {
        resolve(lease)
        return { close: async () => {} }
      })
      duties.start()
      const lease = await begun
      for (let turn = 0; turn < 3; turn++) {
        await bare.attempt((each) => lease.fence(each))
        lease.mustHold()
      }
      await duties.close()
      assert.deepEqual(complaints, [])
    })
  })
}
