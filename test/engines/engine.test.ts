/** What every engine promises, run on each engine that exists. */
import assert from 'node:assert/strict'
import { createSecretKey, randomBytes } from 'node:crypto'
import { after, afterEach, beforeEach, describe, test } from 'node:test'
import { keyIdOf, type Parents } from '../../src/lib/sealer.ts'
import { type Engine, headerKey, type Proposal } from '../../src/store/engine.ts'
import { digestOf, firstLink, Journal } from '../../src/store/journal.ts'
import { rangeOf } from '../../src/store/key.ts'
import { engines } from './engines.ts'
import type { Bench } from './sqlite.ts'

const bytes = (text: string) => new Uint8Array(Buffer.from(text))
const text = (row: Uint8Array | undefined) => row && Buffer.from(row).toString()

const proposal = (at: number, parts: Partial<Proposal>): Proposal => ({
  at,
  reads: [],
  changes: [],
  counts: [],
  stamps: [],
  records: [],
  ...parts,
})

const put = (key: string, value: string) => ({ key, row: bytes(value) })

for (const { name, make, skip, end } of engines) {
  describe(`engine ${name}`, { skip }, () => {
    let bench: Bench
    let engine: Engine
    const opened: Bench[] = []

    beforeEach(async () => {
      bench = await make()
      opened.push(bench)
      engine = await bench.open()
    })
    afterEach(() => engine.close())
    after(async () => {
      for (const each of opened) await each.remove()
      await end()
    })

    test('a committed row is read back, an absent one is undefined', async () => {
      await engine.commit([proposal(0, { changes: [put('a', '1')] })])
      assert.deepEqual((await engine.read(['a', 'b'])).map(text), ['1', undefined])
    })

    test('the head counts batches, not attempts', async () => {
      const batch = [
        proposal(0, { changes: [put('a', '1')] }),
        proposal(0, { changes: [put('b', '1')] }),
      ]
      assert.equal((await engine.commit(batch)).head, 1)
      assert.equal(engine.head, 1)
    })

    test('an attempt that read a key changed behind it conflicts and writes nothing', async () => {
      await engine.commit([proposal(0, { changes: [put('a', '1')] })])
      const late = proposal(0, { reads: ['x', 'a'], changes: [put('b', '2')] })
      const { conflicts, changed } = await engine.commit([late])
      assert.deepEqual(conflicts, ['a'])
      assert.deepEqual(changed, [])
      assert.deepEqual(await engine.read(['b']), [undefined])
    })

    test('an absent key that was read conflicts when somebody made it', async () => {
      await engine.commit([proposal(0, { changes: [put('name', '1')] })])
      const { conflicts } = await engine.commit([proposal(0, { reads: ['name'] })])
      assert.deepEqual(conflicts, ['name'])
    })

    test('of two attempts in one batch over one key the first wins', async () => {
      const one = proposal(0, { reads: ['a'], changes: [put('a', 'one')] })
      const two = proposal(0, { reads: ['a'], changes: [put('a', 'two')] })
      const { conflicts } = await engine.commit([one, two])
      assert.deepEqual(conflicts, [undefined, 'a'])
      assert.deepEqual((await engine.read(['a'])).map(text), ['one'])
    })

    test('a batch sent before another was answered is held against it', async () => {
      const first = engine.commit([proposal(0, { changes: [put('a', '1')] })])
      const second = engine.commit([proposal(0, { reads: ['a'], records: [{}] })])
      assert.deepEqual((await first).conflicts, [undefined])
      assert.deepEqual((await second).conflicts, ['a'])
    })

    test('an attempt whose reads did not change holds, however old', async () => {
      for (let n = 0; n < 5; n++) {
        await engine.commit([proposal(engine.head, { changes: [put('other', String(n))] })])
      }
      const { conflicts } = await engine.commit([proposal(0, { reads: ['a'] })])
      assert.deepEqual(conflicts, [undefined])
    })

    test('an attempt from before a restart is told to begin again', async () => {
      await engine.commit([proposal(0, { changes: [put('a', '1')] })])
      await engine.close()
      engine = await bench.open()
      assert.equal(engine.head, 1)
      const { conflicts } = await engine.commit([proposal(0, { reads: ['b'] })])
      assert.deepEqual(conflicts, [''])
    })

    test('a removed row is gone', async () => {
      await engine.commit([proposal(0, { changes: [put('a', '1')] })])
      await engine.commit([proposal(1, { changes: [{ key: 'a', row: null }] })])
      assert.deepEqual(await engine.read(['a']), [undefined])
    })

    test('a range gives its own rows, in byte order, bounded, both ways', async () => {
      const keys = ['c\u001fb', 'c\u001fa', 'c\u001fz', 'd\u001fa', 'c', 'c\u001f\u{1f600}']
      await engine.commit([proposal(0, { changes: keys.map((key) => put(key, key)) })])
      const scan = async (itemsMax: number, reverse: boolean) =>
        (await engine.scan(rangeOf('c', []), { itemsMax, reverse })).map((row) => row.key)
      assert.deepEqual(await scan(9, false), ['c\u001fa', 'c\u001fb', 'c\u001fz', keys[5]])
      assert.deepEqual(await scan(2, true), [keys[5], 'c\u001fz'])
    })

    test('counters add and stamps only grow', async () => {
      const first = proposal(0, { counts: [{ key: 'n', by: 2 }], stamps: [{ key: 's', stamp: 7 }] })
      const next = proposal(1, { counts: [{ key: 'n', by: -1 }], stamps: [{ key: 's', stamp: 3 }] })
      await engine.commit([first])
      await engine.commit([next, next])
      assert.deepEqual(await engine.counters(['n', 'm']), [0, 0])
      assert.deepEqual(await engine.stamps(['s', 't']), [7, undefined])
    })

    test('the feed tells what changed since a position', async () => {
      await engine.commit([proposal(0, { changes: [put('a', '1')] })])
      await engine.commit([proposal(1, { changes: [put('b', '1'), put('a', '2')] })])
      const feed = await engine.feed(1)
      assert.equal(feed.head, 2)
      assert.deepEqual([...feed.changed].sort(), ['a', 'b'])
      assert.equal(feed.complete, true)
      assert.deepEqual((await engine.feed(2)).changed, [])
    })

    test('each batch is one journal row, chained, with its records and digests', async () => {
      await engine.commit([proposal(0, { records: [{ n: 1 }], changes: [put('a', '1')] })])
      await engine.commit([
        proposal(1, { records: [{ n: 2 }] }),
        proposal(0, { reads: ['a'], records: [{ lost: true }] }),
        proposal(1, { records: [{ n: 3 }] }),
      ])
      const journal = new Journal(bench.keys)
      const rows = await engine.journal(0, engine.head, { itemsMax: 10 })
      const opened = rows.map((row) => journal.open(row))
      assert.deepEqual(
        opened.map((batch) => batch.records),
        [[{ n: 1 }], [{ n: 2 }, { n: 3 }]],
      )
      assert.deepEqual(opened[0]?.writes, [['a', digestOf(bytes('1'))]])
      let link = firstLink
      for (const row of rows) {
        link = journal.link(row.seq, link, row.batch)
        assert.deepEqual(Buffer.from(row.link), link)
      }
    })

    test('a batch in which nothing holds leaves no trace', async () => {
      await engine.commit([proposal(0, { changes: [put('a', '1')] })])
      await engine.commit([proposal(0, { reads: ['a'], records: [{}] })])
      assert.equal(engine.head, 1)
      assert.equal((await engine.journal(0, 9, { itemsMax: 10 })).length, 1)
    })

    test('a row sealed anew is journaled, tells nobody, and never undoes a change', async () => {
      const reseal = (from: string, row: string) => ({
        reseals: [{ key: 'a', from: bytes(from), row: bytes(row) }],
      })
      await engine.commit([proposal(0, { changes: [put('a', '1')] })])
      const late = proposal(1, { reads: ['a'] })
      const { changed } = await engine.commit([proposal(1, reseal('1', '1 anew'))])
      assert.deepEqual(changed, [])
      assert.deepEqual((await engine.commit([late])).conflicts, [undefined])
      assert.deepEqual((await engine.feed(1)).changed, [])
      await engine.commit([
        proposal(3, reseal('1 anew', 'too late')),
        proposal(3, { changes: [put('a', '2')] }),
      ])
      await engine.commit([proposal(4, reseal('1 anew', 'too late'))])
      assert.deepEqual((await engine.read(['a'])).map(text), ['2'])
      const journal = new Journal(bench.keys)
      const rows = await engine.journal(1, engine.head, { itemsMax: 10 })
      const digest = (value: string) => ['a', digestOf(bytes(value))]
      const writes = rows.map((row) => journal.open(row).writes)
      assert.deepEqual(writes, [[digest('1 anew')], [], [digest('2')], []])
    })

    test('the header is read, replaced and fed as a record is, and counted as none', async () => {
      const change = { key: headerKey, row: bytes('{"n":1}') }
      assert.deepEqual((await engine.read([headerKey])).map(text), ['{}'])
      await engine.commit([proposal(0, { reads: [headerKey], changes: [change] })])
      assert.deepEqual((await engine.read([headerKey])).map(text), ['{"n":1}'])
      assert.deepEqual((await engine.feed(0)).changed, [headerKey])
      const late = proposal(0, { reads: [headerKey], changes: [{ ...change, row: bytes('{}') }] })
      assert.deepEqual((await engine.commit([late])).conflicts, [headerKey])
      assert.equal(await engine.size(), 0)
      assert.deepEqual(await engine.scan({ from: '', to: '\u{10ffff}' }, { itemsMax: 9 }), [])
    })

    test('journal and anchor are written under the newest keys from the moment they are told', async () => {
      await engine.commit([proposal(0, { records: [{ n: 1 }] })])
      const more = (parents: Parents, current: number): Parents => ({
        current,
        keys: new Map([...parents.keys, [current, createSecretKey(randomBytes(32))]]),
      })
      const { seal, link } = bench.keys
      const keys = { ...bench.keys, seal: more(seal, 2), link: more(link, 2), floor: 2 }
      await engine.rekey(keys)
      assert.equal(bench.anchored(keys), 1)
      assert.equal(bench.anchored(bench.keys), undefined)
      await engine.commit([proposal(1, { records: [{ n: 2 }] })])
      const journal = new Journal(keys)
      const [first, second] = await engine.journal(0, 9, { itemsMax: 9 })
      assert.ok(first && second)
      assert.deepEqual([keyIdOf(first.batch), keyIdOf(second.batch)], [1, 2])
      assert.deepEqual(journal.open(first).records, [{ n: 1 }])
      assert.deepEqual(journal.open(second).records, [{ n: 2 }])
      assert.deepEqual(Buffer.from(second.link), journal.link(2, first.link, second.batch))
    })

    test('what was committed survives a restart', async () => {
      await engine.commit([proposal(0, { changes: [put('a', '1')], records: [{ n: 1 }] })])
      await engine.close()
      engine = await bench.open()
      assert.deepEqual((await engine.read(['a'])).map(text), ['1'])
      assert.equal((await engine.journal(0, 9, { itemsMax: 10 })).length, 1)
    })
  })
}
