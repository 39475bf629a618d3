/** What a connection proves by is sealed anew with everything else, and opens afterwards. */
import assert from 'node:assert/strict'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { PutEventsCommand } from '@aws-sdk/client-eventbridge'
import { raiseHouse } from '../house.ts'
import { call, settled } from '../seals/bench.ts'
import { receive } from './receiver.ts'
import { destinationTo, eventsOf, ruleFor } from './scene.ts'

test('a connection is good behind a rotation of the store key, and clear nowhere', async () => {
  await using receiver = await receive()
  await using house = await raiseHouse({ flags: { eventsAllowPrivate: '127.0.0.0/8,::1/128' } })
  const first = eventsOf(house)
  const key = { ApiKeyName: 'X-Key', ApiKeyValue: 'planted-key-of-a-receiver' }
  const Arn = await destinationTo(first, 'sealed', receiver.url, key)
  await ruleFor(first, 'sealed', { source: ['mine'] }, { Arn })
  first.destroy()
  await call(house, 'RotateStoreKey')
  await settled(house)
  await house.restart()
  const client = eventsOf(house)
  const entry = { Source: 'mine', DetailType: 'd', Detail: '{}' }
  await client.send(new PutEventsCommand({ Entries: [entry] }))
  const [got] = await receiver.waitFor(1)
  assert.equal(got?.headers['x-key'], key.ApiKeyValue)
  const files = readdirSync(house.dataPath).filter((each) => /\.db/.test(each))
  assert.ok(files.includes('store.db'))
  for (const name of files) {
    assert.ok(!readFileSync(join(house.dataPath, name)).includes(key.ApiKeyValue), name)
  }
  client.destroy()
})
