import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Codec } from './collection.ts'
import { type Engine, type Proposal, StoreFull } from './engine.ts'
import { Store } from './store.ts'

const proposalOf = (record: object): Proposal => ({
  ...{ at: 0, reads: [], changes: [], counts: [], stamps: [] },
  records: [record],
})

test('last words for which there was no space are on record as soon as there is some, once', async () => {
  let hasSpace = false
  const written: object[] = []
  const engine = {
    head: 0,
    async commit(batch: readonly Proposal[]) {
      if (!hasSpace) throw new StoreFull()
      written.push(...batch.flatMap(({ records }) => records))
      return { head: written.length, conflicts: batch.map(() => undefined), changed: [] }
    },
    async close() {},
  }
  const store = new Store(engine as unknown as Engine, {} as Codec)
  const spoken: Promise<void>[] = []
  store.onFull(() => spoken.push(store.lastWords({ says: 'full' })))
  await assert.rejects(store.submit(proposalOf({ n: 1 })), StoreFull)
  await Promise.all(spoken)
  assert.deepEqual([written, store.isFull], [[], true])
  hasSpace = true
  await store.submit(proposalOf({ n: 2 }))
  await store.submit(proposalOf({ n: 3 }))
  await store.close()
  assert.deepEqual(written, [{ n: 2 }, { says: 'full' }, { n: 3 }])
  assert.deepEqual([spoken.length, store.isFull], [1, false])
})
