/** strongroom events: dead letters as the operator types about them. */
import assert from 'node:assert/strict'
import { join } from 'node:path'
import { test } from 'node:test'
import { PutEventsCommand } from '@aws-sdk/client-eventbridge'
import { typed } from '../cli/command.ts'
import { raiseHouse } from '../house.ts'
import { callJson } from '../raw.ts'
import { until } from '../until.ts'
import { eventsOf, ruleFor } from './scene.ts'

test('what is dead is listed, redriven and dropped', async () => {
  await using house = await raiseHouse()
  const client = eventsOf(house)
  const Arn = 'arn:aws:logs:us-east-1:000000000000:log-group:/aws/events/gone'
  await ruleFor(client, 'dead', { source: ['mine'] }, { Arn })
  const entry = { Source: 'mine', DetailType: 'd', Detail: '{"a":1}' }
  await client.send(new PutEventsCommand({ Entries: [entry] }))
  client.destroy()
  const ids = async (): Promise<string[]> => {
    const options = { url: house.url, keys: house.root, service: 'strongroom' }
    const { body } = await callJson('Strongroom.ListDeadLetters', {}, options)
    return JSON.parse(body).DeadLetters.map(({ Id }: { Id: string }) => Id)
  }
  await until(async () => (await ids()).length > 0)
  const profile = ['--profile', join(house.dataPath, 'root-credentials')]
  const listed = await typed(['events', 'dead', ...profile])
  assert.equal(listed.stderr, '')
  assert.match(
    listed.stdout,
    /^\d{4}-\d\d-\d\dT[\d:]+Z {2}\d{15}-[0-9a-f]{8} {2}arn:aws:events:us-east-1:000000000000:rule\/dead -> arn:aws:logs:us-east-1:000000000000:log-group:\/aws\/events\/gone\n {5}NO_RESOURCE: The log group is gone\. \(1 try\)\n$/,
  )
  const [id = ''] = await ids()
  const again = await typed(['events', 'redrive', id, ...profile])
  assert.equal(again.stdout, `${id}\n`)
  // Tried once more, and dead once more.
  const other = await until(async () => (await ids()).find((each) => each !== id))
  assert.equal((await typed(['events', 'drop', other, ...profile])).code, 0)
  assert.deepEqual(await ids(), [])
  const absent = await typed(['events', 'drop', other, ...profile])
  assert.equal(absent.code, 1)
  assert.match(absent.stderr, /There is no dead letter/)
})
