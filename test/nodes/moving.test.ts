/** From one machine to many, and back: backups move a store between engines, equal in every record. */
import assert from 'node:assert/strict'
import { join } from 'node:path'
import { after, describe, test } from 'node:test'
import { restore, sealOfFile } from '../../src/restore.ts'
import { placeOf, wholeIn } from '../../src/store/place.ts'
import { raiseScene, rowsOf, rowsOfWhole, type Scene } from '../backup/scene.ts'
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
    await node.stop()

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
