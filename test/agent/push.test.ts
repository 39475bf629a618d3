/** What Strongroom alone can do: changes reach the agent, and the agent's reads reach the audit. */
import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import {
  DeleteSecretCommand,
  PutSecretValueCommand,
  SecretsManagerClient,
  UpdateSecretVersionStageCommand,
} from '@aws-sdk/client-secrets-manager'
import { PutParameterCommand, SSMClient } from '@aws-sdk/client-ssm'
import { raiseHouse, type TestHouse } from '../house.ts'
import { untilEqual } from '../until.ts'
import { call, StrongroomRecords } from '../wire/strongroom/records.ts'
import { addSecret, type Running, runAgent } from './scene.ts'

let house: TestHouse
let running: Running
let secrets: SecretsManagerClient
let ssm: SSMClient

before(async () => {
  house = await raiseHouse()
  secrets = new SecretsManagerClient(house.client())
  ssm = new SSMClient(house.client())
  // A TTL behind which no test would wait.
  running = await runAgent(house, { told: { secretsTtlMs: 3_600_000, parametersTtlMs: 3_600_000 } })
})
after(async () => {
  await running.close()
  await house[Symbol.asyncDispose]()
})

const put = (SecretId: string, SecretString: string) =>
  secrets.send(new PutSecretValueCommand({ SecretId, SecretString }))
const read = async (path: string, from = running) => (await from.ask(path)).json().SecretString

/** Reads until the answer is what it should be. */
const reads = (path: string, value: string | undefined): Promise<void> =>
  untilEqual(() => read(path), value)

describe('a change', () => {
  test('of a value reaches what is kept, by name and by ARN', async () => {
    const arn = await addSecret(house, 'p/one', 'old')
    assert.equal(await read('/v1/p/one'), 'old')
    assert.equal(await read(`/v1/${arn}`), 'old')
    await put('p/one', 'new')
    await reads('/v1/p/one', 'new')
    await reads(`/v1/${arn}`, 'new')
  })

  test('of a label alone, too', async () => {
    await addSecret(house, 'p/label', 'first')
    const { VersionId: second } = await put('p/label', 'second')
    assert.equal(await read('/v1/p/label'), 'second')
    const { VersionId: first } = (await running.ask('/v1/p/label?versionStage=AWSPREVIOUS')).json()
    const VersionStage = 'AWSCURRENT'
    const move = { MoveToVersionId: String(first), RemoveFromVersionId: second }
    await secrets.send(
      new UpdateSecretVersionStageCommand({ SecretId: 'p/label', VersionStage, ...move }),
    )
    await reads('/v1/p/label', 'first')
    await reads('/v1/p/label?versionStage=AWSPREVIOUS', 'second')
  })

  test('that makes a secret which was asked for before', async () => {
    assert.equal((await running.ask('/v1/p/late')).status, 400)
    await addSecret(house, 'p/late', 'there')
    await reads('/v1/p/late', 'there')
  })

  test('that deletes one ends what is kept', async () => {
    await addSecret(house, 'p/gone', 'x')
    assert.equal(await read('/v1/p/gone'), 'x')
    await secrets.send(new DeleteSecretCommand({ SecretId: 'p/gone' }))
    await reads('/v1/p/gone', undefined)
  })

  test('of a parameter, and of a secret that is read as one', async () => {
    const send = (Value: string) =>
      ssm.send(new PutParameterCommand({ Name: '/p/x', Value, Type: 'String', Overwrite: true }))
    const value = async (name: string) => {
      const path = `/systemsmanager/parameters/get?withDecryption=true&name=${name}`
      return ((await running.ask(path)).json().Parameter as { Value: string }).Value
    }
    const reference = '/aws/reference/secretsmanager/p/one'
    await send('old')
    assert.equal(await value('/p/x'), 'old')
    assert.equal(await value(reference), 'new')
    await send('new')
    await put('p/one', 'newer')
    await untilEqual(() => value('/p/x'), 'new')
    await untilEqual(() => value(reference), 'newer')
  })

  test('is not asked for where that is switched off', async () => {
    await addSecret(house, 'p/off', 'old')
    await using quiet = await runAgent(house, { told: { pushes: false } })
    assert.equal(await read('/v1/p/off', quiet), 'old')
    assert.equal(await read('/v1/p/off'), 'old')
    await put('p/off', 'new')
    await reads('/v1/p/off', 'new')
    assert.equal(await read('/v1/p/off', quiet), 'old')
  })
})

describe('a read out of the cache', () => {
  test('is reported with its count, under the name of the agent', async () => {
    const arn = await addSecret(house, 'p/counted', 'x')
    for (let n = 0; n < 5; n++) await read('/v1/p/counted')
    await running.agent.report()
    const records = await new StrongroomRecords(house).newest(40)
    const reported = records.filter(({ eventName }) => eventName === 'SecretReadFromCache') as {
      resources?: { ARN: string }[]
      additionalEventData?: { count?: number; agentMayReadNow?: boolean }
    }[]
    const [receipt] = reported.filter(({ resources }) => resources?.[0]?.ARN === arn)
    assert.equal(receipt?.additionalEventData?.count, 5)
    assert.equal(receipt?.additionalEventData?.agentMayReadNow, true)
  })

  test('is found by the secret beside what was read from the house', async () => {
    const { Used } = await call<{ Used: { Arn: string }[] }>(house, 'WhoDid', {
      SecretId: 'p/counted',
    })
    assert.equal(Used.length, 1)
  })

  test('is not reported where that is switched off', async () => {
    const arn = await addSecret(house, 'p/quiet', 'x')
    await using quiet = await runAgent(house, { told: { receiptsMs: 0 } })
    await read('/v1/p/quiet', quiet)
    await quiet.agent.report()
    const records = await new StrongroomRecords(house).newest(10)
    const names = records
      .filter((record) => JSON.stringify(record).includes(arn))
      .map(({ eventName }) => eventName)
    assert.ok(names.includes('GetSecretValue'))
    assert.ok(!names.includes('SecretReadFromCache'))
  })
})
