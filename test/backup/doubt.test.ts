/**
 * A backup that is not what was written is named and refused, and nothing is made of it: cut off
 * anywhere, a bit flipped anywhere, chunks that changed places, another seal, another store's chunks.
 */
import assert from 'node:assert/strict'
import { randomBytes, randomUUID } from 'node:crypto'
import { existsSync, mkdtempSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { after, before, test } from 'node:test'
import { openingBytes } from '../../src/backup/preamble.ts'
import { BackupReader } from '../../src/backup/read.ts'
import { chunkHeadBytes } from '../../src/backup/write.ts'
import { drill } from '../../src/drill.ts'
import { restore, sealOfFile } from '../../src/restore.ts'
import { raiseScene } from './scene.ts'

const scene = await raiseScene()
after(() => scene[Symbol.asyncDispose]())
const { folder, rootKeyPath } = scene
const seal = sealOfFile(rootKeyPath)

let good: Buffer
before(async () => {
  for (let n = 0; n < 20; n++) await scene.create(`doubt/${n}`)
  good = readFileSync(await scene.backup('good.backup'))
})

const spoiled = join(folder, 'spoiled.backup')
const dataPath = join(folder, 'restored')

/** The sentence with which these bytes are refused, by restoring them and without a key. */
async function refusalsOf(bytes: Uint8Array): Promise<[restoring: string, verifying: string]> {
  writeFileSync(spoiled, bytes)
  const restoring = await restore({ file: spoiled, dataPath, seal }).then(
    () => 'restored',
    (thrown: Error) => thrown.message,
  )
  assert.equal(existsSync(dataPath), false, restoring)
  assert.equal(existsSync(`${dataPath}.restoring`), false)
  let verifying = 'unspoiled'
  try {
    const reader = new BackupReader(spoiled)
    try {
      reader.mustBeUnspoiled()
    } finally {
      reader.close()
    }
  } catch (thrown) {
    verifying = (thrown as Error).message
  }
  return [restoring, verifying]
}

/** Where the chunks begin, and where the last link does. */
function placesOf(bytes: Buffer): number[] {
  const places: number[] = []
  let at = openingBytes + bytes.readUInt32BE(openingBytes - 4)
  while (at + 32 < bytes.length) {
    places.push(at)
    at += chunkHeadBytes + bytes.readUInt32BE(at + 4)
  }
  return [...places, at]
}

const named = /spoiled\.backup (?:is|has|ends|holds|does|was) /

test('cut off at 200 places', async (t) => {
  const words = new Map<string, number>()
  for (let n = 0; n < 200; n++) {
    const cut = n < 100 ? n : Math.floor(((n - 99) / 101) * good.length)
    for (const refusal of await refusalsOf(good.subarray(0, cut))) {
      assert.match(refusal, named)
      const kind = refusal.replaceAll(/\d+|^\S+/g, '')
      words.set(kind, (words.get(kind) ?? 0) + 1)
    }
  }
  for (const [kind, times] of words) t.diagnostic(`${times} times:${kind}`)
})

test('a flipped bit at 300 places, and in each of the first 60 bytes', async () => {
  for (let n = 0; n < 360; n++) {
    const at = n < 60 ? n : Math.floor(((n - 59) / 301) * (good.length - 1))
    const bytes = Buffer.from(good)
    bytes[at] = (bytes[at] ?? 0) ^ (1 << (n % 8))
    const [restoring, verifying] = await refusalsOf(bytes)
    assert.match(
      restoring,
      /spoiled\.backup |The backup (?:was made under another root key than this one|is damaged at its beginning)/,
      `at ${at}`,
    )
    assert.match(verifying, named, `at ${at}`)
  }
})

test('chunks that changed places, are missing, or come twice', async () => {
  const [first = 0, second = 0, third = 0] = placesOf(good)
  const [head, one, two, rest] = [
    good.subarray(0, first),
    good.subarray(first, second),
    good.subarray(second, third),
    good.subarray(third),
  ]
  const lists = [
    [head, two, one, rest],
    [head, two, rest],
    [head, one, one, two, rest],
  ]
  for (const parts of lists) {
    for (const refusal of await refusalsOf(Buffer.concat(parts))) {
      assert.match(
        refusal,
        /has something else where chunk \d belongs: chunks are missing, changed places/,
      )
    }
  }
  // With their numbers mended, too.
  const swapped = [Buffer.from(two), Buffer.from(one)]
  for (const [index, chunk] of swapped.entries()) chunk.writeUInt32BE(index + 1)
  const [restoring, verifying] = await refusalsOf(Buffer.concat([head, ...swapped, rest]))
  assert.match(restoring, /is damaged in chunk 1, before byte \d+/)
  assert.match(verifying, /is not what was written: its checksum does not fit/)
})

test('a last chunk or a last link that is missing, and bytes behind the end', async () => {
  const places = placesOf(good)
  const lastLink = places.at(-1) ?? 0
  const lastChunk = places.at(-2) ?? 0
  const link = good.subarray(lastLink)
  const [cut] = await refusalsOf(Buffer.concat([good.subarray(0, lastChunk), link]))
  assert.match(cut, /ends before its last chunk: it was cut short/)
  assert.match(
    (await refusalsOf(good.subarray(0, lastLink)))[0],
    /ends inside chunk \d+|ends early|ends before/,
  )
  for (const refusal of await refusalsOf(Buffer.concat([good, Buffer.alloc(64)]))) {
    assert.match(refusal, /has something else where|has bytes behind its end/)
  }
})

test("another root key, another store's chunks, no backup at all, one of a newer program", async () => {
  const other = await raiseScene()
  try {
    const foreign = readFileSync(await other.backup())
    const [refusal] = await refusalsOf(foreign)
    assert.match(refusal, /The backup was made under another root key than this one, or is damaged/)
    const [first = 0] = placesOf(good)
    const [foreignFirst = 0] = placesOf(foreign)
    const mixed = Buffer.concat([good.subarray(0, first), foreign.subarray(foreignFirst)])
    assert.match((await refusalsOf(mixed))[0], /is damaged in chunk 1/)
  } finally {
    await other[Symbol.asyncDispose]()
  }
  for (const bytes of [Buffer.alloc(0), randomBytes(5000), Buffer.from('name,value\n')]) {
    for (const refusal of await refusalsOf(bytes))
      assert.match(refusal, /is not a strongroom backup\.$/)
  }
  const newer = Buffer.from(good)
  newer.write('2', 'strongroom backup '.length)
  for (const refusal of await refusalsOf(newer)) {
    assert.match(refusal, /was made by a newer strongroom: use that version\.$/)
  }
})

/** The row of one secret, as it is now. */
function oneRow(databasePath: string, collection: string, name: string) {
  using database = new DatabaseSync(databasePath, { readOnly: true })
  const key = [collection, '000000000000', 'us-east-1', name].join('\u001f')
  const found = database.prepare('SELECT key, row FROM records WHERE key = ?').get(key)
  return found as unknown as { key: string; row: Uint8Array }
}

test('a drill names what does not open or is older than it was, and leaves nothing behind', async () => {
  await scene.create('planted/damage')
  await scene.create('planted/swap')
  await scene.create('planted/older')
  const older = oneRow(join(scene.house.dataPath, 'store.db'), 'secrets', 'planted/older')
  await scene.call('PutSecretValue', {
    SecretId: 'planted/older',
    SecretString: 'newer',
    ClientRequestToken: randomUUID(),
  })
  const { dataPath: served } = scene.house
  await scene.house.stop()
  const places = ['000000000000', 'us-east-1']
  {
    using database = new DatabaseSync(join(served, 'store.db'))
    const find = database.prepare('SELECT key, row FROM records WHERE key LIKE ?')
    const put = database.prepare('UPDATE records SET row = ? WHERE key = ?')
    const version = (name: string) =>
      find.get(`${['versions', ...places, name].join('\u001f')}\u001f%`) as {
        key: string
        row: Uint8Array
      }
    const [damage, swap, sound] = ['planted/damage', 'planted/swap', 'doubt/1'].map(version)
    if (!damage || !swap || !sound) throw new Error('the versions are not there')
    damage.row[40] = (damage.row[40] ?? 0) ^ 1
    put.run(damage.row, damage.key)
    put.run(sound.row, swap.key)
    put.run(older.row, older.key)
  }
  const file = await scene.backup('planted.backup')
  const scratchPath = mkdtempSync(join(folder, 'scratch-'))
  const report = await drill({ file, scratchPath, open: seal.open })
  const said = report.doubts.join('\n')
  for (const name of ['damage', 'swap']) {
    const place = `versions / 000000000000 / us-east-1 / planted/${name} / `
    assert.ok(said.includes(`a damaged record: ${place}`), said)
  }
  assert.match(said, /secrets \/ 000000000000 \/ us-east-1 \/ planted\/older/)
  assert.equal(report.values, 22)
  assert.deepEqual(readdirSync(scratchPath), [])
})

test('a drill of a spoiled backup, or under another seal, is a doubt, and leaves nothing behind', async () => {
  const scratchPath = mkdtempSync(join(folder, 'scratch-'))
  writeFileSync(spoiled, good.subarray(0, good.length - 100))
  const cut = await drill({ file: spoiled, scratchPath, open: seal.open })
  assert.match(cut.doubts.join(), /spoiled\.backup ends inside chunk \d+/)
  const otherKey = join(folder, 'other.key')
  writeFileSync(otherKey, `${randomBytes(32).toString('hex')}\n`, { mode: 0o600 })
  const file = join(folder, 'good.backup')
  const locked = await drill({ file, scratchPath, open: sealOfFile(otherKey).open })
  assert.match(locked.doubts.join(), /^The backup was made under another root key than this one/)
  assert.deepEqual(readdirSync(scratchPath), [])
  const sound = await drill({ file, scratchPath, open: seal.open })
  assert.deepEqual(sound.doubts, [])
  assert.equal(sound.values, 20)
})
