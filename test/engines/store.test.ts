/** The record store over each engine: attempts, conflicts, the coherent cache, sealed rows. */
import assert from 'node:assert/strict'
import { createSecretKey, randomBytes } from 'node:crypto'
import { after, describe, test } from 'node:test'
import { Sealer } from '../../src/lib/sealer.ts'
import type { Attempt } from '../../src/store/attempt.ts'
import { Codec, collection, Damaged } from '../../src/store/collection.ts'
import { derived } from '../../src/store/derived.ts'
import type { Engine } from '../../src/store/engine.ts'
import { Contended, Store, storeLimits } from '../../src/store/store.ts'
import { engines as all } from './engines.ts'
import type { Bench } from './sqlite.ts'

interface Counter {
  readonly n: number
}
const counters = collection<Counter>('counters')

const sealer = new Sealer('records', {
  current: 1,
  keys: new Map([[1, createSecretKey(randomBytes(32))]]),
})
const codec = new Codec('bench', sealer)

for (const { name, make, skip, end } of all) {
  describe(`store on ${name}`, { skip }, () => {
    const benches: Bench[] = []
    const engines: Engine[] = []
    const open = async (limits = storeLimits) => {
      const bench = await make()
      benches.push(bench)
      const engine = await bench.open()
      engines.push(engine)
      return { engine, store: new Store(engine, codec, limits) }
    }
    after(async () => {
      for (const engine of engines) await engine.close()
      for (const bench of benches) await bench.remove()
      await end()
    })

    const increment = (store: Store, name: string) =>
      store.attempt(async (attempt) => {
        const before = attempt.get(counters, name)
        attempt.put(counters, [name], { n: (before?.n ?? 0) + 1 })
        return (before?.n ?? 0) + 1
      })

    test('64 writers of one record lose no increment', async () => {
      const { store } = await open()
      const seen = await Promise.all(Array.from({ length: 64 }, () => increment(store, 'hot')))
      assert.deepEqual(
        seen.sort((a, b) => a - b),
        Array.from({ length: 64 }, (_, n) => n + 1),
      )
    })

    test('a read begun after a write was acknowledged sees it', async () => {
      const { store } = await open()
      for (let n = 1; n <= 50; n++) {
        await increment(store, 'x')
        const record = await store.see((look) => look.get(counters, 'x'))
        assert.equal(record?.n, n)
      }
    })

    test('a commit asked for just as the last one ends is not forgotten', async () => {
      const { store } = await open()
      for (let turns = 0; turns < 40; turns++) {
        await store.commit(store.begin())
        for (let turn = 0; turn < turns; turn++) undefined
        // Forgotten it would wait for ever: for the limit of this test.
        assert.equal(await store.commit(store.begin()), undefined)
      }
    })

    test('what was loaded for an attempt must be so since the first of its runs', async () => {
      const { store } = await open({ ...storeLimits, cacheBytesMax: 0 })
      await increment(store, 'here')
      let isChanged = false
      let runs = 0
      const seen = await store.attempt(async (attempt) => {
        runs++
        const first = attempt.get(counters, 'here')?.n
        if (!isChanged) {
          isChanged = true
          await increment(store, 'here')
        }
        attempt.get(counters, 'late')
        return first
      })
      // It looked before and after the change, each time at what was loaded before it: that is no answer.
      assert.equal(seen, 2)
      assert.ok(runs >= 2)
    })

    test('with no room in the cache, runs come to their end', async () => {
      const { store } = await open({ ...storeLimits, cacheBytesMax: 0 })
      const names = Array.from({ length: 20 }, (_, n) => `k${n}`)
      for (const name of names) await increment(store, name)
      const sum = await store.attempt((attempt) =>
        names.reduce((total, name) => total + (attempt.get(counters, name)?.n ?? 0), 0),
      )
      assert.equal(sum, 20)
    })

    test('an attempt reads what it has put, and drops it on a refusal', async () => {
      const { store } = await open()
      await store.attempt(async (attempt) => {
        attempt.put(counters, ['a'], { n: 1 })
        assert.equal(attempt.get(counters, 'a')?.n, 1)
        attempt.dropPuts()
      })
      assert.equal(await store.see((look) => look.get(counters, 'a')), undefined)
    })

    test('a page continues behind an item, by prefix and backwards', async () => {
      const { store } = await open()
      await store.attempt(async (attempt) => {
        for (const name of ['ab', 'aa', 'b', 'ac']) attempt.put(counters, ['list', name], { n: 1 })
      })
      const names = async (options: object) => {
        const page = { itemsMax: 2, ...options }
        const items = await store.see((look) => look.list(counters, ['list'], page))
        return items.map((item) => item.parts[1])
      }
      assert.deepEqual(await names({}), ['aa', 'ab'])
      assert.deepEqual(await names({ after: ['ab'] }), ['ac', 'b'])
      assert.deepEqual(await names({ after: ['ab'], prefix: 'a' }), ['ac'])
      assert.deepEqual(await names({ after: ['b'], reverse: true }), ['ac', 'ab'])
    })

    describe('what is derived of records', () => {
      /** The sum of a record and of another that it leads to, and how often it was made. */
      const summing = () => {
        let made = 0
        const sum = derived((look, of: Counter) => {
          made++
          return of.n + (look.get(counters, 'other')?.n ?? 0)
        })
        const of = (attempt: Attempt) => sum(attempt, attempt.get(counters, 'one') as Counter)
        return { of, made: () => made }
      }

      test('is made once for as long as they are the same', async () => {
        const { store } = await open()
        const { of, made } = summing()
        await increment(store, 'one')
        for (let n = 1; n <= 3; n++) {
          await increment(store, 'other')
          // The first look fills the cache, the second makes it of what is there.
          for (let look = 0; look < 5; look++) assert.equal(await store.rehearse(of), 1 + n)
          assert.ok(made() <= 2 * n)
        }
        await increment(store, 'one')
        assert.equal(await store.rehearse(of), 5)
      })

      test('does not hold what rests on it when one of them changes', async () => {
        const { store } = await open()
        const { of, made } = summing()
        await increment(store, 'one')
        for (let look = 0; look < 3; look++) await store.rehearse(of)
        const before = made()
        const late = store.begin()
        assert.equal(of(late), 1)
        assert.equal(made(), before)
        await increment(store, 'other')
        assert.notEqual(await store.commit(late), undefined)
      })

      test('is of what the attempt itself has put', async () => {
        const { store } = await open()
        const { of } = summing()
        await increment(store, 'one')
        for (let look = 0; look < 3; look++) await store.rehearse(of)
        const attempt = store.begin()
        attempt.put(counters, ['other'], { n: 10 })
        assert.equal(of(attempt), 11)
        assert.equal(await store.rehearse(of), 1)
      })
    })

    test('what is derived of what is derived rests on the same records', async () => {
      const { store } = await open()
      const first = derived((look, _of: Counter) => look.get(counters, 'a')?.n ?? 0)
      const second = derived(
        (look, of: Counter) => first(look, of) + (look.get(counters, 'b')?.n ?? 0),
      )
      const of = (attempt: Attempt, make: typeof first) =>
        make(attempt, attempt.get(counters, 'one') as Counter)
      await increment(store, 'one')
      await increment(store, 'a')
      // The inner one is known before the outer one is made.
      for (let look = 0; look < 3; look++)
        assert.equal(await store.rehearse((each) => of(each, first)), 1)
      for (let look = 0; look < 3; look++)
        assert.equal(await store.rehearse((each) => of(each, second)), 1)
      const late = store.begin()
      assert.equal(of(late, second), 1)
      await increment(store, 'a')
      assert.equal(await store.rehearse((each) => of(each, second)), 2)
      assert.notEqual(await store.commit(late), undefined)
    })

    test('records are frozen, deeply', async () => {
      const { store } = await open()
      const lists = collection<{ inner: { list: number[] } }>('lists')
      await store.attempt(async (attempt) => attempt.put(lists, ['a'], { inner: { list: [1] } }))
      const record = await store.see((look) => look.get(lists, 'a'))
      assert.throws(() => record?.inner.list.push(2), TypeError)
    })

    test('a row moved under another key does not open', async () => {
      const { store, engine } = await open()
      await increment(store, 'a')
      const [row] = await engine.read(['counters\u001fa'])
      assert.ok(row)
      await engine.commit([
        {
          at: engine.head,
          reads: [],
          counts: [],
          stamps: [],
          records: [],
          changes: [{ key: 'counters\u001fb', row }],
        },
      ])
      await assert.rejects(async () => store.see((look) => look.get(counters, 'b')), Damaged)
    })

    test('an older format is upgraded when read, a newer one is refused', async () => {
      const { store } = await open()
      await increment(store, 'old')
      const today = collection<{ total: number }>('counters', 2, (old) => ({
        total: (old as Counter).n,
      }))
      const fresh = new Store(engines.at(-1) as Engine, codec)
      assert.deepEqual(await fresh.see((look) => look.get(today, 'old')), { total: 1 })
      await fresh.attempt(async (attempt) => attempt.put(today, ['new'], { total: 1 }))
      const older = new Store(engines.at(-1) as Engine, codec)
      await assert.rejects(
        async () => older.see((look) => look.get(counters, 'new')),
        /newer program/,
      )
    })

    test('the cache stays within its bytes and still answers', async () => {
      const { store } = await open({ ...storeLimits, cacheBytesMax: 2000 })
      for (let n = 0; n < 50; n++) await increment(store, `k${n}`)
      for (let n = 0; n < 50; n++) {
        assert.equal((await store.see((look) => look.get(counters, `k${n}`)))?.n, 1)
      }
    })

    test('conflicts without end are told as Contended', async () => {
      const { store } = await open()
      const losing = store.attempt(async (attempt) => {
        attempt.get(counters, 'x')
        await increment(store, 'x')
      })
      await assert.rejects(losing, Contended)
    })

    test('a stamp that is known is not written again', async () => {
      const { store, engine } = await open()
      const note = (stamp: number) =>
        store.attempt(async (attempt) => attempt.note(stamp, 'read', 'secret'))
      await note(5)
      assert.equal(store.isNews({ key: 'read\u001fsecret', stamp: 5 }), false)
      await note(6)
      assert.deepEqual(await engine.stamps(['read\u001fsecret']), [6])
    })
  })
}
