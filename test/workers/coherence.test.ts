/** Several processes on one data folder: what one of them was told holds on each at the next request. */
import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import {
  CreateAccessKeyCommand,
  CreateUserCommand,
  IAMClient,
  PutUserPolicyCommand,
  UpdateAccessKeyCommand,
} from '@aws-sdk/client-iam'
import { LambdaClient, ListFunctionsCommand } from '@aws-sdk/client-lambda'
import type { Keys } from '../house.ts'
import { type Served, serveProcess } from '../process.ts'
import { until } from '../until.ts'
import { type Pin, pinAll, withoutTables as skip, unpin, workersOf } from './pinned.ts'

const dataPath = mkdtempSync(join(tmpdir(), 'strongroom-workers-'))
const Name = 'shared/secret'

describe('processes on one data folder', { skip }, () => {
  let served: Served
  let pins: Pin[]
  const clientOf = () => ({
    ...{ endpoint: served.url, region: 'us-east-1', maxAttempts: 1, credentials: served.root },
  })

  before(async () => {
    served = await serveProcess(dataPath, '--workers', '3', '--no-detect', 'all')
    pins = await pinAll(served)
    const input = { Name, SecretString: 'one', ClientRequestToken: randomUUID() }
    assert.equal((await pins[0]?.call('secretsmanager.CreateSecret', input))?.status, 200)
  })
  after(async () => {
    unpin(pins ?? [])
    await served?.end()
    rmSync(dataPath, { recursive: true, force: true })
  })

  async function userOf(UserName: string): Promise<Keys> {
    const iam = new IAMClient(clientOf())
    await iam.send(new CreateUserCommand({ UserName }))
    const statement = { Effect: 'Allow', Action: 'secretsmanager:*', Resource: '*' }
    const PolicyDocument = JSON.stringify({ Version: '2012-10-17', Statement: [statement] })
    await iam.send(new PutUserPolicyCommand({ UserName, PolicyName: 'all', PolicyDocument }))
    const { AccessKey } = await iam.send(new CreateAccessKeyCommand({ UserName }))
    const { AccessKeyId = '', SecretAccessKey = '' } = AccessKey ?? {}
    return { accessKeyId: AccessKeyId, secretAccessKey: SecretAccessKey }
  }

  const operator = () => [served.root, 'strongroom'] as const
  const get = (pin: Pin, keys?: Keys) =>
    pin.call('secretsmanager.GetSecretValue', { SecretId: Name }, keys)

  test('there are as many as were asked for', () => {
    assert.equal(workersOf(served).length, 2)
    assert.equal(new Set(pins.map(({ pid }) => pid)).size, 3)
  })

  test('a key that is switched off is refused on each at the next request, and opens again so', async () => {
    const UserName = 'switched'
    const keys = await userOf(UserName)
    const iam = new IAMClient(clientOf())
    const turn = (Status: 'Active' | 'Inactive') =>
      iam.send(new UpdateAccessKeyCommand({ UserName, AccessKeyId: keys.accessKeyId, Status }))
    for (let round = 0; round < 5; round++) {
      const open = await Promise.all(pins.map((pin) => get(pin, keys)))
      assert.deepEqual(
        open.map(({ status }) => status),
        [200, 200, 200],
      )
      await turn('Inactive')
      const shut = await Promise.all(pins.map((pin) => get(pin, keys)))
      for (const { body } of shut) assert.match(body, /UnrecognizedClientException/)
      await turn('Active')
    }
  })

  test('what one wrote each other reads at once', async () => {
    for (let n = 0; n < 12; n++) {
      const [writer, ...readers] = [0, 1, 2].map((k) => pins[(n + k) % 3] as Pin)
      const SecretString = `value ${n}`
      const put = { SecretId: Name, SecretString, ClientRequestToken: randomUUID() }
      assert.equal((await writer?.call('secretsmanager.PutSecretValue', put))?.status, 200)
      for (const reader of readers) {
        assert.equal(JSON.parse((await get(reader)).body).SecretString, SecretString)
      }
    }
  })

  test('labels that all write at the same time are all there', async () => {
    const found = JSON.parse((await get(pins[0] as Pin)).body)
    const labels = pins.flatMap((pin, k) =>
      Array.from({ length: 5 }, (_, n) => ({ pin, label: `L-${k}-${n}` })),
    )
    const moved = await Promise.all(
      labels.map(({ pin, label }) =>
        pin.call('secretsmanager.UpdateSecretVersionStage', {
          ...{ SecretId: Name, VersionStage: label, MoveToVersionId: found.VersionId },
        }),
      ),
    )
    for (const { status, body } of moved) assert.equal(status, 200, body)
    for (const pin of pins) {
      const { VersionStages } = JSON.parse((await get(pin)).body)
      const missing = labels.filter(({ label }) => !VersionStages.includes(label))
      assert.deepEqual(missing, [])
    }
  })

  test('what only the first process does is answered on every connection', async () => {
    const lambda = new LambdaClient(clientOf())
    assert.deepEqual((await lambda.send(new ListFunctionsCommand())).Functions, [])
    const target = 'CloudTrail_20131101.LookupEvents'
    const { requestId } = await get(pins[1] as Pin)
    for (const pin of pins) {
      const attribute = { AttributeKey: 'ResourceName', AttributeValue: Name }
      const asked = { LookupAttributes: [attribute], MaxResults: 5 }
      const { status, body } = await pin.call(target, asked, served.root, 'cloudtrail')
      assert.equal(status, 200, body)
      assert.match(body, new RegExp(requestId))
    }
  })

  test('who waits at one for a change hears of it from another', async () => {
    const [one, two, three] = pins as [Pin, Pin, Pin]
    const watch = async (more: object) => {
      const input = { Watched: { SecretIds: [Name] }, ...more }
      const { status, body } = await two.call('Strongroom.WatchSecrets', input, ...operator())
      assert.equal(status, 200, body)
      return JSON.parse(body)
    }
    const { Position } = await watch({})
    const waiting = watch({ Position, WaitSeconds: 60 })
    const put = { SecretId: Name, SecretString: 'changed', ClientRequestToken: randomUUID() }
    assert.equal((await three.call('secretsmanager.PutSecretValue', put)).status, 200)
    const { WokenAt, Changed } = await waiting
    assert.ok(WokenAt !== undefined || Changed.SecretIds.length === 1, 'it was told of')
    assert.equal(JSON.parse((await get(one)).body).SecretString, 'changed')
  })

  test('metrics are of all of them, whoever is asked', async () => {
    const before = await readsTold(served.url)
    for (const pin of pins) await get(pin)
    for (let tries = 0; tries < 5; tries++) {
      assert.ok((await readsTold(served.url)) >= before + 3)
    }
  })

  test('a new store key is taken up by all, and what was sealed before still opens', async () => {
    const [first] = pins as [Pin]
    const gone = workersOf(served)
    const steady = async () => {
      const { body } = await first.call('Strongroom.DescribeSeal', {}, ...operator())
      const { State, StoreKeys } = JSON.parse(body)
      const old = StoreKeys.find(({ Id }: { Id: number }) => Id === 1)
      return State === 'STEADY' && StoreKeys.length === 2 && old.State === 'OPENING'
    }
    const rotated = await first.call('Strongroom.RotateStoreKey', {}, ...operator())
    assert.equal(rotated.status, 200, rotated.body)
    await until(steady)
    unpin(pins)
    const renewed = workersOf(served)
    assert.equal(renewed.length, 2)
    assert.ok(
      !renewed.some((pid) => gone.includes(pid)),
      'those that knew the old key alone are gone',
    )
    pins = await pinAll(served)
    const put = { SecretId: Name, SecretString: 'anew', ClientRequestToken: randomUUID() }
    assert.equal((await pins[2]?.call('secretsmanager.PutSecretValue', put))?.status, 200)
    for (const pin of pins) assert.equal(JSON.parse((await get(pin)).body).SecretString, 'anew')
    assert.equal(served.stderr().match(/InternalFailure|Unopenable|Error/), null)
  })
})

async function readsTold(url: string): Promise<number> {
  const page = await (await fetch(`${url}/-/metrics`)).text()
  const line = /strongroom_requests_total\{[^}]*operation="GetSecretValue",code="ok"\} (\d+)/
  return Number(line.exec(page)?.[1] ?? 0)
}
