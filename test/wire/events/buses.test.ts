/** Buses, who may put events on them, and the events that are put. */
import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import {
  CreateEventBusCommand,
  DeleteEventBusCommand,
  DescribeEventBusCommand,
  EventBridgeClient,
  ListEventBusesCommand,
  PutEventsCommand,
  type PutEventsRequestEntry,
  PutPermissionCommand,
  PutRuleCommand,
  RemovePermissionCommand,
  UpdateEventBusCommand,
} from '@aws-sdk/client-eventbridge'
import type { Keys } from '../../house.ts'
import { call } from '../strongroom/records.ts'
import { account, policy, raiseScene } from '../sts/scene.ts'

const scene = await raiseScene()
after(() => scene[Symbol.asyncDispose]())
const { house } = scene
const events = (keys?: Keys) => new EventBridgeClient(house.client(keys))
const root = events()
after(() => root.destroy())
const arnOf = (name: string) => `arn:aws:events:us-east-1:${account}:event-bus/${name}`
const create = (Name: string, more: object = {}) =>
  root.send(new CreateEventBusCommand({ Name, ...more }))
const put = (...Entries: PutEventsRequestEntry[]) => root.send(new PutEventsCommand({ Entries }))
const entry = { Source: 'mine', DetailType: 'kind', Detail: '{}' }

test('CreateEventBus: not signed, malformed, not allowed, not offered', async () => {
  const wrong = events({ ...house.root, secretAccessKey: 'x'.repeat(40) })
  await assert.rejects(wrong.send(new ListEventBusesCommand({})), {
    name: 'InvalidSignatureException',
  })
  await assert.rejects(create('not fit!'), { name: 'ValidationException' })
  await assert.rejects(create('a/b'), { name: 'ValidationException' })
  const bob = events(await scene.user('bob'))
  await assert.rejects(bob.send(new CreateEventBusCommand({ Name: 'bobs' })), {
    name: 'AccessDeniedException',
  })
  for (const more of [
    { EventSourceName: 'aws.partner/x/y/z' },
    { KmsKeyIdentifier: 'alias/x' },
    { DeadLetterConfig: { Arn: 'arn:aws:sqs:us-east-1:000000000000:q' } },
    { LogConfig: { Level: 'INFO' } },
  ]) {
    await assert.rejects(create('refused', more), {
      name: 'ValidationException',
      message: /not offered/,
    })
  }
})

test('buses: made, made twice, described, changed, listed, deleted', async () => {
  const made = await create('own', { Description: 'd' })
  assert.equal(made.EventBusArn, arnOf('own'))
  await assert.rejects(create('own'), {
    name: 'ResourceAlreadyExistsException',
    message: 'Event bus own already exists.',
  })
  await assert.rejects(create('default'), { name: 'ResourceAlreadyExistsException' })
  await root.send(new UpdateEventBusCommand({ Name: 'own', Description: 'e' }))
  const told = await root.send(new DescribeEventBusCommand({ Name: arnOf('own') }))
  assert.equal(told.Description, 'e')
  const { EventBuses } = await root.send(new ListEventBusesCommand({}))
  assert.deepEqual(
    EventBuses?.map(({ Name }) => Name),
    ['default', 'own'],
  )
  await root.send(
    new PutRuleCommand({ Name: 'r', EventBusName: 'own', EventPattern: '{"a":["b"]}' }),
  )
  await assert.rejects(root.send(new DeleteEventBusCommand({ Name: 'own' })), /it has rules/)
  await create('other')
  await root.send(new DeleteEventBusCommand({ Name: 'other' }))
  await root.send(new DeleteEventBusCommand({ Name: 'other' }))
  await assert.rejects(root.send(new DescribeEventBusCommand({ Name: 'other' })), {
    name: 'ResourceNotFoundException',
    message: 'Event bus other does not exist.',
  })
  await assert.rejects(root.send(new DeleteEventBusCommand({ Name: 'default' })), {
    name: 'ValidationException',
    message: 'Cannot delete event bus default.',
  })
})

test('PutPermission, RemovePermission: another account may put events, and may not', async () => {
  const made = await call<{ AccessKeyId: string; SecretAccessKey: string }>(
    house,
    'CreateAccount',
    { AccountId: '111111111111' },
  )
  const { AccessKeyId: accessKeyId, SecretAccessKey: secretAccessKey } = made
  const other = events({ accessKeyId, secretAccessKey })
  await create('shared')
  const send = () =>
    other.send(new PutEventsCommand({ Entries: [{ ...entry, EventBusName: arnOf('shared') }] }))
  await assert.rejects(send(), { name: 'AccessDeniedException' })
  const permission = { EventBusName: 'shared', StatementId: 'one' }
  await root.send(
    new PutPermissionCommand({
      ...{ ...permission, Action: 'events:PutEvents', Principal: '111111111111' },
    }),
  )
  assert.equal((await send()).FailedEntryCount, 0)
  const { Policy = '' } = await root.send(new DescribeEventBusCommand({ Name: 'shared' }))
  assert.deepEqual(JSON.parse(Policy).Statement, [
    {
      Sid: 'one',
      Effect: 'Allow',
      Principal: { AWS: 'arn:aws:iam::111111111111:root' },
      Action: 'events:PutEvents',
      Resource: arnOf('shared'),
    },
  ])
  await root.send(new RemovePermissionCommand(permission))
  await assert.rejects(send(), { name: 'AccessDeniedException' })
  await assert.rejects(root.send(new RemovePermissionCommand(permission)), {
    name: 'ResourceNotFoundException',
    message: 'Statement with the provided id does not exist.',
  })
  await assert.rejects(
    root.send(new PutPermissionCommand({ EventBusName: 'shared', Policy: '{}' })),
    { name: 'ValidationException', message: 'Parameter Policy is not valid.' },
  )
  await root.send(
    new RemovePermissionCommand({ EventBusName: 'shared', RemoveAllPermissions: true }),
  )
})

test('PutEvents: not allowed, malformed, too much, on a bus that is not there', async () => {
  const dave = events(
    await scene.user(
      'dave',
      policy({ Effect: 'Allow', Action: 'events:PutEvents', Resource: arnOf('default') }),
    ),
  )
  assert.equal((await dave.send(new PutEventsCommand({ Entries: [entry] }))).FailedEntryCount, 0)
  const eve = events(await scene.user('eve'))
  await assert.rejects(eve.send(new PutEventsCommand({ Entries: [entry] })), {
    name: 'AccessDeniedException',
  })
  await assert.rejects(put(...Array(11).fill(entry)), /less than or equal to 10/)
  await assert.rejects(put({ ...entry, Detail: `{"a":"${'x'.repeat(262_144)}"}` }), {
    name: 'ValidationException',
    message: 'Total size of the entries in the request is over the limit.',
  })
  await assert.rejects(put({ ...entry, EventBusName: 'nowhere' }), {
    name: 'ResourceNotFoundException',
    message: 'Event bus nowhere does not exist.',
  })
})

test('PutEvents: what is not fit is told entry by entry', async () => {
  const { FailedEntryCount, Entries = [] } = await put(
    entry,
    { ...entry, Source: undefined },
    { ...entry, DetailType: undefined },
    { ...entry, Detail: undefined },
    { ...entry, Detail: 'plain' },
    { ...entry, Source: 'aws.mine' },
  )
  assert.equal(FailedEntryCount, 5)
  assert.match(Entries[0]?.EventId ?? '', /^[0-9a-f-]{36}$/)
  assert.deepEqual(
    Entries.slice(1).map(({ ErrorCode }) => ErrorCode),
    [
      ...['InvalidArgument', 'InvalidArgument', 'InvalidArgument', 'MalformedDetail'],
      'NotAuthorizedForSourceException',
    ],
  )
})
