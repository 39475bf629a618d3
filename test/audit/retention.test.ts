/** Records go when their time is over; the chain, and the rows they wrote, are still held to account. */
import assert from 'node:assert/strict'
import { copyFileSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import { pruneDue, shelfIn } from '../../src/audit/retention.ts'
import { Sealer } from '../../src/lib/sealer.ts'
import { Codec } from '../../src/store/collection.ts'
import { Journal } from '../../src/store/journal.ts'
import { prune } from '../../src/store/prune.ts'
import { Segments } from '../../src/store/segments.ts'
import { fillWhole, readWhole } from '../../src/store/sqlite/whole.ts'
import { Store } from '../../src/store/store.ts'
import { engineOf, filled, makeKeys, removeScenes, type Scene, sceneAt, write } from './scene.ts'

const keys = makeKeys('kept')
let whole: Scene
after(removeScenes)
before(async () => {
  whole = await filled(keys, { batches: 300, segmentBytes: 32 << 10, tail: 40 })
  assert.ok(whole.spans().length >= 4)
})

const segmentsOf = (scene: Scene) => new Segments(scene.journal(), keys)

/** A copy in which the first so many segments were pruned. */
function pruned(count: number): { scene: Scene; last: number } {
  const scene = whole.copy()
  const last = scene.spans()[count - 1]?.last ?? 0
  prune(segmentsOf(scene), last, Date.now())
  return { scene, last }
}

describe('after pruning', () => {
  test('the chain holds, and it is told from where to where records are gone', () => {
    const { scene, last } = pruned(2)
    const { findings, pruned: told, batches, head, rows } = scene.verify(true)
    assert.deepEqual(findings, [])
    assert.equal(told?.last, last)
    assert.equal(batches, head - last)
    assert.equal(rows, 60)
    assert.equal(scene.spans().length, whole.spans().length - 1)
  })

  test('pruning again takes the earlier along', () => {
    const { scene } = pruned(1)
    const last = scene.spans()[2]?.last ?? 0
    prune(segmentsOf(scene), last, Date.now())
    assert.equal(scene.verify(true).findings.length, 0)
    assert.equal(scene.verify().pruned?.last, last)
    assert.equal(scene.spans().filter(({ isPruned }) => isPruned).length, 1)
  })

  test('a crash that left what was replaced leaves nothing to doubt', () => {
    const { scene } = pruned(2)
    for (const { name } of whole.spans().slice(0, 2)) {
      copyFileSync(join(whole.journal(), name), join(scene.journal(), name))
    }
    assert.deepEqual(scene.verify(true).findings, [])
    segmentsOf(scene).tidy()
    assert.equal(
      readdirSync(scene.journal()).filter((name) => /segment|pruned/.test(name)).length,
      scene.spans().length,
    )
  })

  test('a row that only pruned batches wrote is still held to account', () => {
    const scene = whole.copy()
    prune(segmentsOf(scene), scene.spans().at(-1)?.last ?? 0, Date.now())
    using database = scene.database()
    database.exec(
      "UPDATE records SET row = CAST('x' AS BLOB) WHERE key = 'thing' || char(31) || '3'",
    )
    const [finding] = scene.verify(true).findings
    assert.match(finding?.what ?? '', /altered: thing \/ 3/)
  })

  test('what stands for them can be neither altered nor taken away', () => {
    const { scene } = pruned(2)
    const [span] = scene.spans()
    const path = join(scene.journal(), span?.name ?? '')
    const bytes = readFileSync(path)
    bytes[40] = (bytes[40] ?? 0) ^ 1
    writeFileSync(path, bytes)
    assert.match(scene.verify().findings[0]?.what ?? '', /stands for pruned batches was altered/)
    rmSync(path)
    const [finding] = scene.verify().findings
    assert.deepEqual([finding?.first, finding?.what], [1, 'they are missing'])
  })

  test('readers pass over them, and the store goes on', async () => {
    const { scene, last } = pruned(2)
    const engine = await engineOf(scene)
    const [first] = await engine.journal(0, engine.head, { itemsMax: 5 })
    assert.equal(first?.seq, last + 1)
    assert.deepEqual(await engine.journal(0, last, { itemsMax: 5, reverse: true }), [])
    await write(engine, 5)
    await engine.close()
    assert.deepEqual(scene.verify(true).findings, [])
  })

  test('a whole store is read and filled without them', async () => {
    const { scene, last } = pruned(2)
    const from = readWhole(join(scene.path, 'store.db'), () => segmentsOf(scene))
    assert.deepEqual([from.counts.pruned, from.counts.journal], [1, from.head.seq - last])
    const path = join(scene.path, 'filled')
    const to = sceneAt(path, keys)
    mkdirSync(path)
    const filling = fillWhole(join(path, 'store.db'), from.header, from.head)
    for await (const part of from.parts()) await filling.put(part)
    await filling.end()
    await from.close()
    copyFileSync(join(scene.path, 'anchor'), join(path, 'anchor'))
    assert.deepEqual(to.verify(true).findings, [])
    assert.equal(to.verify().pruned?.last, last)
  })
})

test('pruning by age is recorded first, and takes whole segments only', async () => {
  const scene = whole.copy()
  const engine = await engineOf(scene)
  const store = new Store(engine, new Codec('kept', new Sealer('records', keys.seal)))
  const spans = scene.spans()
  const at = (spans[1]?.to ?? 0) + 1000
  const keeping = { store, shelf: shelfIn(scene.journal(), keys), keepMs: 1000 }
  const filed = { account: '000000000000', region: 'us-east-1' }
  assert.equal(await pruneDue(keeping, { ...filed, at: 0 }), undefined)
  assert.equal(await pruneDue(keeping, { ...filed, at: at + 1 }), spans[1]?.last)
  const [row] = await engine.journal(engine.head - 1, engine.head, { itemsMax: 1 })
  const [told] = row ? (new Journal(keys).open(row).records as Record<string, unknown>[]) : []
  assert.equal(told?.eventName, 'AuditPruned')
  assert.partialDeepStrictEqual(told?.additionalEventData, { lastBatch: spans[1]?.last })
  await store.close()
  const { findings, pruned: gone } = scene.verify(true)
  assert.deepEqual(findings, [])
  assert.equal(gone?.last, spans[1]?.last)
})
