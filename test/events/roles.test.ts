/** Targets that somebody must admit: functions by their own policy, API destinations by a role's. */
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { type EventBridgeClient, PutEventsCommand } from '@aws-sdk/client-eventbridge'
import {
  CreateRoleCommand,
  DeleteRolePolicyCommand,
  PutRolePolicyCommand,
} from '@aws-sdk/client-iam'
import { AddPermissionCommand } from '@aws-sdk/client-lambda'
import type { Invocation, Runners } from '../../src/functions/function.ts'
import { callJson } from '../raw.ts'
import { until } from '../until.ts'
import { account, allow, arnOf, raiseScene, type Scene, trust } from '../wire/lambda/scene.ts'
import { receive } from './receiver.ts'
import { destinationTo, eventsOf, ruleFor } from './scene.ts'

/** Functions that only note what they are given. */
const invoked: Invocation[] = []
let tell = () => {}
const runners: Runners = {
  async invoke(_deployed, invocation) {
    invoked.push(invocation)
    tell()
    return { payload: new Uint8Array() }
  },
  forget: async () => {},
  isolation: async () => ({ level: 'process', measures: [] }),
  close: async () => {},
}

let scene: Scene
let client: EventBridgeClient
before(async () => {
  const flags = { eventsAllowPrivate: '127.0.0.0/8,::1/128' }
  scene = await raiseScene({ flags, world: { runners } })
  client = eventsOf(scene.house)
})
after(async () => {
  client.destroy()
  await scene[Symbol.asyncDispose]()
})

const put = (Source: string) =>
  client.send(new PutEventsCommand({ Entries: [{ Source, DetailType: 'd', Detail: '{"a":1}' }] }))
const letters = async (): Promise<{ Id: string; Code: string; Words: string }[]> => {
  const { url, root: keys } = scene.house
  const { body } = await callJson(
    'Strongroom.ListDeadLetters',
    {},
    { url, keys, service: 'strongroom' },
  )
  return JSON.parse(body).DeadLetters
}
const oneLetter = () => until(async () => (await letters())[0])

test('a function gets events when its policy lets this rule invoke it, and not before', async () => {
  await scene.make('told')
  const Arn = arnOf('told')
  await ruleFor(client, 'told', { source: ['told'] }, { Arn })
  await put('told')
  const letter = await oneLetter()
  assert.equal(letter.Code, 'AccessDeniedException')
  assert.equal(invoked.length, 0)
  await scene.root.send(
    new AddPermissionCommand({
      ...{ FunctionName: 'told', StatementId: 's', Action: 'lambda:InvokeFunction' },
      ...{ Principal: 'events.amazonaws.com' },
      SourceArn: `arn:aws:events:us-east-1:${account}:rule/told`,
    }),
  )
  const { promise, resolve } = Promise.withResolvers<void>()
  tell = resolve
  const { url, root: keys } = scene.house
  const options = { url, keys, service: 'strongroom' }
  await callJson('Strongroom.RedriveDeadLetter', { DeadLetterId: letter.Id }, options)
  await promise
  assert.deepEqual(JSON.parse(Buffer.from(invoked[0]?.payload ?? '').toString()).detail, { a: 1 })
})

test('a role decides at each call: it must trust events.amazonaws.com, and may call', async () => {
  await using receiver = await receive()
  const Arn = await destinationTo(client, 'by-role', receiver.url)
  const RoleName = 'caller'
  const AssumeRolePolicyDocument = trust('events.amazonaws.com')
  await scene.iam.send(new CreateRoleCommand({ RoleName, AssumeRolePolicyDocument }))
  const RoleArn = `arn:aws:iam::${account}:role/${RoleName}`
  await ruleFor(client, 'by-role', { source: ['by-role'] }, { Arn, RoleArn })
  await put('by-role')
  assert.equal((await oneLetter()).Code, 'NO_PERMISSIONS')
  const PolicyName = 'may'
  const PolicyDocument = allow('events:InvokeApiDestination', Arn)
  await scene.iam.send(new PutRolePolicyCommand({ RoleName, PolicyName, PolicyDocument }))
  await put('by-role')
  await receiver.waitFor(1)
  await scene.iam.send(new DeleteRolePolicyCommand({ RoleName, PolicyName }))
  await put('by-role')
  await until(async () => (await letters()).length > 1)
  assert.equal(receiver.got.length, 1)
})

test('a role that trusts somebody else is none', async () => {
  await using receiver = await receive()
  const Arn = await destinationTo(client, 'by-other', receiver.url)
  const RoleArn = `arn:aws:iam::${account}:role/worker`
  await ruleFor(client, 'by-other', { source: ['by-other'] }, { Arn, RoleArn })
  const before = (await letters()).length
  await put('by-other')
  await until(async () => (await letters()).length > before)
  assert.equal((await letters())[0]?.Code, 'NO_PERMISSIONS')
  assert.equal(receiver.got.length, 0)
})
