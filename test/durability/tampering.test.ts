/** Somebody who may write the database and has no key: swapped and damaged records are never answered as if they were right. */
import assert from 'node:assert/strict'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { openFolder } from '../../src/folder.ts'
import { Codec, collection } from '../../src/store/collection.ts'
import { rangeOf } from '../../src/store/key.ts'
import { openIn } from '../../src/store/place.ts'
import { Store } from '../../src/store/store.ts'
import { raiseHouse } from '../house.ts'
import { callJson } from '../raw.ts'
import { StrongroomRecords } from '../wire/strongroom/records.ts'
import { flipBytes } from './flips.ts'
import { furnish, nameOf, type Outcome, playRound, roundsOf } from './swaps.ts'

const folder = mkdtempSync(join(tmpdir(), 'strongroom-tampering-'))
after(() => rmSync(folder, { recursive: true, force: true }))
const dataPath = join(folder, 'data')
const secretsCount = 20
before(() => furnish(dataPath, secretsCount))

test('a tournament pairs everybody with everybody, once', () => {
  const pairs = roundsOf(secretsCount)
    .flat()
    .map((pair) => [...pair].sort((a, b) => a - b).join('-'))
  assert.equal(new Set(pairs).size, (secretsCount * (secretsCount - 1)) / 2)
  assert.equal(pairs.length, new Set(pairs).size)
})

for (const target of ['secrets', 'versions'] as const) {
  test(`the sealed bytes of two ${target} in each other's place: both are refused, on record`, async (t) => {
    const outcome: Outcome = { swaps: 0, reads: 0, refused: 0, wrong: [] }
    const rounds = roundsOf(secretsCount)
    for (const pairs of [rounds[0], rounds[7]]) {
      await playRound(dataPath, folder, target, pairs ?? [], outcome)
    }
    assert.deepEqual(outcome.wrong, [])
    assert.equal(outcome.refused, outcome.reads)
    t.diagnostic(`${outcome.swaps} pairs of ${target} swapped, ${outcome.refused} reads refused`)
  })
}

interface Version {
  readonly id: string
  readonly content?: object
}

test('even by who has the store keys: a value in another secret, or in another version, does not open', async () => {
  const path = join(folder, 'resealed')
  await furnish(path, 2)
  const stopped = await openFolder(path)
  const { place, anchorPath, journalKeys: keys, keyring } = stopped
  const fatal = (reason: string) => assert.fail(reason)
  const engine = await openIn(place, { anchorPath, keys, fatal })
  const codec = new Codec(keyring.storeId, keyring.sealer('records'))
  const store = new Store(engine, codec)
  const versions = collection<Version>('versions')
  const rows = await engine.scan(rangeOf('versions', []), { itemsMax: 10 })
  await store.attempt(async (attempt) => {
    const known = rows.map(({ key, row }) => ({
      parts: key.split('\u001f').slice(1),
      version: codec.open(versions, key, row),
    }))
    // Each takes the content of the next one: of the same secret, and of the other.
    for (const [index, { parts, version }] of known.entries()) {
      const content = known[(index + 1) % known.length]?.version.content
      attempt.put(versions, parts, { ...version, ...(content && { content }) })
    }
  })
  await store.close()
  stopped.release()
  await using house = await raiseHouse({ dataPath: path })
  for (const n of [0, 1]) {
    for (const VersionStage of ['AWSCURRENT', 'AWSPREVIOUS']) {
      const { status, body, requestId } = await callJson(
        'secretsmanager.GetSecretValue',
        { SecretId: nameOf(n), VersionStage },
        { url: house.url, keys: house.root },
      )
      assert.equal(status, 400)
      assert.equal(JSON.parse(body).__type, 'DecryptionFailure')
      const records = await new StrongroomRecords(house).newest(10)
      const codes = records
        .filter(({ requestID }) => requestID === requestId)
        .map(({ errorCode }) => errorCode)
      assert.ok(codes.includes('DecryptionFailure'), codes.join())
    }
  }
})

test('a flipped byte at 60 places: every record is right, or refused by name, or the start is', async (t) => {
  const outcome = await flipBytes(dataPath, folder, 60)
  assert.deepEqual(outcome.wrong, [])
  assert.equal(outcome.flips, 60)
  assert.ok(outcome.named > 0)
  t.diagnostic(JSON.stringify({ ...outcome, wrong: 0 }))
})
