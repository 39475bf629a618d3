/** What time does to points, metrics and history: on a store alone, with the clock set. */
import assert from 'node:assert/strict'
import { createSecretKey, randomBytes, randomUUID } from 'node:crypto'
import { after, before, test } from 'node:test'
import type { AccountId } from '../../src/lib/brand.ts'
import { dayMs, hourMs, minuteMs } from '../../src/lib/clock.ts'
import { Sealer } from '../../src/lib/sealer.ts'
import {
  MetricStore,
  MetricSweeper,
  measured,
  takeIn,
} from '../../src/services/cloudwatch/index.ts'
import { seriesMax } from '../../src/services/cloudwatch/intake.ts'
import { seriesIdOf } from '../../src/services/cloudwatch/metric.ts'
import { AlarmReader, AlarmStore } from '../../src/services/cloudwatch/stores/alarms.ts'
import { hourOf, MetricReader } from '../../src/services/cloudwatch/stores/metrics.ts'
import type { Attempt } from '../../src/store/attempt.ts'
import { Codec } from '../../src/store/collection.ts'
import type { Engine } from '../../src/store/engine.ts'
import { Store } from '../../src/store/store.ts'
import { type Bench, sqliteBench } from '../engines/sqlite.ts'

const shelf = { account: '000000000000' as AccountId, region: 'us-east-1' }
const metric = { namespace: 'app', name: 'm', dimensions: [] }
const id = seriesIdOf(shelf, metric)
const start = Date.parse('2026-03-01T10:00:00Z')

let bench: Bench
let engine: Engine
let store: Store
before(async () => {
  bench = sqliteBench()
  engine = await bench.open()
  const keys = new Map([[1, createSecretKey(randomBytes(32))]])
  store = new Store(engine, new Codec('bench', new Sealer('records', { current: 1, keys })))
})
after(async () => {
  await store.close()
  await bench.remove()
})

const measure = (at: number, value: number, of = metric) =>
  store.attempt((attempt) => {
    const found = [{ metric: of, point: measured(at, 'Count', [value]) }]
    const taking = { at, newId: randomUUID, touched: () => {} }
    return takeIn(new MetricStore(attempt), shelf, found, taking)
  })
const read = async <T>(from: (reader: MetricReader) => T | Promise<T>): Promise<T> =>
  store.see((look) => from(new MetricReader(look)))
const recordsOf = async (at: number) =>
  (await read((reader) => reader.listHour(id, hourOf(at), 500))).length
const sweeper = () =>
  new MetricSweeper({
    see: store.see,
    attempt: <T>(run: (attempt: Attempt) => T | Promise<T>) => store.attempt(run),
  })

test('the records of an hour that is over become one, and its points stay what they were', async () => {
  for (let at = 0; at < 60; at++) {
    await measure(start + at * minuteMs, at)
    await measure(start + at * minuteMs, 1)
  }
  const before = await read((reader) => reader.readPoints(id, start, start + hourMs))
  assert.equal(await recordsOf(start), 120)
  await sweeper().sweep(start + hourMs)
  assert.equal(await recordsOf(start), 120, 'the hour that is not over long is left alone')
  await sweeper().sweep(start + 2 * hourMs)
  assert.equal(await recordsOf(start), 1)
  const points = await read((reader) => reader.readPoints(id, start, start + hourMs))
  assert.deepEqual(points, before)
  assert.deepEqual([points.length, points[5]?.sum, points[5]?.count], [60, 6, 2])
  // What comes late joins what was put together.
  await measure(start + 5 * minuteMs, 10)
  const late = await read((reader) => reader.readPoints(id, start, start + hourMs))
  assert.deepEqual([late.length, late[5]?.sum], [60, 16])
})

test('points go after fifteen days, and then their metric', async () => {
  await measure(start + 10 * dayMs, 7)
  await sweeper().sweep(start + 16 * dayMs)
  assert.deepEqual(await read((reader) => reader.readPoints(id, start, start + hourMs)), [])
  const [last] = await read((reader) =>
    reader.readPoints(id, start + 10 * dayMs, start + 11 * dayMs),
  )
  assert.equal(last?.sum, 7)
  assert.equal(await read((reader) => reader.seriesCount(shelf)), 1)
  await sweeper().sweep(start + 26 * dayMs)
  await sweeper().sweep(start + 26 * dayMs)
  assert.deepEqual(await read((reader) => reader.listSeries(shelf, [], { itemsMax: 10 })), [])
  assert.equal(await read((reader) => reader.seriesCount(shelf)), 0)
  await measure(start + 26 * dayMs, 1)
  assert.equal(await read((reader) => reader.seriesCount(shelf)), 1)
})

test('an account has as many metrics as it may, and those that it has go on', async () => {
  await store.attempt(async (attempt) =>
    attempt.count(seriesMax - 1, 'metric-series-count', shelf.account, shelf.region),
  )
  const at = start + 26 * dayMs
  assert.equal(await measure(at, 1, { ...metric, name: 'one too many' }), 1)
  assert.equal(await measure(at, 2), 0)
})

test('what became of alarms is kept for a month', async () => {
  const item = { alarm: 'a', type: 'StateUpdate' as const, summary: 's', text: '{}' }
  await store.attempt(async (attempt) => {
    const alarms = new AlarmStore(attempt)
    for (const day of [0, 20]) alarms.addHistory(shelf, start + day * dayMs, randomUUID(), item)
  })
  await sweeper().sweep(start + 31 * dayMs)
  const left = await store.see((look) => new AlarmReader(look).listHistory(shelf, { itemsMax: 10 }))
  assert.deepEqual(
    left.map(({ at }) => at),
    [start + 20 * dayMs],
  )
})
