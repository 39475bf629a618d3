/** LookupEvents: every attribute, ranges of time, pages; within the caller's own account and region. */
import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import {
  CloudTrailClient,
  type Event,
  type LookupAttributeKey,
  LookupEventsCommand,
  type LookupEventsCommandInput,
} from '@aws-sdk/client-cloudtrail'
import {
  CreateSecretCommand,
  GetSecretValueCommand,
  SecretsManagerClient,
} from '@aws-sdk/client-secrets-manager'
import { AssumeRoleCommand } from '@aws-sdk/client-sts'
import { indexed } from '../../audit/indexed.ts'
import type { Keys } from '../../house.ts'
import { call } from '../strongroom/records.ts'
import { account, keysOf, policy, raiseScene, roleArn, trust } from '../sts/scene.ts'

let ahead = 0
const clock = { now: () => Date.now() + ahead }
const scene = await raiseScene({ world: { clock }, flags: { lookupDays: '7' } })
after(() => scene[Symbol.asyncDispose]())
const { house } = scene
const minuteMs = 60_000
const dayMs = 24 * 60 * minuteMs

/** Clients anew for each call: one would set its clock by the Date header, which is Node's own. */
const settings = (keys: Keys = house.root, region = 'us-east-1') =>
  ({ ...house.client(keys, region), systemClockOffset: ahead }) as ReturnType<typeof house.client>
const secrets = (keys?: Keys, region?: string) => new SecretsManagerClient(settings(keys, region))

const look = async (input: LookupEventsCommandInput = {}, keys?: Keys, region?: string) => {
  await indexed(house)
  return new CloudTrailClient(settings(keys, region)).send(new LookupEventsCommand(input))
}
const by = async (
  AttributeKey: LookupAttributeKey,
  AttributeValue: string,
  more: LookupEventsCommandInput = {},
): Promise<Event[]> => {
  const { Events = [] } = await look({
    LookupAttributes: [{ AttributeKey, AttributeValue }],
    ...more,
  })
  return Events
}
const namesOf = (events: readonly Event[] = []) => events.map(({ EventName }) => EventName)

const reader = policy({ Effect: 'Allow', Action: 'secretsmanager:*', Resource: '*' })
const ann = await scene.user('ann', reader)
const { ARN = '' } = await secrets().send(
  new CreateSecretCommand({ Name: 'shop/key', SecretString: 'hello' }),
)
await secrets(ann).send(new GetSecretValueCommand({ SecretId: 'shop/key' }))
await secrets(ann)
  .send(new GetSecretValueCommand({ SecretId: 'shop/none' }))
  .catch(() => {})
await scene.role('Reader', trust({ AWS: account }), reader)
const admin = await scene.user('admin', policy({ Effect: 'Allow', Action: '*', Resource: '*' }))
const session = keysOf(
  await scene
    .sts(admin)
    .send(new AssumeRoleCommand({ RoleArn: roleArn('Reader'), RoleSessionName: 'nightly' })),
)
await secrets(session).send(new GetSecretValueCommand({ SecretId: ARN }))
await secrets(house.root, 'eu-west-1').send(
  new CreateSecretCommand({ Name: 'far/key', SecretString: 'hello' }),
)

test('a wrong signature is refused', async () => {
  await assert.rejects(look({}, { ...house.root, secretAccessKey: 'x'.repeat(40) }), {
    name: 'InvalidSignatureException',
  })
})

test('out of bounds', async () => {
  const attribute = { AttributeKey: 'EventName', AttributeValue: 'x' } as const
  const refusals: [LookupEventsCommandInput, string][] = [
    [{ MaxResults: 51 }, 'ValidationException'],
    [{ MaxResults: 0 }, 'ValidationException'],
    [{ LookupAttributes: [{ ...attribute, AttributeValue: '' }] }, 'ValidationException'],
    [{ LookupAttributes: [attribute, attribute] }, 'InvalidLookupAttributesException'],
    [
      { LookupAttributes: [{ ...attribute, AttributeKey: 'Colour' as LookupAttributeKey }] },
      'ValidationException',
    ],
    [{ StartTime: new Date(2000), EndTime: new Date(1000) }, 'InvalidTimeRangeException'],
    [{ NextToken: 'made up' }, 'InvalidNextTokenException'],
  ]
  for (const [input, name] of refusals) await assert.rejects(look(input), { name })
})

test('needs permission', async () => {
  await assert.rejects(look({}, ann), {
    name: 'AccessDeniedException',
    message: /is not authorized to perform: cloudtrail:LookupEvents/,
  })
})

test('the newest first, each with its record', async () => {
  const [newest, ...rest] = await by('ResourceName', 'shop/key')
  assert.deepEqual(namesOf([newest as Event, ...rest]), [
    ...['GetSecretValue', 'GetSecretValue', 'CreateSecret'],
  ])
  const record = JSON.parse(newest?.CloudTrailEvent ?? '')
  assert.equal(newest?.EventId, record.eventID)
  assert.equal(newest?.ReadOnly, 'true')
  assert.equal(newest?.EventSource, 'secretsmanager.amazonaws.com')
  assert.equal(newest?.Username, 'nightly')
  assert.equal(newest?.AccessKeyId, session.accessKeyId)
  assert.equal(newest?.EventTime?.toISOString().replace('.000', ''), record.eventTime)
  const ResourceType = 'AWS::SecretsManager::Secret'
  assert.deepEqual(newest?.Resources, [
    { ResourceType, ResourceName: ARN },
    { ResourceType, ResourceName: 'shop/key' },
  ])
  assert.equal(record.requestParameters.secretId, ARN)
  assert.equal(record.responseElements, null)
  assert.match(record.additionalEventData.versionId, /^[0-9a-f-]{36}$/)
})

test('by each attribute', async () => {
  const [one] = await by('ResourceName', ARN)
  assert.deepEqual(await by('EventId', one?.EventId ?? ''), [one])
  assert.deepEqual(new Set(namesOf(await by('EventName', 'CreateUser'))), new Set(['CreateUser']))
  assert.deepEqual(namesOf(await by('Username', 'nightly')), ['GetSecretValue', 'Decrypt'])
  assert.deepEqual(namesOf(await by('AccessKeyId', ann.accessKeyId, { MaxResults: 3 })), [
    ...['LookupEvents', 'GetSecretValue', 'GetSecretValue'],
  ])
  const roots = await by('Username', 'root', { MaxResults: 50 })
  assert.ok(namesOf(roots).includes('CreateSecret'))
  const readOnly = await by('ReadOnly', 'true')
  assert.ok(readOnly.length > 3 && readOnly.every((event) => event.ReadOnly === 'true'))
  assert.ok(namesOf(await by('ReadOnly', 'false')).includes('CreateSecret'))
  const kms = await by('EventSource', 'kms.amazonaws.com')
  assert.ok(kms.length > 1 && kms.every((event) => event.EventSource === 'kms.amazonaws.com'))
  assert.ok(namesOf(await by('ResourceType', 'AWS::IAM::Role')).includes('AssumeRole'))
  assert.deepEqual(namesOf(await by('ResourceName', 'Reader')).slice(0, 1), ['AssumeRole'])
  assert.deepEqual(await by('EventName', 'Nothing'), [])
})

test('what failed is found by the name that was asked for', async () => {
  const [event] = await by('ResourceName', 'shop/none')
  assert.equal(JSON.parse(event?.CloudTrailEvent ?? '').errorCode, 'ResourceNotFoundException')
})

test('pages go back to the first, none twice, none missing', async () => {
  const seen: string[] = []
  let NextToken: string | undefined
  const EndTime = new Date(clock.now() - 1000)
  do {
    const page: { Events?: Event[] | undefined; NextToken?: string | undefined } = await look({
      ...{ MaxResults: 4, EndTime },
      ...(NextToken && { NextToken }),
    })
    seen.push(...(page.Events ?? []).map(({ EventId = '' }) => EventId))
    NextToken = page.NextToken
  } while (NextToken)
  const { Events = [] } = await look({ EndTime })
  assert.deepEqual(
    seen.slice(0, Events.length),
    Events.map(({ EventId }) => EventId),
  )
  assert.equal(new Set(seen).size, seen.length)
})

test('a token is good for its own question only', async () => {
  const { NextToken } = await look({ MaxResults: 1 })
  await assert.rejects(look({ MaxResults: 1, NextToken, StartTime: new Date(0) }), {
    name: 'InvalidNextTokenException',
  })
  await assert.rejects(look({ MaxResults: 1, NextToken }, house.root, 'eu-west-1'), {
    name: 'InvalidNextTokenException',
  })
})

test('insights are not detected: none are found', async () => {
  assert.deepEqual((await look({ EventCategory: 'insight' })).Events, [])
})

test('a region shows its own events, an account only its own', async () => {
  const { Events } = await look({}, house.root, 'eu-west-1')
  assert.ok(namesOf(Events).includes('CreateSecret'))
  assert.deepEqual(await by('ResourceName', 'far/key'), [])
  const made = await call<{ AccessKeyId: string; SecretAccessKey: string }>(
    house,
    'CreateAccount',
    {},
  )
  const other = { accessKeyId: made.AccessKeyId, secretAccessKey: made.SecretAccessKey }
  const { Events: theirs } = await look({}, other)
  assert.deepEqual(namesOf(theirs), [])
  assert.deepEqual(namesOf((await look({}, other)).Events), ['LookupEvents'])
})

test('a restart goes on where the index was', async () => {
  const before = await by('ResourceName', 'shop/key')
  await house.restart()
  assert.deepEqual(await by('ResourceName', 'shop/key'), before)
})

test('ranges of time, and what is too old to be looked up', async () => {
  const start = clock.now()
  ahead += 3 * dayMs
  await secrets().send(new GetSecretValueCommand({ SecretId: 'shop/key' }))
  const StartTime = new Date(start + minuteMs)
  assert.equal((await by('ResourceName', 'shop/key', { StartTime })).length, 1)
  assert.equal((await by('ResourceName', 'shop/key', { EndTime: StartTime })).length, 3)
  assert.equal((await by('ResourceName', 'shop/key')).length, 4)
  ahead += 5 * dayMs
  assert.equal((await by('ResourceName', 'shop/key')).length, 1)
  ahead += 20 * dayMs
  assert.equal((await by('ResourceName', 'shop/key')).length, 0)
})
