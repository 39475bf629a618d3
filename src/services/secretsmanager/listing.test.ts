/** Pages of a shelf with more secrets than one page may examine. */
import assert from 'node:assert/strict'
import { createSecretKey, randomBytes } from 'node:crypto'
import { after, before, test } from 'node:test'
import { sqliteBench } from '../../../test/engines/sqlite.ts'
import type { AccountId } from '../../lib/brand.ts'
import { Sealer } from '../../lib/sealer.ts'
import { Codec } from '../../store/collection.ts'
import { Store } from '../../store/store.ts'
import { type Filter, matcherOf } from './filter.ts'
import { pageOf, type Query, type Spot } from './listing.ts'
import { SecretReader, SecretStore } from './store.ts'

const shelf = { account: '000000000000' as AccountId, region: 'us-east-1' }
const secretsCount = 1500

const bench = sqliteBench()
let store: Store
before(async () => {
  const keys = new Map([[1, createSecretKey(randomBytes(32))]])
  const codec = new Codec('bench', new Sealer('records', { current: 1, keys }))
  store = new Store(await bench.open(), codec)
  await store.attempt(async (attempt) => {
    const secrets = new SecretStore(attempt)
    for (let at = 0; at < secretsCount; at++) secrets.add(shelf, numbered(at))
  })
})
after(async () => {
  await store.close()
  bench.remove()
})

/** Names run against the order of creation. */
const nameOf = (at: number): string => `n/${String(secretsCount - at).padStart(4, '0')}`

const numbered = (at: number) => ({
  name: nameOf(at),
  suffix: 'abcdef',
  madeBy: 'token',
  ...(at % 700 === 0 && { description: 'rare' }),
  createdAt: 1000 + at,
  changedAt: 1000 + at,
  labels: [],
  versionsCount: 0,
})

const query = (filters: readonly Filter[], rest: Partial<Query> = {}): Query => ({
  shelf,
  filters,
  matches: matcherOf(filters, shelf),
  order: undefined,
  reverse: false,
  ...rest,
})

/** Every page of a query: the names on each. */
async function pages(asked: Query, itemsMax: number): Promise<string[][]> {
  const found: string[][] = []
  let after: Spot | undefined
  do {
    const from = after
    const { secrets, next } = await store.see((look) =>
      pageOf(new SecretReader(look), asked, from, itemsMax),
    )
    found.push(secrets.map(({ name }) => name))
    after = next
  } while (after)
  return found
}

const all = Array.from({ length: secretsCount }, (_, at) => nameOf(at))

test('all of them in the order of creation, each once', async () => {
  const found = await pages(query([]), 100)
  assert.equal(found.length, 15)
  assert.deepEqual(found.flat(), all)
  assert.deepEqual((await pages(query([], { reverse: true }), 77)).flat(), all.toReversed())
})

test('a page that examined a thousand is short, and the list goes on', async () => {
  const rare = [{ Key: 'description', Values: ['rare'] }]
  assert.deepEqual(await pages(query(rare), 100), [[nameOf(0), nameOf(700)], [nameOf(1400)]])
  const none = [{ Key: 'description', Values: ['none'] }]
  assert.deepEqual(await pages(query(none), 100), [[], []])
})

test('few names: in the order of creation', async () => {
  const few = [{ Key: 'name', Values: ['n/001', 'n/10'] }]
  const expected = all.filter((name) => name.startsWith('n/001') || name.startsWith('n/10'))
  assert.deepEqual((await pages(query(few), 7)).flat(), expected)
  const backwards = await pages(query(few, { reverse: true }), 7)
  assert.deepEqual(backwards.flat(), expected.toReversed())
})

test('more names than a page may examine: in their own order, every page full', async () => {
  const found = await pages(query([{ Key: 'name', Values: ['n/'] }]), 100)
  assert.equal(found.length, 15)
  assert.deepEqual(found.flat(), all.toSorted())
})

test('names in their order, forwards and backwards, across several beginnings', async () => {
  const filters = [{ Key: 'name', Values: ['n/12', 'n/0', 'none'] }]
  const expected = all.filter((name) => /^n\/(?:12|0)/.test(name)).toSorted()
  const byName = (reverse: boolean) => pages(query(filters, { order: 'name', reverse }), 33)
  assert.deepEqual((await byName(false)).flat(), expected)
  assert.deepEqual((await byName(true)).flat(), expected.toReversed())
})

test('an order that was asked for is kept, whatever the filters', async () => {
  const filters = [{ Key: 'name', Values: ['n/'] }]
  const found = await pages(query(filters, { order: 'last-changed-date' }), 100)
  assert.deepEqual(found.flat(), all)
})
