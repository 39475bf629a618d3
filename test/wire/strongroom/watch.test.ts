/** Watching secrets, and receipts of reads out of caches, from the wire. */
import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import {
  DeleteSecretCommand,
  GetSecretValueCommand,
  PutSecretValueCommand,
} from '@aws-sdk/client-secrets-manager'
import { PutParameterCommand, SSMClient } from '@aws-sdk/client-ssm'
import type {
  WatchedSet,
  WatchSecretsRequest,
  WatchSecretsResponse,
} from '../../../src/contract/generated/strongroom.ts'
import { account, policy, raiseScene, type Scene } from '../secretsmanager/scene.ts'
import { call, StrongroomRecords } from './records.ts'

let scene: Scene
let records: StrongroomRecords
before(async () => {
  scene = await raiseScene()
  records = new StrongroomRecords(scene.house)
})
after(() => scene[Symbol.asyncDispose]())

const watch = (input: WatchSecretsRequest, keys = scene.house.root) =>
  call<WatchSecretsResponse>(scene.house, 'WatchSecrets', input, keys)
const positionNow = async () => (await watch({ Watched: {} })).Position
const put = (SecretId: string, SecretString = 'next') =>
  scene.root.send(new PutSecretValueCommand({ SecretId, SecretString }))
const of = (...SecretIds: string[]): WatchedSet => ({ SecretIds, ParameterNames: [] })
const watcher = (Resource: string | string[] = '*') =>
  scene.user(
    policy(
      { Action: 'strongroom:WatchSecrets' },
      { Action: 'secretsmanager:DescribeSecret', Resource },
    ),
  )

describe('WatchSecrets', () => {
  test('is refused where its position is none, or it would wait too long', async () => {
    await assert.rejects(watch({ Watched: {}, Position: 'x' }), { code: 'ValidationException' })
    await assert.rejects(watch({ Watched: {}, WaitSeconds: 61 }), { code: 'ValidationException' })
  })

  test('is refused to whoever may only describe', async () => {
    const keys = await scene.user(policy({ Action: 'secretsmanager:DescribeSecret' }))
    await assert.rejects(watch({ Watched: {} }, keys), { code: 'AccessDeniedException' })
  })

  test('tells a position at once where none was given', async () => {
    const { Position, Reset, Changed } = await watch({ Watched: of('none'), WaitSeconds: 60 })
    assert.match(Position, /^\d+$/)
    assert.deepEqual([Reset, Changed], [false, of()])
  })

  test('names what changed behind a position, by the ids that were given', async () => {
    const { name, arn } = await scene.secret()
    const other = await scene.secret()
    const Position = await positionNow()
    await put(name)
    const { Changed, Refused } = await watch({ Watched: of(name, arn, other.name), Position })
    assert.deepEqual([Changed, Refused], [of(name, arn), of()])
  })

  test('does not name what was only read', async () => {
    const { name } = await scene.secret()
    const Position = await positionNow()
    await scene.root.send(new GetSecretValueCommand({ SecretId: name }))
    const { Changed } = await watch({ Watched: of(name), Position, WaitSeconds: 0 })
    assert.deepEqual(Changed, of())
  })

  test('names one that was made, and one that was deleted', async () => {
    const { name } = await scene.secret()
    const Position = await positionNow()
    await scene.secret({ Name: 'watched/new' })
    await scene.root.send(new DeleteSecretCommand({ SecretId: name }))
    const { Changed } = await watch({ Watched: of('watched/new', name), Position })
    assert.deepEqual(Changed, of('watched/new', name))
  })

  test('waits for a change, and names it to whoever asks again', async () => {
    const { name } = await scene.secret()
    const asked = { Watched: of(name), Position: await positionNow(), WaitSeconds: 60 }
    const waiting = watch(asked)
    await put(name)
    const { Position, Changed } = await waiting
    if (Changed.SecretIds?.length) return // it was quicker than the call
    const again = await watch({ ...asked, Position })
    assert.deepEqual(again.Changed, of(name))
  })

  test('says nothing of a secret to whoever may not describe it, neither whether it is there', async () => {
    const [mine, theirs] = [await scene.secret(), await scene.secret()]
    const keys = await watcher(mine.arn)
    const Position = await positionNow()
    await put(mine.name)
    await put(theirs.name)
    const Watched = of(mine.name, theirs.name, 'none')
    const { Changed, Refused } = await watch({ Watched, Position }, keys)
    assert.deepEqual([Changed, Refused], [of(mine.name), of(theirs.name, 'none')])
  })

  test('can be denied for one secret', async () => {
    const { name, arn } = await scene.secret()
    const keys = await scene.user(
      policy(
        { Action: ['strongroom:WatchSecrets', 'secretsmanager:DescribeSecret'] },
        { Effect: 'Deny', Action: 'strongroom:WatchSecrets', Resource: arn },
      ),
    )
    assert.deepEqual((await watch({ Watched: of(name) }, keys)).Refused, of(name))
  })

  test('names parameters, too', async () => {
    const ssm = new SSMClient(scene.house.client())
    const Position = await positionNow()
    await ssm.send(new PutParameterCommand({ Name: '/w/a', Value: 'x', Type: 'String' }))
    const Watched = { ParameterNames: ['/w/a', '/w/b'] }
    const { Changed } = await watch({ Watched, Position })
    assert.deepEqual(Changed.ParameterNames, ['/w/a'])
  })

  test('counts everything as changed behind a position that it does not know', async () => {
    const { name } = await scene.secret()
    for (const Position of ['0', '999999999']) {
      const { Reset } = await watch({ Watched: of(name), Position })
      assert.equal(Reset, true)
    }
  })

  test('is on record once for each answer, as a read', async () => {
    await watch({ Watched: of('none') })
    const [newest] = await records.newest(1)
    assert.equal(newest?.eventName, 'WatchSecrets')
    assert.equal((newest as unknown as { readOnly: boolean }).readOnly, true)
  })
})

describe('PutReadReceipts', () => {
  const at = Math.floor(Date.now() / 1000)
  const receipt = (Id: string, more: object = {}) => ({
    ...{ Kind: 'Secret', Id, Version: 'v', Count: 7, FirstReadDate: at - 60, LastReadDate: at },
    ...more,
  })
  const send = (Receipts: object[], keys = scene.house.root) =>
    call(scene.house, 'PutReadReceipts', { BatchId: 'batch-1', Receipts }, keys)

  test('is refused where it holds nothing, or too much', async () => {
    await assert.rejects(send([]), { code: 'ValidationException' })
    const many = Array.from({ length: 101 }, () => receipt('x'))
    await assert.rejects(send(many), { code: 'ValidationException' })
  })

  test('is refused to whoever may not report', async () => {
    const keys = await scene.user(policy({ Action: 'secretsmanager:*' }))
    await assert.rejects(send([receipt('x')], keys), { code: 'AccessDeniedException' })
  })

  test('puts each receipt on record under a name of its own, on the secret', async () => {
    const { name, arn } = await scene.secret()
    await send([receipt(name, { Application: 'shop' })])
    const [record] = (await records.newest(2)).filter(
      ({ eventName }) => eventName === 'SecretReadFromCache',
    )
    const { additionalEventData, resources, eventType } = record as unknown as {
      additionalEventData: Record<string, unknown>
      resources: { ARN: string }[]
      eventType: string
    }
    assert.equal(eventType, 'AwsServiceEvent')
    assert.equal(resources[0]?.ARN, arn)
    assert.deepEqual(additionalEventData, {
      ...{ batchId: 'batch-1', id: name, versionId: 'v', count: 7, application: 'shop' },
      ...{ firstReadTime: iso(at - 60), lastReadTime: iso(at), agentMayReadNow: true },
    })
  })

  test("says of one that the agent may not read that it is the agent's word alone", async () => {
    const { name } = await scene.secret()
    const keys = await scene.user(policy({ Action: 'strongroom:PutReadReceipts' }))
    await send([receipt(name)], keys)
    const record = (await records.newest(2)).find(
      ({ eventName }) => eventName === 'SecretReadFromCache',
    )
    const facts = record?.additionalEventData as { agentMayReadNow: boolean } | undefined
    assert.equal(facts?.agentMayReadNow, false)
    assert.equal(record?.recipientAccountId, account)
  })
})

// The last one: the house comes back on another port.
test('whoever watches does not hold up a house that ends', async () => {
  const { name } = await scene.secret()
  const waiting = watch({
    Watched: of(name),
    Position: await positionNow(),
    WaitSeconds: 60,
  }).catch(() => undefined)
  await records.newest(1)
  await scene.house.restart()
  await waiting
})

const iso = (seconds: number) => `${new Date(seconds * 1000).toISOString().slice(0, 19)}Z`
