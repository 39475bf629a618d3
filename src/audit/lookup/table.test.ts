/** The index's file: order, ranges, weeks that are dropped, and what it does about damage. */
import assert from 'node:assert/strict'
import { existsSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { isDamage, type Posting, Table } from './table.ts'

const folder = mkdtempSync(join(tmpdir(), 'strongroom-table-'))
after(() => rmSync(folder, { recursive: true, force: true }))
let made = 0
const pathOf = () => join(folder, `${made++}.db`)
const week = 7 * 24 * 3600
const link = new Uint8Array(32).fill(7)
const term = -(2n ** 63n) // the least that a hash can be
const at = (second: number, seq: number, index = 0): Posting => ({ term, second, seq, index })
const spots = (table: Table, query: Partial<Parameters<Table['find']>[1]> = {}) =>
  table
    .find(term, { itemsMax: 100, ...query })
    .map(({ second, seq, index }) => [second, seq, index])

function filled(path: string): Table {
  const table = new Table(path, 'store')
  const rows = [at(10, 1), at(10, 1, 1), at(10, 2), at(week + 5, 3), at(9, 4), at(3 * week, 5)]
  table.add([...rows, { ...at(10, 1), term: 4n }], { seq: 5, link })
  return table
}
const all = [
  [3 * week, 5, 0],
  [week + 5, 3, 0],
  [10, 2, 0],
  [10, 1, 1],
  [10, 1, 0],
  [9, 4, 0],
]

test('newest first, across weeks; of one second by their place', () => {
  const table = filled(pathOf())
  assert.deepEqual(spots(table), all)
  table.close()
})

test('pages go on behind the last one, wherever they are cut', () => {
  const table = filled(pathOf())
  for (let itemsMax = 1; itemsMax <= all.length; itemsMax++) {
    const seen: number[][] = []
    for (;;) {
      const [second, seq, index] = seen.at(-1) ?? []
      const before = second === undefined ? undefined : { second, seq: seq ?? 0, index: index ?? 0 }
      const page = spots(table, { itemsMax, before })
      seen.push(...page)
      if (page.length < itemsMax) break
    }
    assert.deepEqual(seen, all, `pages of ${itemsMax}`)
  }
  table.close()
})

test('ranges of time hold at both ends', () => {
  const table = filled(pathOf())
  assert.deepEqual(spots(table, { from: 10, to: week + 5 }), all.slice(1, 5))
  assert.deepEqual(spots(table, { from: 11, to: week + 4 }), [])
  table.close()
})

test('weeks that are over are dropped whole; what was added twice stands once', () => {
  const path = pathOf()
  const table = filled(path)
  table.add([at(week + 5, 3)], { seq: 6, link })
  table.prune(week)
  assert.deepEqual(spots(table), all.slice(0, 2))
  table.close()
  const again = new Table(path, 'store')
  assert.deepEqual(spots(again), all.slice(0, 2))
  assert.equal(again.reached.seq, 6)
  again.close()
})

test('the file of another store begins anew', () => {
  const path = pathOf()
  filled(path).close()
  const other = new Table(path, 'other')
  assert.deepEqual([spots(other), other.reached.seq], [[], 0])
  other.close()
})

test('damage in the middle is known for what it is, and the file can be given up', () => {
  const path = pathOf()
  const table = new Table(path, 'store')
  const many = Array.from({ length: 20_000 }, (_, n) => at(n, n))
  table.add(many, { seq: 20_000, link })
  table.close()
  const bytes = readFileSync(path)
  // Page 1 says what there is; the pages behind it hold postings.
  writeFileSync(path, bytes.fill(0xee, 4 * 4096, statSync(path).size - 4096))
  const damaged = new Table(path, 'store')
  assert.throws(() => damaged.find(term, { itemsMax: 20_000 }), isDamage)
  assert.equal(isDamage(new Error('another')), false)
  damaged.discard()
  assert.equal(existsSync(path), false)
})
