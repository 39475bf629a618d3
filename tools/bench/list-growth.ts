/**
 * Whether a page of ListSecrets grows with the shelf: the same pages over 1,000 and 100,000 secrets,
 * medians, and their ratio. Run: node tools/bench/list-growth.ts
 */
import { createSecretKey, randomBytes } from 'node:crypto'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { AccountId } from '../../src/lib/brand.ts'
import { Sealer } from '../../src/lib/sealer.ts'
import { type Filter, matcherOf } from '../../src/services/secretsmanager/filter.ts'
import { pageOf, type Query, type Spot } from '../../src/services/secretsmanager/listing.ts'
import { SecretStore } from '../../src/services/secretsmanager/store.ts'
import { Codec } from '../../src/store/collection.ts'
import { firstLink, type JournalKeys } from '../../src/store/journal.ts'
import { openSqlite } from '../../src/store/sqlite/engine.ts'
import { createDatabase } from '../../src/store/sqlite/folder.ts'
import { Store } from '../../src/store/store.ts'

const sizes = [1_000, 100_000] as const
const perAttempt = 1_000
const rounds = 31
const warmUps = 20
const itemsMax = 100
const shelf = { account: '000000000000' as AccountId, region: 'us-east-1' }

const nameOf = (at: number): string => `team-${at % 97}/service-${String(at).padStart(6, '0')}`

async function furnished(count: number, folder: string): Promise<Store> {
  const key = () => createSecretKey(randomBytes(32))
  const parents = { current: 1, keys: new Map([[1, key()]]) }
  const keys: JournalKeys = {
    storeId: 'bench',
    seal: parents,
    link: parents,
    sign: parents,
    floor: 1,
  }
  const databasePath = join(folder, 'store.db')
  createDatabase(databasePath, '{}', firstLink)
  const fatal = (reason: string) => {
    throw new Error(reason)
  }
  const engine = await openSqlite({ databasePath, anchorPath: join(folder, 'anchor'), keys, fatal })
  const store = new Store(engine, new Codec('bench', new Sealer('records', parents)))
  for (let start = 0; start < count; start += perAttempt) {
    await store.attempt(async (attempt) => {
      const secrets = new SecretStore(attempt)
      for (let at = start; at < start + perAttempt; at++) secrets.add(shelf, secret(at))
    })
  }
  return store
}

const secret = (at: number) => ({
  name: nameOf(at),
  suffix: 'abcdef',
  madeBy: 'token',
  description: 'one of many',
  createdAt: 1_000_000 + at,
  changedAt: 1_000_000 + at,
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

/** A page somewhere in the middle, as a list that goes on asks for it. */
const middle = (count: number): Spot => ['index', 1_000_000 + count / 2, nameOf(count / 2)]

const cases: readonly (readonly [string, Query, ((count: number) => Spot) | undefined])[] = [
  ['first page', query([]), undefined],
  ['page in the middle', query([]), middle],
  ['last page, backwards', query([], { reverse: true }), undefined],
  ['by name', query([], { order: 'name' }), undefined],
  ['name prefix, some ten', query([{ Key: 'name', Values: ['team-7/service-0000'] }]), undefined],
  [
    'name prefix, by name',
    query([{ Key: 'name', Values: ['team-'] }], { order: 'name' }),
    undefined,
  ],
  ['a filter that nothing fits', query([{ Key: 'description', Values: ['none'] }]), undefined],
]

async function median(store: Store, asked: Query, after: Spot | undefined): Promise<number> {
  const times: number[] = []
  for (let round = -warmUps; round < rounds; round++) {
    const start = performance.now()
    await pageOf(new SecretStore(store.begin()), asked, after, itemsMax)
    if (round >= 0) times.push(performance.now() - start)
  }
  return times.sort((a, b) => a - b)[Math.floor(rounds / 2)] ?? 0
}

const folders: string[] = []
const medians: number[][] = cases.map(() => [])
for (const count of sizes) {
  const folder = mkdtempSync(join(tmpdir(), 'strongroom-growth-'))
  folders.push(folder)
  const store = await furnished(count, folder)
  for (const [at, [, asked, after]] of cases.entries()) {
    medians[at]?.push(await median(store, asked, after?.(count)))
  }
  await store.close()
}
for (const [at, [name]] of cases.entries()) {
  const [small = 0, large = 0] = medians[at] ?? []
  const ratio = (large / small).toFixed(2)
  console.log(
    `${name.padEnd(28)} ${small.toFixed(2)} ms at 1,000  ${large.toFixed(2)} ms at 100,000  x ${ratio}`,
  )
}
for (const folder of folders) rmSync(folder, { recursive: true, force: true })
