/** The look-up index: made anew when it is lost, damaged, or of another journal; tells no name. */
import assert from 'node:assert/strict'
import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { CloudTrailClient, LookupEventsCommand } from '@aws-sdk/client-cloudtrail'
import {
  CreateSecretCommand,
  GetSecretValueCommand,
  SecretsManagerClient,
} from '@aws-sdk/client-secrets-manager'
import { raiseHouse, type TestHouse } from '../house.ts'
import { call } from '../wire/strongroom/records.ts'
import { indexed } from './indexed.ts'

const folders: string[] = []
after(() => {
  for (const path of folders) rmSync(path, { recursive: true, force: true })
})
function folder(): string {
  const path = mkdtempSync(join(tmpdir(), 'strongroom-lookup-'))
  folders.push(path)
  return path
}

const create = (house: TestHouse, Name: string) =>
  new SecretsManagerClient(house.client()).send(
    new CreateSecretCommand({ Name, SecretString: 'hello' }),
  )
async function namesAbout(house: TestHouse, AttributeValue: string): Promise<string[]> {
  await indexed(house)
  const LookupAttributes = [{ AttributeKey: 'ResourceName', AttributeValue } as const]
  const { Events = [] } = await new CloudTrailClient(house.client()).send(
    new LookupEventsCommand({ LookupAttributes }),
  )
  return Events.map(({ EventName = '' }) => EventName)
}
const files = (path: string) => readdirSync(path).filter((name) => name.startsWith('lookup.db'))

for (const [what, harm] of [
  ['lost', (path: string) => rmSync(path)],
  ['damaged', (path: string) => writeFileSync(path, 'no database at all')],
] as const) {
  test(`an index that was ${what} is made anew from the journal`, async () => {
    await using house = await raiseHouse()
    await create(house, 'shop/key')
    assert.deepEqual(await namesAbout(house, 'shop/key'), ['CreateSecret'])
    await house.stop()
    for (const name of files(house.dataPath)) harm(join(house.dataPath, name))
    await house.restart()
    assert.deepEqual(await namesAbout(house, 'shop/key'), ['CreateSecret'])
    assert.deepEqual(house.complaints, [])
  })
}

test('an index that followed a database which was put back begins anew', async () => {
  const [dataPath, copy] = [folder(), folder()]
  {
    await using house = await raiseHouse({ dataPath })
    await create(house, 'before')
    await house.stop()
    cpSync(dataPath, copy, { recursive: true })
    await house.restart()
    for (const name of ['a', 'b', 'c']) await create(house, name)
    assert.deepEqual(await namesAbout(house, 'a'), ['CreateSecret'])
  }
  for (const name of readdirSync(copy).filter((each) => each.startsWith('store.db'))) {
    cpSync(join(copy, name), join(dataPath, name))
  }
  const flags = { acceptRollback: true }
  await using house = await raiseHouse({ dataPath, flags })
  for (const name of ['x', 'y', 'z', 'w', 'v', 'u', 't', 's']) await create(house, name)
  assert.deepEqual(await namesAbout(house, 'a'), [])
  assert.deepEqual(await namesAbout(house, 'x'), ['CreateSecret'])
  assert.deepEqual(await namesAbout(house, 'before'), ['CreateSecret'])
})

test('the file tells no name', async () => {
  await using house = await raiseHouse()
  await create(house, 'canary-of-a-name')
  await new SecretsManagerClient(house.client()).send(
    new GetSecretValueCommand({ SecretId: 'canary-of-a-name' }),
  )
  assert.equal((await namesAbout(house, 'canary-of-a-name')).length, 2)
  await house.stop()
  const found = files(house.dataPath)
  assert.ok(found.length > 0)
  for (const name of found) {
    const bytes = readFileSync(join(house.dataPath, name)).toString('latin1')
    assert.ok(!bytes.includes('canary'))
    assert.ok(!bytes.includes(house.root.accessKeyId))
  }
})

test('a new store key while it is served: what is recorded from then on is found, too', async () => {
  await using house = await raiseHouse()
  await create(house, 'before')
  assert.deepEqual(await namesAbout(house, 'before'), ['CreateSecret'])
  await call(house, 'RotateStoreKey', {})
  await create(house, 'after')
  assert.deepEqual(await namesAbout(house, 'after'), ['CreateSecret'])
  await house.restart()
  assert.deepEqual(await namesAbout(house, 'before'), ['CreateSecret'])
  assert.deepEqual(await namesAbout(house, 'after'), ['CreateSecret'])
})
