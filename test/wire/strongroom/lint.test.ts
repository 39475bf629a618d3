/** What lint finds: each check on something that it is about, and nothing on what is as it should be. */
import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import {
  AttachUserPolicyCommand,
  CreateAccessKeyCommand,
  CreatePolicyCommand,
  CreateRoleCommand,
  CreateUserCommand,
  DeleteUserCommand,
  IAMClient,
  PutUserPolicyCommand,
  UpdateAccessKeyCommand,
} from '@aws-sdk/client-iam'
import { CreateKeyCommand, KMSClient } from '@aws-sdk/client-kms'
import {
  CreateSecretCommand,
  GetSecretValueCommand,
  PutResourcePolicyCommand,
  SecretsManagerClient,
} from '@aws-sdk/client-secrets-manager'
import type { Finding, LintResponse } from '../../../src/contract/generated/strongroom.ts'
import { type Keys, raiseHouse } from '../../house.ts'
import { account, policy, type Statement, trust, userArn } from '../sts/scene.ts'
import { call } from './records.ts'

const dayMs = 24 * 60 * 60 * 1000
let behind = 100 * dayMs
const house = await raiseHouse({ world: { clock: { now: () => Date.now() - behind } } })
after(() => house[Symbol.asyncDispose]())
// Clients anew for each call: one would set its clock by the Date header, which is Node's own.
const settings = () => ({ ...house.client(), systemClockOffset: -behind }) as object
const iam = () => new IAMClient(settings())
const secrets = () => new SecretsManagerClient(settings())

const create = async (Name: string): Promise<string> =>
  (await secrets().send(new CreateSecretCommand({ Name, SecretString: 'hello' }))).ARN ?? ''
async function user(UserName: string, ...statements: Statement[]): Promise<Keys> {
  await iam().send(new CreateUserCommand({ UserName }))
  if (statements.length > 0) {
    const PolicyDocument = policy(...statements)
    await iam().send(new PutUserPolicyCommand({ UserName, PolicyName: 'own', PolicyDocument }))
  }
  const { AccessKey } = await iam().send(new CreateAccessKeyCommand({ UserName }))
  const { AccessKeyId = '', SecretAccessKey = '' } = AccessKey ?? {}
  return { accessKeyId: AccessKeyId, secretAccessKey: SecretAccessKey }
}

async function findings(keys: Keys = house.root): Promise<Finding[]> {
  const found: Finding[] = []
  let NextToken: string | undefined
  do {
    const page: LintResponse = await call(house, 'Lint', { NextToken }, keys)
    found.push(...page.Findings)
    NextToken = page.NextToken
  } while (NextToken)
  return found
}
const read = (Resource: string | string[], more: Partial<Statement> = {}): Statement => ({
  ...{ Effect: 'Allow', Action: 'secretsmanager:GetSecretValue', Resource },
  ...more,
})
const secretArn = (rest: string) => `arn:aws:secretsmanager:us-east-1:${account}:secret:${rest}`

// A hundred days ago.
const old = await create('old')
const stale = await user('stale')
const resting = await user('resting')
await iam().send(
  new UpdateAccessKeyCommand({
    UserName: 'resting',
    AccessKeyId: resting.accessKeyId,
    Status: 'Inactive',
  }),
)
// Today.
behind = 0
await secrets().send(new GetSecretValueCommand({ SecretId: 'old' }))
const fresh = await create('fresh')
await user('careful', read(secretArn('prod/db-??????')), read([secretArn('team/*')]))
await user('wide', read('*'), read('*', { Effect: 'Deny' }))
await user('wider', read(secretArn('*'), { Action: 'secretsmanager:Get*' }))
await user('tagged', {
  ...read('*'),
  Condition: { StringEquals: { 'aws:ResourceTag/team': 'red' } },
})
await user('bare', read([secretArn('prod/db'), secretArn('prod/api*')]))
await iam().send(
  new AttachUserPolicyCommand({
    UserName: 'careful',
    PolicyArn: 'arn:aws:iam::aws:policy/AdministratorAccess',
  }),
)
const { Policy: managed } = await iam().send(
  new CreatePolicyCommand({ PolicyName: 'all', PolicyDocument: policy(read('*')) }),
)
const everyone = {
  Effect: 'Allow',
  Principal: '*',
  Action: 'secretsmanager:GetSecretValue',
} as const
const putPolicy = async (SecretId: string, ...statements: Statement[]) =>
  secrets().send(new PutResourcePolicyCommand({ SecretId, ResourcePolicy: policy(...statements) }))
const open = await create('open')
await putPolicy('open', { ...everyone, Resource: '*' })
const shared = await create('shared')
await putPolicy('shared', {
  ...everyone,
  ...{ Principal: { AWS: ['999988887777', userArn('careful')] }, Resource: '*' },
})
await user('gone')
const haunted = await create('haunted')
await putPolicy('haunted', { ...everyone, Principal: { AWS: userArn('wide') }, Resource: '*' })
await iam().send(
  new CreateRoleCommand({
    RoleName: 'Guest',
    AssumeRolePolicyDocument: trust({ AWS: '999988887777' }),
  }),
)
await new KMSClient(settings()).send(
  new CreateKeyCommand({
    Policy: policy(
      { Effect: 'Allow', Principal: { AWS: account }, Action: 'kms:*', Resource: '*' },
      { Effect: 'Allow', Principal: { AWS: '999988887777' }, Action: 'kms:Decrypt', Resource: '*' },
    ),
  }),
)

const checksOf = (found: readonly Finding[], where: string) =>
  found.filter((each) => each.Where === where).map(({ Check }) => Check)

test('needs permission', async () => {
  await assert.rejects(findings(stale), {
    message: /^AccessDeniedException: .*strongroom:Lint/,
  })
})

test('a token that was made up is refused', async () => {
  await assert.rejects(call(house, 'Lint', { NextToken: 'made up' }), {
    message: 'InvalidNextTokenException: Invalid NextToken',
  })
})

test('each check finds what it is about', async () => {
  const found = await findings()
  const rotation = 'SECRET_WITHOUT_ROTATION'
  assert.deepEqual(checksOf(found, old), [rotation])
  assert.deepEqual(checksOf(found, fresh), [rotation])
  assert.deepEqual(checksOf(found, open), [rotation, 'PUBLIC_ACCESS'])
  assert.deepEqual(checksOf(found, shared), [rotation, 'CROSS_ACCOUNT_ACCESS'])
  assert.deepEqual(checksOf(found, haunted), [rotation])
  assert.deepEqual(checksOf(found, userArn('wide')), ['WILDCARD_READ'])
  assert.deepEqual(checksOf(found, userArn('wider')), ['WILDCARD_READ'])
  assert.deepEqual(checksOf(found, userArn('tagged')), [])
  assert.deepEqual(checksOf(found, userArn('bare')), [
    ...['SECRET_WITHOUT_SUFFIX', 'SECRET_LOOSE_SUFFIX'],
  ])
  assert.deepEqual(checksOf(found, managed?.Arn ?? ''), ['WILDCARD_READ'])
  assert.deepEqual(checksOf(found, `arn:aws:iam::${account}:role/Guest`), ['CROSS_ACCOUNT_ACCESS'])
  assert.equal(found.filter(({ Where }) => Where.includes(':key/')).length, 1)
  assert.deepEqual(checksOf(found, userArn('resting')), [])
})

test('AWS’s own policies count where they are attached', async () => {
  const careful = (await findings()).filter(({ Where }) => Where === userArn('careful'))
  assert.deepEqual(
    careful.map(({ Check, Words }) => [Check, Words.includes('policy/AdministratorAccess')]),
    [['WILDCARD_READ', true]],
  )
})

test('a key that nobody used for ninety days, and one that is older than that', async () => {
  const found = await findings()
  assert.deepEqual(checksOf(found, userArn('stale')), ['ACCESS_KEY_UNUSED'])
  assert.deepEqual(checksOf(found, `arn:aws:iam::${account}:root`), ['ACCESS_KEY_OLD'])
  await user('unused')
  assert.deepEqual(checksOf(await findings(), userArn('unused')), [])
})

test('a principal who went away', async () => {
  await user('leaver')
  await putPolicy('haunted', { ...everyone, Principal: { AWS: userArn('leaver') }, Resource: '*' })
  assert.ok(!checksOf(await findings(), haunted).includes('UNKNOWN_PRINCIPAL'))
  await iam().send(new CreateUserCommand({ UserName: 'ghost' }))
  await putPolicy('haunted', { ...everyone, Principal: { AWS: userArn('ghost') }, Resource: '*' })
  await iam().send(new DeleteUserCommand({ UserName: 'ghost' }))
  const [finding] = (await findings()).filter(({ Check }) => Check === 'UNKNOWN_PRINCIPAL')
  assert.equal(finding?.Where, haunted)
  assert.equal(finding?.Words, `names ${userArn('ghost')}, who is not there`)
})

test('an id stays as long as the finding does', async () => {
  const ids = async () => (await findings()).map(({ Id }) => Id).sort()
  const before = await ids()
  assert.equal(new Set(before).size, before.length)
  assert.deepEqual(await ids(), before)
})

test('a region shows its own secrets', async () => {
  const page = await call<LintResponse>(house, 'Lint', {})
  assert.ok(page.Findings.every(({ Where }) => Where.includes(':us-east-1:')))
})
