/** The journal over its table and the segments of a PostgreSQL database: one sequence, whichever holds a batch. */
import assert from 'node:assert/strict'
import { readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { after, describe, test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { Client } from 'pg'
import { verify } from '../../src/audit/verify/verify.ts'
import { Anchor } from '../../src/store/anchor.ts'
import type { Engine } from '../../src/store/engine.ts'
import { linkIn } from '../../src/store/loaded.ts'
import { fillIn, glanceIn, type Place, wholeIn } from '../../src/store/place.ts'
import { fetchedBeside } from '../../src/store/postgres/fetched.ts'
import { sharedShelf } from '../../src/store/postgres/tail.ts'
import { prunable } from '../../src/store/prune.ts'
import { fillWhole } from '../../src/store/sqlite/whole.ts'
import { withoutPostgres } from '../postgres.ts'
import { until } from '../until.ts'
import { proposal, walk, write } from './journal.ts'
import { endServer, newDatabase, type PostgresBench, postgresBench } from './postgres.ts'

const made: PostgresBench[] = []
const engines: Engine[] = []
after(async () => {
  for (const each of engines) await each.close().catch(() => undefined)
  for (const each of made) await each.remove()
  await endServer()
})

const segmentBytes = 32 << 10

async function bench(): Promise<PostgresBench> {
  const one = await postgresBench()
  made.push(one)
  return one
}

async function open(one: PostgresBench, options: object = {}): Promise<Engine> {
  const engine = await one.open({ segmentBytes, ...options })
  engines.push(engine)
  return engine
}

async function ask(one: PostgresBench, text: string, values: unknown[] = []) {
  const client = new Client(one.url)
  await client.connect()
  try {
    return (await client.query(text, values)).rows
  } finally {
    await client.end()
  }
}

const tableOf = async (one: PostgresBench) => {
  const [row] = await ask(
    one,
    `SELECT (SELECT count(*) FROM strongroom.segments)::int AS segments, min(seq)::int AS first,
      count(*)::int AS count FROM strongroom.journal`,
  )
  return row as { segments: number; first: number; count: number }
}

/** Writes until so many segments were cut; the cutter is a thread of its own and is given its time. */
const filled = (engine: Engine, one: PostgresBench, segments: number) =>
  until(async () => {
    await write(engine, 5)
    return (await tableOf(one)).segments >= segments
  })

const fetchedOf = (one: PostgresBench) => fetchedBeside(join(one.folder, 'anchor'))
const placeOf = (one: PostgresBench): Place => ({ kind: 'postgres', url: one.url })

describe('segments in PostgreSQL', { skip: withoutPostgres }, () => {
  test('older batches leave their table, the newest stay, and all are read from either', async () => {
    const one = await bench()
    const engine = await open(one)
    await filled(engine, one, 3)
    const { first, count } = await tableOf(one)
    assert.ok(first > 1 && count * 9000 > segmentBytes, `${count} from ${first}`)
    await walk(engine, one)
    await walk(engine, one, 7)
    const back: number[] = []
    for (let seq = engine.head; seq > 0; ) {
      const rows = await engine.journal(0, seq, { itemsMax: 50, reverse: true })
      back.push(...rows.map((row) => row.seq))
      seq = (rows.at(-1)?.seq ?? 0) - 1
    }
    assert.deepEqual(
      back,
      Array.from({ length: engine.head }, (_, n) => engine.head - n),
    )
    for (const seq of [1, 2, first - 1, first, engine.head]) {
      const text = Buffer.from((await engine.batch(seq)) ?? '').toString()
      assert.equal(JSON.parse(text).records[0].n, seq - 1, `batch ${seq}`)
    }
    assert.equal(await engine.batch(engine.head + 1), undefined)
    assert.equal(await engine.batch(0), undefined)
    assert.deepEqual(await engine.journal(engine.head, 99_999, { itemsMax: 9 }), [])
    const [only] = await engine.journal(2, 3, { itemsMax: 9 })
    assert.equal(only?.seq, 3)
  })

  test('what is fetched is bounded, and an altered copy is fetched anew', async () => {
    const one = await bench()
    const engine = await open(one)
    await filled(engine, one, 3)
    await engine.close()
    const small = await open(one, { fetchedBytesMax: 1 })
    await walk(small, one)
    const [name = '', ...more] = readdirSync(fetchedOf(one))
    assert.deepEqual(more, [])
    const path = join(fetchedOf(one), name)
    const bytes = readFileSync(path)
    bytes.fill(0, bytes.length >> 1)
    await small.close()
    writeFileSync(path, bytes)
    const again = await open(one)
    await walk(again, one)
  })

  test('what was altered in the database is told, never given', async () => {
    const one = await bench()
    const engine = await open(one)
    await filled(engine, one, 2)
    await engine.close()
    await ask(
      one,
      'UPDATE strongroom.segments SET file = set_byte(file, 200, get_byte(file, 200) # 1) WHERE first = 1',
    )
    const told: string[] = []
    const again = await open(one, { complain: (words: string) => void told.push(words) })
    await assert.rejects(again.journal(0, 1, { itemsMax: 1 }), /broken at batch 1/)
    assert.equal(await again.batch(1), undefined)
    await assert.rejects(
      wholeIn(placeOf(one), () => one.keys).then(async (whole) => {
        try {
          for await (const part of whole.parts()) assert.ok(part)
        } finally {
          await whole.close()
        }
      }),
      /broken at batch 1/,
    )
    await ask(one, 'DELETE FROM strongroom.segments WHERE first = 1')
    await assert.rejects(again.journal(0, 1, { itemsMax: 1 }), /broken at batch 1/)
    assert.deepEqual(told, [])
  })

  test('batches that were altered are never cut', async () => {
    const one = await bench()
    const engine = await open(one, { segmentBytes: 1 << 20 })
    await write(engine, 40)
    await engine.close()
    await ask(one, "UPDATE strongroom.journal SET batch = '\\x00' WHERE seq = 1")
    const told: string[] = []
    const again = await open(one, { complain: (words: string) => void told.push(words) })
    await again.commit([proposal(again.head, 40)])
    await until(() => told.length > 0)
    assert.deepEqual(told, ['the journal is broken at batch 1: run strongroom audit verify'])
    assert.equal((await tableOf(one)).segments, 0)
  })

  test('two that cut at once cut each batch once', async () => {
    const one = await bench()
    const first = await open(one)
    const second = await open(one)
    for (let n = 0; n < 10; n++) await Promise.all([write(first, 4), write(second, 4)])
    await filled(first, one, 4)
    const spans = await sharedShelf(one.url, one.keys).spans()
    spans.reduce((last, span) => {
      assert.equal(span.first, last + 1)
      return span.last
    }, 0)
    await first.close()
    await second.close()
    const [end] = await ask(one, 'SELECT max(last)::int AS last FROM strongroom.segments')
    assert.equal(end?.last, (await tableOf(one)).first - 1)
  })

  test('a node that slept through a cut goes on, and an anchor in a segment is known', async () => {
    const one = await bench()
    const sleeper = await open(one)
    await write(sleeper, 2)
    await sleep(1100)
    const other = await bench()
    const writer = await open({ ...one, folder: other.folder })
    await filled(writer, one, 2)
    const told: string[] = []
    assert.deepEqual((await sleeper.commit([proposal(sleeper.head, 0)])).conflicts, [undefined])
    assert.deepEqual(told, [])
    const glance = await glanceIn(placeOf(one), 2)
    assert.equal(glance?.anchoredLink, undefined)
    const [row] = await writer.journal(1, 2, { itemsMax: 1 })
    const kept = glance?.anchoredIn
    assert.deepEqual(kept && Buffer.from(linkIn(kept, 2, one.keys) ?? ''), row?.link)
  })

  test('pruned segments leave one that stands for them, everywhere', async () => {
    const one = await bench()
    const engine = await open(one)
    await filled(engine, one, 3)
    await walk(engine, one)
    const shelf = sharedShelf(one.url, one.keys)
    const all = await shelf.spans()
    const second = all[1]
    assert.deepEqual(prunable(all, 0), [])
    await shelf.prune(second?.last ?? 0, Date.now())
    const left = await shelf.spans()
    assert.deepEqual([left[0]?.first, left[0]?.last, left[0]?.isPruned], [1, second?.last, true])
    assert.equal(left[1]?.name, all[2]?.name)
    const [first] = await engine.journal(0, engine.head, { itemsMax: 5 })
    assert.equal(first?.seq, (second?.last ?? 0) + 1)
    assert.equal(await engine.batch(1), undefined)
    assert.deepEqual(await engine.journal(0, 2, { itemsMax: 5, reverse: true }), [])
    assert.ok(!readdirSync(fetchedOf(one)).includes(all[0]?.name ?? ''), 'the copy went, too')
    await shelf.prune(all[2]?.last ?? 0, Date.now())
    assert.equal((await shelf.spans())[0]?.last, all[2]?.last)
    assert.equal(
      linkIn((await glanceIn(placeOf(one), 2))?.anchoredIn as never, 2, one.keys),
      'pruned',
    )
    await write(engine, 3)
  })

  test('a whole is read with its segments and fills another that goes on', async () => {
    const one = await bench()
    const engine = await open(one)
    await filled(engine, one, 3)
    const shelf = sharedShelf(one.url, one.keys)
    const [oldest] = await shelf.spans()
    await shelf.prune(oldest?.last ?? 0, Date.now())
    const whole = await wholeIn(placeOf(one), () => one.keys)
    assert.equal(whole.counts.pruned, 1)
    assert.equal(whole.counts.journal, engine.head - (oldest?.last ?? 0))
    const url = await newDatabase()
    const filling = await fillIn({ kind: 'postgres', url }, whole.header, whole.head)
    for await (const part of whole.parts()) await filling.put(part)
    await filling.end()
    await whole.close()
    const other = await bench()
    rmSync(join(other.folder, 'anchor'), { force: true })
    const again = await open(other, { url, keys: one.keys })
    const [first] = await again.journal(0, again.head, { itemsMax: 5 })
    assert.equal(first?.seq, (oldest?.last ?? 0) + 1)
    await write(again, 3)
    assert.equal(again.head, engine.head + 3)
    const databasePath = join(other.folder, 'store.db')
    const anchorPath = join(other.folder, 'anchor of the file')
    const back = await wholeIn(placeOf(one), () => one.keys)
    const file = fillWhole(databasePath, back.header, back.head)
    for await (const part of back.parts()) await file.put(part)
    await file.end()
    await back.close()
    new Anchor(anchorPath, one.keys).write(back.head)
    const journalPath = join(other.folder, 'journal')
    const verified = verify({ databasePath, anchorPath, journalPath, keys: one.keys })
    assert.deepEqual(verified.findings, [])
    assert.deepEqual([verified.head, verified.pruned?.last], [back.head.seq, oldest?.last])
  })
})
