/** ListAlerts and AcknowledgeAlert: who may see what was found, pages and filters, and being seen to. */
import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import {
  CreateSecretCommand,
  DeleteSecretCommand,
  DescribeSecretCommand,
  GetSecretValueCommand,
  SecretsManagerClient,
  UntagResourceCommand,
} from '@aws-sdk/client-secrets-manager'
import type {
  AcknowledgeAlertResponse,
  AlertView,
  ListAlertsResponse,
} from '../../../src/contract/generated/strongroom.ts'
import type { Keys } from '../../house.ts'
import { until } from '../../until.ts'
import { policy, raiseScene, userArn } from '../sts/scene.ts'
import { call, StrongroomRecords } from './records.ts'

const scene = await raiseScene({ flags: { detect: 'canary,denials' } })
after(() => scene[Symbol.asyncDispose]())
const { house } = scene
const alice = await scene.user(
  'alice',
  policy({ Effect: 'Allow', Action: 'secretsmanager:*', Resource: '*' }),
)
const secrets = (keys?: Keys) => new SecretsManagerClient(house.client(keys))
const list = (input: object = {}, keys?: Keys) =>
  call<ListAlertsResponse>(house, 'ListAlerts', input, keys)
const acknowledge = (AlertId: string, keys?: Keys) =>
  call<AcknowledgeAlertResponse>(house, 'AcknowledgeAlert', { AlertId }, keys)

async function plant(Name: string): Promise<string> {
  const Tags = [{ Key: 'strongroom:canary', Value: 'true' }]
  const input = { Name, SecretString: 'x', Tags }
  return (await secrets().send(new CreateSecretCommand(input))).ARN ?? ''
}

/** The alerts about a thing, when there are so many. */
async function alertsAbout(arn: string, count = 1): Promise<readonly AlertView[]> {
  return until(async () => {
    const found = (await list()).Alerts.filter(({ Resource }) => Resource === arn)
    return found.length >= count && found
  })
}

async function touch(SecretId: string, keys: Keys = alice): Promise<void> {
  await secrets(keys).send(new DescribeSecretCommand({ SecretId }))
}

test('ListAlerts, AcknowledgeAlert: who did not sign is refused', async () => {
  const keys = { ...house.root, secretAccessKey: 'x'.repeat(40) }
  const refused = { message: /^InvalidSignatureException: / }
  await assert.rejects(list({}, keys), refused)
  await assert.rejects(acknowledge('x', keys), refused)
})

test('ListAlerts: a detection that is none, too many, and a token that was made up are refused', async () => {
  await assert.rejects(list({ Detection: 'weather' }), { message: /^ValidationException: / })
  await assert.rejects(list({ MaxResults: 100_000 }), { message: /^ValidationException: / })
  await assert.rejects(list({ NextToken: 'x' }), { message: /^InvalidNextTokenException: / })
})

test('AcknowledgeAlert: an id that is too long is refused', async () => {
  await assert.rejects(acknowledge('x'.repeat(65)), { message: /^ValidationException: / })
})

test('ListAlerts, AcknowledgeAlert: need permission', async () => {
  await assert.rejects(list({}, alice), {
    message: `AccessDeniedException: User: ${userArn('alice')} is not authorized to perform: strongroom:ListAlerts because no identity-based policy allows the strongroom:ListAlerts action`,
  })
  await assert.rejects(acknowledge('x', alice), { message: /^AccessDeniedException: / })
})

test('AcknowledgeAlert: one that is not there', async () => {
  for (const id of ['x', '019a3c1d2e3f-0123456789abcdef', 'a/../b']) {
    await assert.rejects(acknowledge(id), {
      message: `ResourceNotFoundException: There is no alert ${id}.`,
    })
  }
})

test('a canary is told with who, what, when and by which requests; once for all that follows', async () => {
  const arn = await plant('trap/one')
  await touch('trap/one')
  await alertsAbout(arn)
  await touch('trap/one')
  await secrets(alice).send(new GetSecretValueCommand({ SecretId: 'trap/one' }))
  const alert = await until(async () => (await alertsAbout(arn)).find(({ Count }) => Count === 3))
  assert.equal(alert.RequestIds.length, 3)
  assert.equal(alert.Principal, userArn('alice'))
  assert.equal(alert.Severity, 'critical')
  assert.equal(alert.Words, 'secretsmanager:DescribeSecret on a canary')
  assert.equal((await alertsAbout(arn)).length, 1)
  const records = await new StrongroomRecords(house).newest(200)
  const raised = records.filter(
    ({ eventName, additionalEventData }) =>
      eventName === 'FindingRaised' && (additionalEventData as { id?: string }).id === alert?.Id,
  )
  assert.equal(raised.length, 1)
})

test('a canary whose tag is taken off, and one that is deleted for good, are told', async () => {
  for (const name of ['trap/untagged', 'trap/deleted']) {
    const arn = await plant(name)
    const command =
      name === 'trap/untagged'
        ? new UntagResourceCommand({ SecretId: name, TagKeys: ['strongroom:canary'] })
        : new DeleteSecretCommand({ SecretId: name, ForceDeleteWithoutRecovery: true })
    await secrets(alice).send(command as DeleteSecretCommand)
    assert.equal((await alertsAbout(arn)).length, 1)
  }
})

test('what was acknowledged is open no more; what comes after is new; whoever did so first stays', async () => {
  const arn = await plant('trap/seen')
  await touch('trap/seen')
  const [alert] = await alertsAbout(arn)
  const { Alert } = await acknowledge(alert?.Id ?? '')
  assert.equal(Alert.AcknowledgedBy, 'arn:aws:iam::000000000000:root')
  assert.ok((await list({ Open: true })).Alerts.every(({ Id }) => Id !== Alert.Id))
  assert.ok((await list({ Open: false })).Alerts.some(({ Id }) => Id === Alert.Id))
  assert.deepEqual((await acknowledge(Alert.Id)).Alert, Alert)
  await touch('trap/seen')
  // Both may be of the same second, which is what they are sorted by.
  const both = await alertsAbout(arn, 2)
  assert.deepEqual(
    both.filter(({ AcknowledgedDate }) => AcknowledgedDate !== undefined),
    [Alert],
  )
})

test('pages, and filters by detection and time', async () => {
  const { Alerts } = await list()
  const paged: AlertView[] = []
  let NextToken: string | undefined
  do {
    const page = await list({ MaxResults: 2, ...(NextToken && { NextToken }) })
    paged.push(...page.Alerts)
    NextToken = page.NextToken
  } while (NextToken)
  assert.deepEqual(paged, Alerts)
  assert.deepEqual((await list({ Detection: 'denials' })).Alerts, [])
  assert.deepEqual((await list({ Since: Date.now() / 1000 + 3600 })).Alerts, [])
  assert.deepEqual((await list({ Since: 0, Detection: 'canary' })).Alerts, Alerts)
})

test('another account sees its own', async () => {
  const made = await call<{ AccessKeyId: string; SecretAccessKey: string }>(
    house,
    'CreateAccount',
    {},
  )
  const keys = { accessKeyId: made.AccessKeyId, secretAccessKey: made.SecretAccessKey }
  assert.deepEqual((await list({}, keys)).Alerts, [])
})

test('a restart forgets nothing and tells nothing again', async () => {
  const before = await list()
  await house.restart()
  await sleep(1000)
  assert.deepEqual(await list(), before)
  assert.deepEqual(house.complaints, [])
})
