/** Request rates: not limited by default, and as AWS limits them with `--rate-limits aws`. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { GetRandomPasswordCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager'
import { readConfig } from '../../src/config.ts'
import { type Keys, raiseHouse, type TestHouse } from '../house.ts'
import { callJson } from '../raw.ts'

/** What a burst of calls at one instant is answered, by error name. */
async function burst(house: TestHouse, count: number, keys?: Keys): Promise<Map<string, number>> {
  const client = new SecretsManagerClient(house.client(keys))
  const answers = new Map<string, number>()
  const sent = Array.from({ length: count }, async () => {
    const said = await client.send(new GetRandomPasswordCommand({})).then(
      () => 'answered',
      (thrown: Error) => `${thrown.name}: ${thrown.message}`,
    )
    answers.set(said, (answers.get(said) ?? 0) + 1)
  })
  await Promise.all(sent)
  return answers
}

const operator = (house: TestHouse) => ({ url: house.url, keys: house.root, service: 'strongroom' })

test('nothing is limited by default', async () => {
  const started = Date.now()
  await using house = await raiseHouse({ world: { clock: { now: () => started } } })
  assert.deepEqual(await burst(house, 60), new Map([['answered', 60]]))
})

test('the 51st call of a second is throttled and recorded, for this account, and for now', async () => {
  let at = Date.now()
  const world = { clock: { now: () => at } }
  await using house = await raiseHouse({ flags: { rateLimits: 'aws' }, world })
  const throttled = 'ThrottlingException: Rate exceeded'
  const made = await callJson('Strongroom.CreateAccount', {}, operator(house))
  const { AccessKeyId: accessKeyId, SecretAccessKey: secretAccessKey } = JSON.parse(made.body)

  assert.deepEqual(await burst(house, 50), new Map([['answered', 50]]))
  assert.deepEqual(await burst(house, 1), new Map([[throttled, 1]]))

  const { body } = await callJson('Strongroom.TailAudit', { MaxResults: 5 }, operator(house))
  const told: { CloudTrailEvent: string }[] = JSON.parse(body).Records
  const events = told.map(({ CloudTrailEvent }) => JSON.parse(CloudTrailEvent))
  const recorded = events.filter(({ errorCode }) => errorCode === 'ThrottlingException')
  assert.partialDeepStrictEqual(recorded, [
    { eventName: 'GetRandomPassword', errorMessage: 'Rate exceeded' },
  ])
  assert.deepEqual(
    await burst(house, 50, { accessKeyId, secretAccessKey }),
    new Map([['answered', 50]]),
  )
  at += 100
  assert.deepEqual(
    await burst(house, 6),
    new Map([
      ['answered', 5],
      [throttled, 1],
    ]),
  )
  assert.deepEqual(house.complaints, [])
})

test('what is neither aws nor off is refused; the environment says it, too', () => {
  assert.throws(() => readConfig({ rateLimits: 'some' }, {}), {
    message: '--rate-limits some is neither aws nor off.',
  })
  assert.equal(readConfig({}, { STRONGROOM_RATE_LIMITS: 'aws' }).limitsRates, true)
  assert.equal(
    readConfig({ rateLimits: 'off' }, { STRONGROOM_RATE_LIMITS: 'aws' }).limitsRates,
    false,
  )
})
