/** From one machine to many, and back: backups move a store between engines, equal in every record. */
import assert from 'node:assert/strict'
import { join } from 'node:path'
import { after, describe, test } from 'node:test'
import { Client } from 'pg'
import { restore, sealOfFile } from '../../src/restore.ts'
import { placeOf, wholeIn } from '../../src/store/place.ts'
import { raiseScene, rowsOf, rowsOfWhole, type Scene } from '../backup/scene.ts'
import { typed } from '../cli/command.ts'
import { endServer, newDatabase } from '../engines/postgres.ts'
import { raiseHouse } from '../house.ts'
import { withoutPostgres } from '../postgres.ts'
import { callJson } from '../raw.ts'

describe('moving', { skip: withoutPostgres }, () => {
  let scene: Scene | undefined
  after(async () => {
    await scene?.[Symbol.asyncDispose]()
    await endServer()
  })

  test('a store moves to PostgreSQL and back, and nothing is another one', async () => {
    scene = await raiseScene({ environment: {} })
    const { house, folder, rootKeyPath } = scene
    for (let n = 0; n < 40; n++) await scene.create(`moved/${n}`)
    const seal = sealOfFile(rootKeyPath)
    const first = await scene.backup()
    await house.stop()

    const storeUrl = await newDatabase()
    const many = join(folder, 'many')
    const { seq } = await restore({ file: first, dataPath: many, seal, storeUrl })
    const before = await rowsOf(join(house.dataPath, 'store.db'))
    const moved = await rowsOfWhole(await wholeAt(storeUrl))
    const own = `journal ${String(seq + 1).padStart(9, '0')}`
    for (const name of Object.keys(moved)) {
      if (name !== own) assert.equal(moved[name], before[name], name)
    }
    assert.ok(moved[own], 'it is recorded that it was restored')
    await assert.rejects(
      restore({ file: first, dataPath: join(folder, 'again'), seal, storeUrl }),
      /holds a store already/,
    )

    const environment = { STRONGROOM_STORE: storeUrl }
    const root = house.root
    await using node = await raiseHouse({
      dataPath: many,
      environment: {
        ...environment,
        STRONGROOM_ROOT_ACCESS_KEY_ID: root.accessKeyId,
        STRONGROOM_ROOT_SECRET_ACCESS_KEY: root.secretAccessKey,
      },
    })
    const call = (url: string, SecretId: string) =>
      callJson('secretsmanager.GetSecretValue', { SecretId }, { url, keys: root })
    assert.match((await call(node.url, 'moved/7')).body, /value of moved\/7/)
    assert.deepEqual(node.complaints, [])
    const sound = await typed(['audit', 'verify', '--data', many, '--records'], environment)
    assert.match(sound.stdout, /rows of the database compared/, sound.stderr)
    assert.equal(sound.code, 0)
    await node.stop()
    await assertTold(storeUrl, many, environment)

    const whole = await wholeAt(storeUrl)
    const file = await scene.backup('back.backup', whole)
    const back = join(folder, 'back')
    await restore({ file, dataPath: back, seal })
    const again = await rowsOf(join(back, 'store.db'))
    const there = await rowsOfWhole(await wholeAt(storeUrl))
    for (const name of Object.keys(there)) assert.equal(again[name], there[name], name)
    await using one = await scene.raise(back)
    assert.match((await call(one.url, 'moved/39')).body, /value of moved\/39/)
    assert.deepEqual(one.complaints, [])
  })
})

const wholeAt = (url: string) =>
  wholeIn(placeOf('', url), () => {
    throw new Error('no segments here')
  })

/** What a database administrator does by hand is named, and then undone. */
async function assertTold(url: string, dataPath: string, environment: Record<string, string>) {
  const client = new Client(url)
  await client.connect()
  try {
    for (const edit of [
      "UPDATE strongroom.records SET row = (SELECT row FROM strongroom.records WHERE key > 's' ORDER BY key LIMIT 1) WHERE key = (SELECT max(key) FROM strongroom.records WHERE key LIKE 'secrets%')",
      "DELETE FROM strongroom.records WHERE key = (SELECT max(key) FROM strongroom.records WHERE key LIKE 'secrets%')",
      'DELETE FROM strongroom.journal WHERE seq = 5',
    ]) {
      await client.query('CREATE TABLE kept AS SELECT * FROM strongroom.records')
      await client.query('CREATE TABLE kept_journal AS SELECT * FROM strongroom.journal')
      await client.query(edit)
      const { code, stdout } = await typed(
        ['audit', 'verify', '--data', dataPath, '--records'],
        environment,
      )
      assert.equal(code, 1, edit)
      assert.match(stdout, /altered|missing/, edit)
      await client.query('TRUNCATE strongroom.records, strongroom.journal')
      await client.query('INSERT INTO strongroom.records SELECT * FROM kept')
      await client.query('INSERT INTO strongroom.journal SELECT * FROM kept_journal')
      await client.query('DROP TABLE kept, kept_journal')
    }
  } finally {
    await client.end()
  }
}
