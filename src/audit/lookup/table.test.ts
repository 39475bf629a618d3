/** The index's file and what waits for it: order, ranges, merging, what grows old, and damage. */
import assert from 'node:assert/strict'
import { createSecretKey } from 'node:crypto'
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { compareSpots } from './entries.ts'
import { isDamage } from './file.ts'
import { Fresh } from './fresh.ts'
import type { Bounds, Spot } from './query.ts'
import { Table } from './table.ts'

const folder = mkdtempSync(join(tmpdir(), 'strongroom-table-'))
after(() => rmSync(folder, { recursive: true, force: true }))
let made = 0
const pathOf = () => join(folder, `${made++}.db`)
const key = createSecretKey(Buffer.alloc(32, 3))
const open = (path: string, storeId = 'store') => new Table(path, storeId, key)
const week = 7 * 24 * 3600
const link = new Uint8Array(32).fill(7)
const term = 2 ** 48 - 1 // the greatest that there is
const another = 4

type Posted = readonly [second: number, seq: number, index: number]

function freshOf(posted: readonly Posted[], terms: readonly number[] = [term, another]): Fresh {
  const fresh = new Fresh()
  for (const [second, seq, index] of posted) {
    fresh.add(Float64Array.of(seq, index, second, terms.length, ...terms))
  }
  return fresh
}

function addRun(table: Table, posted: readonly Posted[], seq = posted.at(-1)?.[1] ?? 0): void {
  table.add(freshOf(posted).drain(), { seq, link })
}

const tidied = (table: Table) => {
  for (const _ of table.tidy());
}

type Found = { find(term: number, bounds: Bounds): Spot[] }
const spots = (from: Found, bounds: Partial<Bounds> = {}, of = term): Posted[] =>
  from
    .find(of, { itemsMax: 100, ...bounds })
    .map(({ second, seq, index }) => [second, seq, index] as const)

/** Every page behind the last, in pages of a size. */
function paged(from: Found, itemsMax: number): Posted[] {
  const seen: Posted[] = []
  for (;;) {
    const [second, seq = 0, index = 0] = seen.at(-1) ?? []
    const before = second === undefined ? undefined : { second, seq, index }
    const page = spots(from, { itemsMax, before })
    seen.push(...page)
    if (page.length < itemsMax) return seen
  }
}

const some: readonly Posted[] = [
  [10, 1, 0],
  [10, 1, 1],
  [10, 2, 0],
  [week + 5, 3, 0],
  [9, 4, 0],
  [3 * week, 5, 0],
]
const newestFirst = (posted: readonly Posted[]): Posted[] => {
  const spotOf = ([second, seq, index]: Posted) => ({ second, seq, index })
  return posted.toSorted((a, b) => compareSpots(spotOf(b), spotOf(a)))
}

/** As records come: mostly in the order of time. */
const many = (count: number, from = 0): Posted[] =>
  Array.from({ length: count }, (_, n) => {
    const at = from + n
    return [1000 + Math.floor(at / 40) + ((at * 7919) % 90), Math.floor(at / 50) + 1, at % 50]
  })

for (const [where, make] of [
  ['in memory', (posted: readonly Posted[]) => freshOf(posted)],
  [
    'in one run',
    (posted: readonly Posted[]) => {
      const table = open(pathOf())
      addRun(table, posted)
      return table
    },
  ],
  [
    'in many runs that were merged',
    (posted: readonly Posted[]) => {
      const table = open(pathOf())
      const size = Math.ceil(posted.length / 40)
      for (let at = 0; at < posted.length; at += size) addRun(table, posted.slice(at, at + size))
      tidied(table)
      return table
    },
  ],
] as const) {
  test(`${where}: newest first; of one second by their place; ranges hold at both ends`, () => {
    const found = make(some)
    assert.deepEqual(spots(found), newestFirst(some))
    assert.deepEqual(spots(found, { from: 10, to: week + 5 }), newestFirst(some).slice(1, 5))
    assert.deepEqual(spots(found, { from: 11, to: week + 4 }), [])
    assert.deepEqual(spots(found, {}, 5), [])
  })

  test(`${where}: pages go on behind the last one, wherever they are cut`, () => {
    const found = make(some)
    for (let itemsMax = 1; itemsMax <= some.length; itemsMax++) {
      assert.deepEqual(paged(found, itemsMax), newestFirst(some), `pages of ${itemsMax}`)
    }
    const posted = many(5000)
    assert.deepEqual(paged(make(posted), 997), newestFirst(posted))
  })
}

test('what many runs hold is merged, until few are left', () => {
  const table = open(pathOf())
  const posted = many(3000)
  for (let at = 0; at < posted.length; at += 10) addRun(table, posted.slice(at, at + 10))
  assert.equal(table.runsCount, 300)
  tidied(table)
  assert.ok(table.runsCount < 32, `${table.runsCount} runs`)
  assert.deepEqual(paged(table, 100), newestFirst(posted))
  table.close()
})

test('merging that is broken off anywhere loses nothing, doubles nothing and leaves nothing', () => {
  const path = pathOf()
  const posted = many(17 * 130)
  const first = open(path)
  for (let at = 0; at < posted.length; at += 130) addRun(first, posted.slice(at, at + 130))
  first.close()
  let steps = 0
  for (let isDone = false; !isDone; steps++) {
    const table = open(path)
    const tidying = table.tidy()
    for (let n = 0; n <= steps && !isDone; n++) isDone = tidying.next().done === true
    assert.deepEqual(paged(table, 1000), newestFirst(posted), `broken off after ${steps}`)
    table.close()
  }
  assert.ok(steps > 5)
})

test('runs that are over are dropped whole, and a start finds the others', () => {
  const path = pathOf()
  const table = open(path)
  addRun(table, some.slice(0, 3))
  addRun(table, some.slice(3, 4))
  addRun(table, some.slice(4))
  table.prune(week)
  tidied(table)
  const left = newestFirst(some.slice(3))
  assert.deepEqual(spots(table), left)
  table.close()
  const again = open(path)
  assert.deepEqual(spots(again), left)
  assert.equal(again.reached.seq, 5)
  again.close()
})

test('runs of different weeks stay apart', () => {
  const table = open(pathOf())
  for (let n = 0; n < 20; n++) addRun(table, [[n * week, n + 1, 0]])
  tidied(table)
  assert.equal(table.runsCount, 20)
  table.close()
})

test('the file of another store begins anew', () => {
  const path = pathOf()
  const table = open(path)
  addRun(table, some)
  table.close()
  const other = open(path, 'other')
  assert.deepEqual([spots(other), other.reached.seq], [[], 0])
  other.close()
})

test('damage is known for what it is, and the file can be given up', () => {
  const path = pathOf()
  const table = open(path)
  addRun(table, many(40_000))
  table.close()
  const bytes = readFileSync(path)
  // The first pages say what there is; those behind them hold blocks.
  writeFileSync(path, bytes.fill(0xee, Math.floor(bytes.length / 2)))
  const damaged = open(path)
  assert.throws(() => paged(damaged, 10_000), isDamage)
  assert.equal(isDamage(new Error('another')), false)
  damaged.discard()
  assert.equal(existsSync(path), false)
})
