/**
 * Whoever can write the files but has no key tries to change what the audit says: each try is named by
 * its number. A journal that nobody touched is found whole, however long.
 */
import assert from 'node:assert/strict'
import {
  copyFileSync,
  cpSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs'
import { join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import { printFinding } from '../../src/audit/verify/finding.ts'
import type { Span } from '../../src/store/segments.ts'
import { engineOf, filled, makeKeys, removeScenes, type Scene, write } from './scene.ts'

const batches = 420

let whole: Scene
let tailFrom: number

before(async () => {
  whole = await filled(makeKeys('one'), { batches: 300, segmentBytes: 32 << 10, tail: 120 })
  using database = whole.database()
  const row = database.prepare('SELECT min(seq) AS first FROM journal').get()
  tailFrom = Math.max(Number(row?.first), (whole.spans().at(-1)?.last ?? 0) + 1)
  assert.ok(whole.spans().length >= 3, 'there are segments')
  assert.ok(tailFrom <= batches - 120, `the database holds a tail, from ${tailFrom}`)
})
after(removeScenes)

/** The first finding names this batch. */
function mustName(scene: Scene, first: number, what: RegExp, withRecords = false): void {
  const { findings } = scene.verify(withRecords)
  const [finding] = findings
  assert.ok(finding, 'nothing was found')
  assert.equal(finding.first, first, printFinding(finding))
  assert.match(printFinding(finding), what)
}

/** Changes the table of the journal in a copy. */
function spoiled(...sql: string[]): Scene {
  const scene = whole.copy()
  using database = scene.database()
  for (const each of sql) database.exec(each)
  return scene
}

const segment = (at: number): Span => whole.spans()[at] as Span

test('a journal that nobody touched is whole', () => {
  const { findings, batches: walked, records, head, segments } = whole.verify(true)
  assert.deepEqual(findings, [])
  assert.deepEqual([walked, records, head], [batches, batches, batches])
  assert.equal(segments, whole.spans().length)
})

describe('in the database', () => {
  const at = () => tailFrom + 3

  test('a byte flipped anywhere in a batch names it', () => {
    using database = whole.database()
    const row = database
      .prepare('SELECT length(batch) AS bytes FROM journal WHERE seq = ?')
      .get(at())
    for (let offset = 0; offset < Number(row?.bytes); offset += 37) {
      const scene = whole.copy()
      {
        using copy = scene.database()
        const read = copy.prepare('SELECT batch FROM journal WHERE seq = ?').get(at())
        const batch = read?.batch as Uint8Array
        batch[offset] = (batch[offset] ?? 0) ^ 1
        copy.prepare('UPDATE journal SET batch = ? WHERE seq = ?').run(batch, at())
      }
      mustName(scene, at(), /it was altered/)
      rmSync(scene.path, { recursive: true })
    }
  })

  test('a link that was altered', () => {
    mustName(spoiled(`UPDATE journal SET link = zeroblob(32) WHERE seq = ${at()}`), at(), /follow/)
  })

  test('a batch that was dropped', () => {
    mustName(spoiled(`DELETE FROM journal WHERE seq = ${at()}`), at(), /it is missing/)
  })

  test('a run of batches that was dropped', () => {
    const scene = spoiled(`DELETE FROM journal WHERE seq BETWEEN ${at()} AND ${at() + 2}`)
    mustName(scene, at(), /batches \d+ to \d+, after .*: they are missing/)
  })

  test('two that were swapped', () => {
    const scene = spoiled(
      `UPDATE journal SET seq = -1 WHERE seq = ${at()}`,
      `UPDATE journal SET seq = ${at()} WHERE seq = ${at() + 1}`,
      `UPDATE journal SET seq = ${at() + 1} WHERE seq = -1`,
    )
    mustName(scene, at(), /is another batch/)
  })

  test('one that was doubled over the next', () => {
    const copy = (column: string) =>
      `${column} = (SELECT ${column} FROM journal WHERE seq = ${at()})`
    const scene = spoiled(
      `UPDATE journal SET ${copy('link')}, ${copy('batch')} WHERE seq = ${at() + 1}`,
    )
    mustName(scene, at() + 1, /is another batch/)
  })

  test('one that was put behind the head', () => {
    const scene = spoiled(
      `INSERT INTO journal SELECT ${batches + 1}, link, batch FROM journal WHERE seq = ${batches}`,
    )
    mustName(scene, batches + 1, /beyond the head/)
  })

  test('a tail that was cut, of 1 to 100 batches, with the head set back', () => {
    const scene = whole.copy()
    rmSync(join(scene.journal(), 'checkpoints'))
    using database = scene.database()
    for (let head = batches - 1; head >= batches - 100; head--) {
      database.exec(`DELETE FROM journal WHERE seq > ${head}`)
      database.exec(
        'UPDATE head SET (seq, link) = (SELECT seq, link FROM journal ORDER BY seq DESC LIMIT 1)',
      )
      mustName(scene, head + 1, /cut off: the anchor knows of them/)
    }
  })

  test('a tail that was cut and the head left', () => {
    const scene = spoiled(`DELETE FROM journal WHERE seq > ${batches - 4}`)
    mustName(scene, batches - 3, /they are missing/)
  })

  test('an anchor that was put away, or that is of another store', async () => {
    const gone = whole.copy()
    rmSync(join(gone.path, 'anchor'))
    assert.match(
      printFinding(gone.verify().findings[0] ?? { what: '' }),
      /the store: there is no anchor/,
    )
    const scene = whole.copy()
    const text = readFileSync(join(scene.path, 'anchor'), 'utf8')
    writeFileSync(join(scene.path, 'anchor'), text.replace(/"seq":\d+/, '"seq":3'))
    assert.match(printFinding(scene.verify().findings[0] ?? { what: '' }), /there is no anchor/)
  })
})

describe('in segments', () => {
  test('a byte flipped anywhere in a segment names what it spoils', () => {
    const span = segment(1)
    const { size } = statSync(join(whole.journal(), span.name))
    const step = Math.max(1, Math.floor(size / 60))
    for (let offset = 0; offset < size; offset += step) {
      const scene = whole.copy()
      const path = join(scene.journal(), span.name)
      const bytes = readFileSync(path)
      bytes[offset] = (bytes[offset] ?? 0) ^ 1
      writeFileSync(path, bytes)
      const { findings } = scene.verify()
      const [finding] = findings
      assert.ok(finding, `nothing was found at ${offset}`)
      assert.ok((finding.first ?? 0) >= span.first && (finding.last ?? 0) <= span.last)
      assert.equal(finding.file, span.name)
      rmSync(scene.path, { recursive: true })
    }
  })

  test('a segment that was deleted', () => {
    const scene = whole.copy()
    const span = segment(1)
    rmSync(join(scene.journal(), span.name))
    mustName(scene, span.first, /they are missing/)
  })

  test('two segments whose contents were swapped', () => {
    const scene = whole.copy()
    const [a, b] = [join(scene.journal(), segment(0).name), join(scene.journal(), segment(1).name)]
    renameSync(a, `${a}.x`)
    renameSync(b, a)
    renameSync(`${a}.x`, b)
    mustName(scene, segment(0).first, /altered or put elsewhere/)
  })

  test('a segment under a name that says something else', () => {
    const scene = whole.copy()
    const { name, first } = segment(1)
    renameSync(
      join(scene.journal(), name),
      join(scene.journal(), name.replace('_', '_1').replace('_10', '_1')),
    )
    mustName(scene, first, /altered or put elsewhere/)
  })

  test('a segment that was doubled', () => {
    const scene = whole.copy()
    const { name, first } = segment(1)
    const other = name.replace(/_\d/, '_9')
    copyFileSync(join(scene.journal(), name), join(scene.journal(), other))
    mustName(scene, first, /a second time|altered or put elsewhere/)
  })

  test('a segment that was cut short', () => {
    const scene = whole.copy()
    const path = join(scene.journal(), segment(0).name)
    const bytes = readFileSync(path)
    for (const share of [0.5, 0.9, 0]) {
      writeFileSync(path, bytes.subarray(0, bytes.length * share))
      mustName(scene, 1, /altered/)
    }
  })
})

describe('of two stores', () => {
  let other: Scene

  before(async () => {
    other = await filled(makeKeys('two'), { batches: 300, segmentBytes: 32 << 10, tail: 120 })
  })

  test("another store's segment", () => {
    const scene = whole.copy()
    copyFileSync(
      join(other.journal(), other.spans()[0]?.name ?? ''),
      join(scene.journal(), segment(0).name),
    )
    mustName(scene, 1, /altered or put elsewhere/)
  })

  test("another store's batches behind ours", () => {
    const scene = whole.copy()
    using database = scene.database()
    const at = batches - 100
    database.exec(`ATTACH '${join(other.path, 'store.db')}' AS other`)
    database.exec(`DELETE FROM journal WHERE seq >= ${at}`)
    database.exec(`INSERT INTO journal SELECT * FROM other.journal WHERE seq >= ${at}`)
    database.exec('UPDATE head SET link = (SELECT link FROM other.head)')
    mustName(scene, at, /is another batch/)
  })

  test('a fork of the same store: two goings-on from one copy', async () => {
    const keys = makeKeys('fork')
    const small = await filled(keys, { batches: 20, segmentBytes: 1 << 20 })
    const left = small.copy()
    const right = small.copy()
    for (const [side, count] of [
      [left, 10],
      [right, 12],
    ] as const) {
      const engine = await engineOf(side)
      await write(engine, count, count)
      await engine.close()
    }
    const scene = left
    assert.deepEqual(scene.verify().findings, [])
    {
      using database = scene.database()
      database.exec(`ATTACH '${join(right.path, 'store.db')}' AS other`)
      database.exec('DELETE FROM journal WHERE seq >= 25')
      database.exec('INSERT INTO journal SELECT * FROM other.journal WHERE seq BETWEEN 25 AND 30')
    }
    mustName(scene, 25, /does not follow/)
  })
})

describe('records of the database', () => {
  const key = 'thing\u001f7'
  const lastWrite = 7 + 60 * Math.floor((batches - 7) / 60)
  const firstWrite = 7

  test('one row rolled back is named with the batch whose state it has', () => {
    const scene = whole.copy()
    using database = scene.database()
    const older = Buffer.from(`sealed ${firstWrite}`.padEnd(200, '.'))
    database.prepare('UPDATE records SET row = ? WHERE key = ?').run(older, key)
    mustName(scene, lastWrite, /rolled back to batch 7, .*: thing \/ 7/, true)
  })

  test('one that was altered', () => {
    const scene = whole.copy()
    using database = scene.database()
    database.prepare("UPDATE records SET row = CAST('x' AS BLOB) WHERE key = ?").run(key)
    mustName(scene, lastWrite, /was altered: thing \/ 7/, true)
  })

  test('one that is missing', () => {
    const scene = whole.copy()
    using database = scene.database()
    database.prepare('DELETE FROM records WHERE key = ?').run(key)
    mustName(scene, lastWrite, /is missing: thing \/ 7/, true)
  })

  test('a byte of a key that stands in clear', () => {
    const scene = whole.copy()
    using database = scene.database()
    database.prepare("UPDATE records SET key = 'thinh\u001f7' WHERE key = ?").run(key)
    const { findings } = scene.verify(true)
    assert.deepEqual(
      findings.map((each) => each.what),
      ['a record that nobody wrote: thinh / 7', 'a record that it wrote is missing: thing / 7'],
    )
  })
})

test('a whole folder put back is told by checkpoints that were kept elsewhere', async () => {
  const keys = makeKeys('kept')
  const early = await filled(keys, { batches: 30, segmentBytes: 1 << 20 })
  const late = early.copy()
  const engine = await engineOf(late)
  await write(engine, 5)
  await engine.close()
  cpSync(join(late.journal(), 'checkpoints'), join(early.journal(), 'checkpoints'))
  mustName(early, 31, /cut off: the checkpoint of .* knows of them/)
})

test('a large journal that nobody touched: no false alarm', async (t) => {
  const scene = await filled(makeKeys('large'), {
    // Long batches are packed: far less is stored than is written.
    ...{ batches: 300, segmentBytes: 16 << 10, recordsPerBatch: 100, segments: 3 },
  })
  const { findings, records } = scene.verify(true)
  assert.deepEqual(findings, [])
  assert.equal(records, 30_000)
  t.diagnostic(`${records} records, 0 findings`)
})
