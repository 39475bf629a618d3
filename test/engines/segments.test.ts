/** The journal over the database's tail and its segments: one sequence, whichever holds a batch. */
import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { cpSync, existsSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { after, describe, test } from 'node:test'
import { parsePart, printPart } from '../../src/backup/part.ts'
import type { Engine } from '../../src/store/engine.ts'
import { Journal } from '../../src/store/journal.ts'
import { Segments, spansIn } from '../../src/store/segments.ts'
import { fillWhole, readWhole } from '../../src/store/sqlite/whole.ts'
import { until } from '../until.ts'
import { proposal, walk, words, write } from './journal.ts'
import { type Bench, sqliteBench } from './sqlite.ts'

const made: Bench[] = []
const engines: Engine[] = []
after(async () => {
  for (const each of engines) await each.close().catch(() => undefined)
  for (const each of made) each.remove()
})

async function open(one: Bench, options?: Parameters<Bench['open']>[0]): Promise<Engine> {
  const engine = await one.open(options)
  engines.push(engine)
  return engine
}

function bench(segmentBytes = 64 << 10): Bench {
  const one = sqliteBench(segmentBytes)
  made.push(one)
  return one
}

const journalOf = (one: Bench): string => join(one.folder, 'journal')

const rowsIn = (one: Bench): { first: number; count: number } => {
  using database = new DatabaseSync(join(one.folder, 'store.db'), { readOnly: true })
  const row = database.prepare('SELECT min(seq) AS first, count(*) AS count FROM journal').get()
  return row as { first: number; count: number }
}

const untilCut = (one: Bench) => until(() => spansIn(journalOf(one)).length > 0)

/** Cuts begin with a commit, and what was cut leaves the database with later ones. */
const writeUntil = (engine: Engine, holds: () => boolean) =>
  until(async () => {
    await write(engine, 10)
    return holds()
  })

describe('segments', () => {
  test('one batch is read from wherever it stands', async () => {
    const one = bench()
    const engine = await open(one)
    await write(engine, 300)
    await writeUntil(engine, () => rowsIn(one).first > 1)
    const { first } = rowsIn(one)
    for (const seq of [1, 2, first - 1, first, engine.head]) {
      const text = Buffer.from((await engine.batch(seq)) ?? '').toString()
      assert.equal(JSON.parse(text).records[0].n, seq - 1, `batch ${seq}`)
    }
    assert.equal(await engine.batch(engine.head + 1), undefined)
    assert.equal(await engine.batch(0), undefined)
  })

  test('the tail stays bounded, the journal is whole, forwards and backwards', async () => {
    const one = bench()
    const engine = await open(one)
    await write(engine, 300)
    await writeUntil(engine, () => rowsIn(one).count <= 150)
    assert.ok(rowsIn(one).first > 1)
    const total = engine.head
    assert.ok(spansIn(journalOf(one)).length > 5)
    for (const itemsMax of [1000, 7]) await walk(engine, one, itemsMax)
    const back: number[] = []
    for (let seq = engine.head; seq > 0; ) {
      const rows = await engine.journal(0, seq, { itemsMax: 64, reverse: true })
      back.push(...rows.map((row) => row.seq))
      seq = (rows.at(-1)?.seq ?? 0) - 1
    }
    assert.deepEqual(
      back,
      Array.from({ length: total }, (_, n) => total - n),
    )
    assert.deepEqual(await engine.journal(engine.head, 9999, { itemsMax: 9 }), [])
    const [only] = await engine.journal(2, 3, { itemsMax: 9 })
    assert.equal(only?.seq, 3)
    await engine.close()
    const again = await open(one)
    assert.equal(again.head, total)
    await walk(again, one, 500)
    await write(again, 100)
    assert.equal(again.head, total + 100)
    await walk(again, one, 500)
    await again.close()
  })

  test('long batches are packed and go the same way as short ones', async () => {
    const one = bench(32 << 10)
    const engine = await open(one)
    // Long enough to be packed, and different enough to fill a segment all the same.
    const long = (n: number) =>
      Array.from({ length: 24 }, (_, of) => ({
        ...proposal(engine.head, 1),
        records: [{ n, of, words, noise: randomBytes(800).toString('hex') }],
      }))
    let total = 0
    const isCut = () => spansIn(journalOf(one)).length >= 3 && rowsIn(one).first > 1
    await until(async () => {
      for (const end = total + 10; total < end; total++) {
        await engine.commit(total % 3 === 0 ? [proposal(engine.head, total)] : long(total))
      }
      return isCut()
    })
    const { first } = rowsIn(one)
    assert.equal(engine.head, total)
    await walk(engine, one, 7)
    for (const seq of [2, first - 1, first, total]) {
      const { records } = JSON.parse(Buffer.from((await engine.batch(seq)) ?? '').toString())
      assert.equal(records.length, (seq - 1) % 3 === 0 ? 1 : 24)
      assert.equal(records.at(-1).n, seq - 1)
    }
    const journal = new Journal(one.keys)
    const rows = await engine.journal(0, total, { itemsMax: 5 })
    const part = parsePart(printPart({ kind: 'journal', rows }, journal), journal)
    assert.ok(part.kind === 'journal' && part.rows.length === rows.length)
    for (const [at, { batch }] of rows.entries()) {
      assert.deepEqual(Buffer.from(part.rows[at]?.batch ?? []), Buffer.from(batch))
    }
  })

  test('segments are small and shut to others', async () => {
    const one = bench(128 << 10)
    const engine = await open(one)
    await write(engine, 60)
    await untilCut(one)
    await engine.close()
    const [span] = spansIn(journalOf(one))
    const { size, mode } = statSync(join(journalOf(one), span?.name ?? ''))
    assert.equal(mode & 0o777, 0o600)
    assert.equal(statSync(journalOf(one)).mode & 0o777, 0o700)
    assert.ok(size < 64 << 10, `${size} bytes for 128 KiB`)
  })

  test('a crash after the segment and before the rows left: both are there, one is read', async () => {
    // A commit behind the cut may have taken the rows along: then another one is tried.
    const { one, span } = await until(async () => {
      const one = bench()
      const engine = await open(one)
      await write(engine, 24)
      await untilCut(one)
      await engine.close()
      const [span] = spansIn(journalOf(one))
      return span && span.last > rowsIn(one).first && { one, span }
    })
    writeFileSync(join(journalOf(one), `${span.name}.new`), 'half of a segment')
    const again = await open(one)
    assert.equal(existsSync(join(journalOf(one), `${span.name}.new`)), false)
    assert.equal(again.head, 24)
    await walk(again, one, 64)
    await again.close()
  })

  test('a segment that is missing is told, not passed over', async () => {
    const one = bench()
    const engine = await open(one)
    await write(engine, 200)
    await writeUntil(engine, () => {
      const [, second] = spansIn(journalOf(one))
      return second !== undefined && rowsIn(one).first > second.last
    })
    await engine.close()
    const [, second] = spansIn(journalOf(one))
    rmSync(join(journalOf(one), second?.name ?? ''))
    const again = await open(one)
    await assert.rejects(again.journal((second?.first ?? 0) - 1, again.head, { itemsMax: 9 }), {
      name: 'BrokenChain',
      message: `the journal is broken at batch ${second?.first}: run strongroom audit verify`,
    })
    await assert.rejects(
      again.journal(0, second?.last ?? 0, { itemsMax: 9, reverse: true }),
      /broken at batch/,
    )
    await again.close()
  })

  test('batches that were altered are never cut', async () => {
    const one = bench(1 << 20)
    const engine = await open(one)
    await write(engine, 20)
    await engine.close()
    {
      using database = new DatabaseSync(join(one.folder, 'store.db'))
      database.exec('UPDATE journal SET batch = zeroblob(length(batch)) WHERE seq = 1')
    }
    const told: string[] = []
    const again = await open(one, {
      segmentBytes: 1024,
      complain: (words) => void told.push(words),
    })
    await again.commit([proposal(again.head, 20)])
    await until(() => told.length > 0)
    assert.deepEqual(told, ['the journal is broken at batch 1: run strongroom audit verify'])
    assert.deepEqual(spansIn(journalOf(one)), [])
    await again.close()
  })

  test('segments beyond the head are put aside', async () => {
    const one = bench()
    const engine = await open(one)
    await write(engine, 50)
    await engine.close()
    const older = join(one.folder, 'older.db')
    cpSync(join(one.folder, 'store.db'), older)
    const later = await open(one)
    await write(later, 200)
    await later.close()
    const before = spansIn(journalOf(one))
    for (const ending of ['-wal', '-shm'])
      rmSync(join(one.folder, `store.db${ending}`), { force: true })
    cpSync(older, join(one.folder, 'store.db'))
    const again = await open(one)
    assert.equal(again.head, 50)
    await write(again, 70)
    assert.equal(again.head, 120)
    await walk(again, one, 100)
    await again.close()
    const aside = readdirSync(journalOf(one)).filter((name) => name.includes('.aside-'))
    assert.equal(aside.length, before.filter(({ last }) => last > 50).length)
  })

  test('a whole store is read with its segments, and fills another that goes on', async () => {
    const one = bench()
    const engine = await open(one)
    await write(engine, 200)
    await engine.close()
    const segmentsOf = () => new Segments(journalOf(one), one.keys)
    const whole = readWhole(join(one.folder, 'store.db'), segmentsOf)
    assert.equal(whole.counts.journal, 200)
    const filled = join(one.folder, 'filled.db')
    const filling = fillWhole(filled, whole.header, whole.head)
    for await (const part of whole.parts()) await filling.put(part)
    await filling.end()
    await whole.close()
    const journalPath = join(one.folder, 'filled')
    const again = await open(one, { databasePath: filled, journalPath })
    await write(again, 100)
    assert.equal(again.head, 300)
    await walk(again, one, 500)
    await again.close()
  })
})
