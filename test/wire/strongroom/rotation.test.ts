/** The operator's side of rotation: how it stands, repair, and the way back. */
import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import {
  CancelRotateSecretCommand,
  DescribeSecretCommand,
  GetSecretValueCommand,
  PutSecretValueCommand,
  RotateSecretCommand,
} from '@aws-sdk/client-secrets-manager'
import type {
  DescribeRotationResponse,
  ListRotationsResponse,
  RepairRotationResponse,
  RotateBackResponse,
} from '../../../src/contract/generated/strongroom.ts'
import { until } from '../../until.ts'
import { functionsOf, type Handler, OneLogin, singleUser } from '../secretsmanager/functions.ts'
import { account, policy, raiseScene, type Scene } from '../secretsmanager/scene.ts'
import { call } from './records.ts'

const RotationLambdaARN = `arn:aws:lambda:us-east-1:${account}:function:rotate`
const RotationRules = { AutomaticallyAfterDays: 10 }
const handlers = new Map<string, Handler>()
const functions = functionsOf(async (event, source) => {
  await handlers.get(event.SecretId)?.(event, source)
})

let scene: Scene
before(async () => {
  scene = await raiseScene({ world: { functions, rotation: { lookMs: 50 } } })
})
after(() => scene[Symbol.asyncDispose]())

/** A secret that opens a login, and its function. */
async function opening(Name?: string) {
  const made = await scene.secret({ SecretString: 'first', ...(Name && { Name }) })
  const login = new OneLogin('first')
  const handler = singleUser(() => scene.root, login)
  handlers.set(made.arn, handler)
  return { ...made, SecretId: made.name, login, handler }
}

const rotate = async (SecretId: string) =>
  (await scene.root.send(new RotateSecretCommand({ SecretId, RotationLambdaARN, RotationRules })))
    .VersionId ?? ''
const look = async (SecretId: string, keys = scene.house.root) =>
  (await call<DescribeRotationResponse>(scene.house, 'DescribeRotation', { SecretId }, keys))
    .Rotation
const repair = (SecretId: string) =>
  call<RepairRotationResponse>(scene.house, 'RepairRotation', { SecretId })
const back = (SecretId: string, VersionId?: string) =>
  call<RotateBackResponse>(scene.house, 'RotateBack', { SecretId, ...(VersionId && { VersionId }) })
const rests = (SecretId: string, state: string, versionId: string) =>
  until(async () => {
    const { Turn } = await look(SecretId)
    return Turn?.VersionId === versionId && Turn.State === state
  })
const read = async (SecretId: string) =>
  (await scene.root.send(new GetSecretValueCommand({ SecretId }))).SecretString ?? ''
const stages = async (SecretId: string) =>
  (await scene.root.send(new DescribeSecretCommand({ SecretId }))).VersionIdsToStages ?? {}

describe('how a rotation stands', () => {
  test('not allowed: even that it is absent is told to the entitled only', async () => {
    const { SecretId } = await opening()
    const nobody = await scene.user(
      policy({ Action: 'secretsmanager:*' }, { Action: 'strongroom:Explain' }),
    )
    for (const id of [SecretId, 'absent']) {
      await assert.rejects(look(id, nobody), /AccessDeniedException.*strongroom:DescribeRotation/)
    }
  })

  test('absent, and never to be rotated', async () => {
    await assert.rejects(look('absent'), /ResourceNotFoundException/)
    const { name } = await scene.secret()
    await assert.rejects(
      look(name),
      /ResourceNotFoundException: The secret was never to be rotated/,
    )
  })

  test('done: each step with its time', async () => {
    const { SecretId, arn } = await opening()
    const versionId = await rotate(SecretId)
    await rests(SecretId, 'succeeded', versionId)
    const { Turn, ...rotation } = await look(SecretId)
    assert.partialDeepStrictEqual(rotation, {
      ARN: arn,
      Name: SecretId,
      Status: 'scheduled',
      LambdaArn: RotationLambdaARN,
    })
    assert.deepEqual(
      Turn?.Steps.map(({ Step, EndedDate }) => [Step, EndedDate !== undefined]),
      ['createSecret', 'setSecret', 'testSecret', 'finishSecret'].map((step) => [step, true]),
    )
    assert.deepEqual(Turn?.Failures, [])
  })

  test('failed: where and why, in words without values, and when it is tried again', async () => {
    const { SecretId, arn } = await opening()
    handlers.set(arn, async ({ Step }) => {
      if (Step === 'createSecret') throw new TypeError('the password is first')
    })
    const versionId = await rotate(SecretId)
    await rests(SecretId, 'waiting', versionId)
    const { Status, PendingVersionId, Turn } = await look(SecretId)
    assert.deepEqual([Status, PendingVersionId], ['waiting', versionId])
    assert.partialDeepStrictEqual(Turn?.Failures, [
      {
        Attempt: 1,
        Step: 'createSecret',
        Reason: `Error when executing lambda ${RotationLambdaARN} during createSecret step: TypeError`,
      },
    ])
    assert.ok((Turn?.RetryDate ?? 0) > Date.now() / 1000)
  })

  test('in a list, page by page, of the caller’s own region', async () => {
    const { SecretId } = await opening('zz/listed')
    await rotate(SecretId)
    const names: string[] = []
    let NextToken: string | undefined
    do {
      const page: ListRotationsResponse = await call(scene.house, 'ListRotations', {
        MaxResults: 2,
        ...(NextToken && { NextToken }),
      })
      names.push(...page.Rotations.map(({ Name }) => Name))
      NextToken = page.NextToken
    } while (NextToken)
    assert.ok(names.includes(SecretId))
    assert.deepEqual(names, [...new Set(names)].sort())
    await assert.rejects(
      call(scene.house, 'ListRotations', { NextToken: 'x' }),
      /InvalidNextTokenException/,
    )
  })
})

describe('repair', () => {
  test('nothing to repair', async () => {
    const { SecretId, arn } = await opening()
    assert.deepEqual(await repair(SecretId), { ARN: arn, Repair: 'nothing' })
  })

  test('a rotation that failed is taken up again, with its version', async () => {
    const { SecretId, arn, handler, login } = await opening()
    handlers.set(arn, async (event, source) => {
      if (event.Step === 'testSecret') throw new Error()
      await handler(event, source)
    })
    const VersionId = await rotate(SecretId)
    await rests(SecretId, 'waiting', VersionId)
    handlers.set(arn, handler)
    assert.deepEqual(await repair(SecretId), { ARN: arn, Repair: 'reattempted', VersionId })
    await rests(SecretId, 'succeeded', VersionId)
    assert.ok(await login.opens(await read(SecretId)))
  })

  test('a label that a cancelled rotation left is taken off, and the next one goes', async () => {
    const { SecretId, arn, versionId, handler } = await opening()
    handlers.set(arn, () => Promise.reject(new Error()))
    const VersionId = await rotate(SecretId)
    await rests(SecretId, 'waiting', VersionId)
    await scene.root.send(new CancelRotateSecretCommand({ SecretId }))
    assert.deepEqual(await repair(SecretId), { ARN: arn, Repair: 'label-removed', VersionId })
    assert.deepEqual(await stages(SecretId), { [versionId]: ['AWSCURRENT'] })
    handlers.set(arn, handler)
    await rests(SecretId, 'succeeded', await rotate(SecretId))
  })
})

describe('the way back', () => {
  test('the function sets the earlier value, which becomes current as a new version', async () => {
    const { SecretId, versionId, login, arn } = await opening()
    const rotated = await rotate(SecretId)
    await rests(SecretId, 'succeeded', rotated)
    assert.ok(!(await login.opens('first')))
    const { VersionId, ...rest } = await back(SecretId)
    assert.deepEqual(rest, { ARN: arn, From: versionId })
    await rests(SecretId, 'succeeded', VersionId)
    assert.equal(await read(SecretId), 'first')
    assert.ok(await login.opens('first'))
    assert.deepEqual((await stages(SecretId))[rotated], ['AWSPREVIOUS'])
  })

  test('wrong state: nothing to go back to, no function, a rotation under way', async () => {
    const { SecretId, arn } = await opening()
    await assert.rejects(back(SecretId), /InvalidRequestException: The secret is not rotated/)
    handlers.set(arn, () => new Promise(() => {}))
    const wish = { SecretId, RotationLambdaARN, RotationRules }
    await scene.root.send(new RotateSecretCommand(wish))
    await assert.rejects(back(SecretId), /A previous rotation isn't complete/)
    const { SecretId: other } = await opening()
    await scene.root.send(
      new RotateSecretCommand({ ...wish, SecretId: other, RotateImmediately: false }),
    )
    await until(async () => (await look(other)).Turn?.State === 'succeeded')
    await assert.rejects(back(other), /staging label: AWSPREVIOUS/)
  })

  test('not allowed: without leave to rotate the secret and to invoke its function', async () => {
    const { SecretId } = await opening()
    await rests(SecretId, 'succeeded', await rotate(SecretId))
    const input = { SecretId }
    const own = { Action: 'strongroom:RotateBack' }
    const rotating = { Action: 'secretsmanager:RotateSecret' }
    const some = await scene.user(policy(own))
    await assert.rejects(
      call(scene.house, 'RotateBack', input, some),
      /AccessDeniedException.*secretsmanager:RotateSecret/,
    )
    const more = await scene.user(policy(own, rotating))
    await assert.rejects(
      call(scene.house, 'RotateBack', input, more),
      /AccessDeniedException.*lambda:InvokeFunction/,
    )
  })

  test('an earlier value that somebody put by hand', async () => {
    const { SecretId, login } = await opening()
    await rests(SecretId, 'succeeded', await rotate(SecretId))
    const aside = { SecretId, SecretString: 'aside', VersionStages: ['aside'] }
    const { VersionId = '' } = await scene.root.send(new PutSecretValueCommand(aside))
    const begun = await back(SecretId, VersionId)
    await rests(SecretId, 'succeeded', begun.VersionId)
    assert.ok(await login.opens('aside'))
  })
})
