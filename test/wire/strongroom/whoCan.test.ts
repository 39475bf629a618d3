/** Who could read a secret: held against everybody's real tries, over generated policies. */

import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import {
  DeleteRolePermissionsBoundaryCommand,
  DeleteUserPermissionsBoundaryCommand,
  PutRolePermissionsBoundaryCommand,
  PutRolePolicyCommand,
  PutUserPermissionsBoundaryCommand,
  PutUserPolicyCommand,
} from '@aws-sdk/client-iam'
import {
  CreateSecretCommand,
  DeleteResourcePolicyCommand,
  GetSecretValueCommand,
  PutResourcePolicyCommand,
  SecretsManagerClient,
} from '@aws-sdk/client-secrets-manager'
import { AssumeRoleCommand } from '@aws-sdk/client-sts'
import type { WhoCanResponse } from '../../../src/contract/generated/strongroom.ts'
import type { Keys } from '../../house.ts'
import { repeated } from '../../scale.ts'
import {
  account,
  keysOf,
  policy,
  raiseScene,
  roleArn,
  type Statement,
  trust,
  userArn,
} from '../sts/scene.ts'
import { call } from './records.ts'

const scene = await raiseScene()
after(() => scene[Symbol.asyncDispose]())
const { house, iam } = scene

const secrets = new SecretsManagerClient(house.client())
const { ARN = '' } = await secrets.send(
  new CreateSecretCommand({
    Name: 'shop/key',
    SecretString: 'hello',
    Tags: [{ Key: 'team', Value: 'red' }],
  }),
)
const whoCan = (SecretId = 'shop/key', keys: Keys = house.root) =>
  call<WhoCanResponse>(house, 'WhoCan', { SecretId }, keys)

const everything = policy({ Effect: 'Allow', Action: '*', Resource: '*' })
const admin = await scene.user('admin', everything)
const users = ['ann', 'bob', 'eve']
const roles = ['Reader', 'Writer']

/** Everybody in the account, with credentials to try with. */
const everybody = new Map<string, Keys>([
  [`arn:aws:iam::${account}:root`, house.root],
  [userArn('admin'), admin],
])
for (const name of users) everybody.set(userArn(name), await scene.user(name))
for (const name of roles) {
  const RoleArn = await scene.role(name, trust({ AWS: account }))
  const session = new AssumeRoleCommand({ RoleArn, RoleSessionName: 'real' })
  everybody.set(RoleArn, keysOf(await scene.sts(admin).send(session)))
}
const clients = new Map(
  [...everybody].map(([arn, keys]) => [arn, new SecretsManagerClient(house.client(keys))]),
)

/** Who in fact reads it: everybody tries. */
async function readers(): Promise<string[]> {
  const tries = [...clients].map(async ([arn, client]) => {
    try {
      await client.send(new GetSecretValueCommand({ SecretId: 'shop/key' }))
      return [arn]
    } catch (thrown) {
      assert.equal((thrown as Error).name, 'AccessDeniedException')
      return []
    }
  })
  return (await Promise.all(tries)).flat().sort()
}

test('who did not sign is refused, and who has no permission', async () => {
  await assert.rejects(whoCan('shop/key', { ...admin, secretAccessKey: 'x'.repeat(40) }), {
    message: /^InvalidSignatureException/,
  })
  await assert.rejects(whoCan('shop/key', everybody.get(userArn('bob'))), {
    message: `AccessDeniedException: User: ${userArn('bob')} is not authorized to perform: strongroom:WhoCan on resource: shop/key because no identity-based policy allows the strongroom:WhoCan action`,
  })
})

test('a secret that is not there is told to the entitled', async () => {
  await assert.rejects(whoCan('nothing'), {
    message: "ResourceNotFoundException: Secrets Manager can't find the specified secret.",
  })
  await assert.rejects(whoCan('nothing', everybody.get(userArn('bob'))), {
    message: /^AccessDeniedException/,
  })
})

test('names the statement by which each may', async () => {
  const answer = await whoCan()
  assert.equal(answer.ARN, ARN)
  assert.deepEqual(answer.Principals, [
    { Arn: `arn:aws:iam::${account}:root`, Type: 'Root' },
    {
      Arn: userArn('admin'),
      Type: 'User',
      AllowedBy: { PolicyKind: 'identity', PolicyName: 'user/admin/inline', Statement: 0 },
    },
  ])
})

test('lists apart whom the resource policy names elsewhere', async () => {
  const ResourcePolicy = policy({
    Effect: 'Allow',
    Principal: { AWS: ['111122223333', `arn:aws:iam::${account}:user/ann`] },
    Action: 'secretsmanager:GetSecretValue',
    Resource: '*',
  })
  await secrets.send(new PutResourcePolicyCommand({ SecretId: 'shop/key', ResourcePolicy }))
  const { OutsidePrincipals, Principals } = await whoCan()
  assert.deepEqual(OutsidePrincipals, ['111122223333'])
  const ann = Principals.find(({ Arn }) => Arn === userArn('ann'))
  assert.equal(ann?.AllowedBy?.PolicyKind, 'resource')
  await secrets.send(new DeleteResourcePolicyCommand({ SecretId: 'shop/key' }))
})

test('a policy that locks everybody out does not hide itself', async () => {
  const ResourcePolicy = policy({
    Effect: 'Deny',
    Principal: '*',
    Action: 'secretsmanager:GetSecretValue',
    Resource: '*',
    Condition: { ArnNotEquals: { 'aws:PrincipalArn': roleArn('Reader') } },
  })
  await secrets.send(new PutResourcePolicyCommand({ SecretId: 'shop/key', ResourcePolicy }))
  assert.deepEqual((await whoCan()).Principals, [])
  assert.deepEqual(await readers(), [])
  await secrets.send(new DeleteResourcePolicyCommand({ SecretId: 'shop/key' }))
})

const sets = repeated(40, 200)

test(`over ${sets} generated sets of policies it says who in fact reads`, {
  timeout: 120_000,
}, async (t) => {
  const counts = new Set<number>()
  for (let set = 0; set < sets; set++) {
    await shuffle()
    const [{ Principals }, expected] = await Promise.all([whoCan(), readers()])
    const found = Principals.map(({ Arn }) => Arn).sort()
    assert.deepEqual(found, expected, `set ${set}`)
    counts.add(expected.length)
  }
  t.diagnostic(`numbers of readers met: ${[...counts].sort().join(', ')}`)
  assert.ok(counts.size >= 4, 'the generated policies differ in whom they let read')
})

/** mulberry32: the same policies at every run. */
let seed = 20_261_122
function random(below: number): number {
  seed = (seed + 0x6d2b79f5) | 0
  let mixed = Math.imul(seed ^ (seed >>> 15), 1 | seed)
  mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
  return ((mixed ^ (mixed >>> 14)) >>> 0) % below
}

const oneOf = <T>(choices: readonly T[]): T => choices[random(choices.length)] as T

const actions = [
  'secretsmanager:GetSecretValue',
  'secretsmanager:*',
  '*',
  'secretsmanager:List*',
  'kms:Decrypt',
]
const resources = ['*', ARN, `${ARN.slice(0, -6)}??????`, `${ARN.slice(0, -10)}*`, `${ARN}x`]
const conditions = [
  undefined,
  undefined,
  undefined,
  { StringEquals: { 'secretsmanager:VersionStage': 'AWSCURRENT' } },
  { StringEquals: { 'aws:ResourceTag/team': 'red' } },
  { StringEquals: { 'aws:ResourceTag/team': 'blue' } },
  { IpAddress: { 'aws:SourceIp': '127.0.0.0/8' } },
  { Bool: { 'aws:SecureTransport': 'true' } },
  { Null: { 'aws:TokenIssueTime': 'true' } },
  { StringEquals: { 'kms:ViaService': 'secretsmanager.us-east-1.amazonaws.com' } },
  { StringLike: { 'aws:PrincipalArn': '*:role/R*' } },
]

function statement(denies: number): Statement {
  const Condition = oneOf(conditions)
  return {
    Effect: random(10) < denies ? 'Deny' : 'Allow',
    Action: oneOf(actions),
    Resource: oneOf(resources),
    ...(Condition && { Condition }),
  }
}

const generated = (denies: number) =>
  policy(...Array.from({ length: 1 + random(3) }, () => statement(denies)))

/** Changes some of what decides: an identity's policy or boundary, or the resource policy. */
async function shuffle(): Promise<void> {
  for (let times = 0; times < 2; times++) await oneOf([changeUser, changeRole, changeSecret])()
}

const boundaries = ['SecretsManagerReadWrite', 'IAMReadOnlyAccess', 'AdministratorAccess']

async function changeUser(): Promise<void> {
  const UserName = oneOf(users)
  const PolicyDocument = generated(3)
  await iam.send(new PutUserPolicyCommand({ UserName, PolicyName: 'inline', PolicyDocument }))
  const PermissionsBoundary = `arn:aws:iam::aws:policy/${oneOf(boundaries)}`
  if (random(3) === 0) {
    await iam.send(new PutUserPermissionsBoundaryCommand({ UserName, PermissionsBoundary }))
  } else await iam.send(new DeleteUserPermissionsBoundaryCommand({ UserName })).catch(() => {})
}

async function changeRole(): Promise<void> {
  const RoleName = oneOf(roles)
  const PolicyDocument = generated(3)
  await iam.send(new PutRolePolicyCommand({ RoleName, PolicyName: 'inline', PolicyDocument }))
  const PermissionsBoundary = `arn:aws:iam::aws:policy/${oneOf(boundaries)}`
  if (random(3) === 0) {
    await iam.send(new PutRolePermissionsBoundaryCommand({ RoleName, PermissionsBoundary }))
  } else await iam.send(new DeleteRolePermissionsBoundaryCommand({ RoleName })).catch(() => {})
}

const principals = [
  '*',
  { AWS: account },
  { AWS: roleArn('Reader') },
  { AWS: [userArn('ann'), userArn('eve')] },
  { AWS: '111122223333' },
]

/** Never what would keep root from changing the policy again. */
async function changeSecret(): Promise<void> {
  if (random(3) === 0) {
    await secrets.send(new DeleteResourcePolicyCommand({ SecretId: 'shop/key' }))
    return
  }
  const Statement = Array.from({ length: 1 + random(2) }, () => ({
    ...statement(5),
    Action: 'secretsmanager:GetSecretValue',
    Principal: oneOf(principals),
  }))
  const ResourcePolicy = JSON.stringify({ Version: '2012-10-17', Statement })
  await secrets.send(new PutResourcePolicyCommand({ SecretId: 'shop/key', ResourcePolicy }))
}
