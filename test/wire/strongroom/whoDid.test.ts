/** Who did what to a secret: counted, with the last of each, and the policy that would have done. */
import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { PutUserPolicyCommand } from '@aws-sdk/client-iam'
import { CreateKeyCommand, KMSClient } from '@aws-sdk/client-kms'
import {
  CreateSecretCommand,
  DescribeSecretCommand,
  GetSecretValueCommand,
  PutResourcePolicyCommand,
  PutSecretValueCommand,
  SecretsManagerClient,
} from '@aws-sdk/client-secrets-manager'
import { AssumeRoleCommand } from '@aws-sdk/client-sts'
import type { WhoDidResponse } from '../../../src/contract/generated/strongroom.ts'
import { indexed } from '../../audit/indexed.ts'
import type { Keys } from '../../house.ts'
import { account, keysOf, policy, raiseScene, roleArn, trust, userArn } from '../sts/scene.ts'
import { call } from './records.ts'

const scene = await raiseScene()
after(() => scene[Symbol.asyncDispose]())
const { house, iam } = scene

const secretsOf = (keys: Keys) => new SecretsManagerClient(house.client(keys))
const get = (keys: Keys, SecretId = 'shop/key') =>
  secretsOf(keys).send(new GetSecretValueCommand({ SecretId }))
const whoDid = async (SecretId = 'shop/key', keys: Keys = house.root, more: object = {}) => {
  await indexed(house)
  return call<WhoDidResponse>(house, 'WhoDid', { SecretId, ...more }, keys)
}
const used = ({ Used }: WhoDidResponse, arn: string) => Used.find(({ Arn }) => Arn === arn)

const everything = policy({ Effect: 'Allow', Action: '*', Resource: '*' })
const { ARN = '', VersionId } = await secretsOf(house.root).send(
  new CreateSecretCommand({ Name: 'shop/key', SecretString: 'hello' }),
)
const ann = await scene.user('ann', everything)
await scene.user('idle', everything)
const bob = await scene.user('bob')
await scene.role('Reader', trust({ AWS: account }), everything)

await get(ann)
await get(ann)
await secretsOf(ann).send(new DescribeSecretCommand({ SecretId: ARN }))
await get(bob).catch(() => {})
const session = new AssumeRoleCommand({ RoleArn: roleArn('Reader'), RoleSessionName: 'nightly' })
await get(keysOf(await scene.sts(ann).send(session)))

test('who did not sign is refused, and who has no permission', async () => {
  await assert.rejects(whoDid('shop/key', { ...house.root, secretAccessKey: 'x'.repeat(40) }), {
    message: /^InvalidSignatureException: /,
  })
  await assert.rejects(whoDid('shop/key', bob), {
    message: /^AccessDeniedException: .* is not authorized to perform: strongroom:WhoDid on /,
  })
})

test('a secret that is not there is told to the entitled', async () => {
  await assert.rejects(whoDid('none'), { message: /^ResourceNotFoundException: / })
})

test('what each did, how often, when last, from where, which version', async () => {
  const answer = await whoDid()
  assert.equal(answer.ARN, ARN)
  assert.equal(answer.Complete, true)
  const use = used(answer, userArn('ann'))
  assert.equal(use?.Type, 'User')
  assert.equal(use?.MayRead, true)
  assert.deepEqual(
    use?.Actions.map(({ Action, Count, RefusedCount }) => [Action, Count, RefusedCount]),
    [
      ['secretsmanager:DescribeSecret', 1, 0],
      ['secretsmanager:GetSecretValue', 2, 0],
    ],
  )
  const read = use?.Actions[1]
  assert.equal(read?.LastSourceIp, '127.0.0.1')
  assert.equal(read?.LastVersionId, VersionId)
  assert.equal(typeof read?.LastDate, 'number')
  assert.deepEqual(
    used(answer, roleArn('Reader'))?.Actions.map(({ Action }) => Action),
    ['secretsmanager:GetSecretValue'],
  )
})

test('who was refused did nothing, and is told', async () => {
  const use = used(await whoDid(), userArn('bob'))
  assert.equal(use?.MayRead, false)
  assert.equal(use?.SufficientPolicy, undefined)
  const [read] = use?.Actions ?? []
  assert.deepEqual([read?.Count, read?.RefusedCount], [0, 1])
  assert.equal(read?.LastErrorCode, 'AccessDenied')
})

test('who could and never did', async () => {
  const { Unused } = await whoDid()
  assert.deepEqual(
    Unused.map(({ Arn, AllowedBy }) => [Arn, AllowedBy?.PolicyName]),
    [[userArn('idle'), 'user/idle/inline']],
  )
})

test('the policy that is proposed is enough, and says no more', async () => {
  const PolicyDocument = used(await whoDid(), userArn('ann'))?.SufficientPolicy ?? ''
  assert.deepEqual(JSON.parse(PolicyDocument).Statement, [
    {
      Effect: 'Allow',
      Action: ['secretsmanager:DescribeSecret', 'secretsmanager:GetSecretValue'],
      Resource: ARN,
    },
  ])
  const cut = await scene.user('cut', PolicyDocument)
  assert.equal((await get(cut)).SecretString, 'hello')
  await assert.rejects(
    secretsOf(cut).send(new PutSecretValueCommand({ SecretId: ARN, SecretString: 'no' })),
    { name: 'AccessDeniedException' },
  )
})

test('a customer’s key is part of what is enough', async () => {
  const { KeyMetadata } = await new KMSClient(house.client()).send(new CreateKeyCommand({}))
  const KmsKeyId = KeyMetadata?.Arn ?? ''
  await secretsOf(house.root).send(
    new CreateSecretCommand({ Name: 'sealed', SecretString: 'hello', KmsKeyId }),
  )
  await get(ann, 'sealed')
  await secretsOf(ann).send(new PutSecretValueCommand({ SecretId: 'sealed', SecretString: 'two' }))
  const PolicyDocument = used(await whoDid('sealed'), userArn('ann'))?.SufficientPolicy ?? ''
  assert.deepEqual(JSON.parse(PolicyDocument).Statement[1].Action, [
    'kms:Decrypt',
    'kms:GenerateDataKey',
  ])
  const dan = await scene.user('dan')
  await iam.send(new PutUserPolicyCommand({ UserName: 'dan', PolicyName: 'it', PolicyDocument }))
  assert.equal((await get(dan, 'sealed')).SecretString, 'two')
})

test('since a time: what was before is not told', async () => {
  const answer = await whoDid('shop/key', house.root, { Since: Date.now() / 1000 + 3600 })
  assert.deepEqual(answer.Used, [])
  assert.ok(answer.Unused.some(({ Arn }) => Arn === userArn('ann')))
})

test('another account’s reader is told by account and id, not by name', async () => {
  const made = await call<{ AccountId: string; AccessKeyId: string; SecretAccessKey: string }>(
    house,
    'CreateAccount',
    {},
  )
  const guest = { accessKeyId: made.AccessKeyId, secretAccessKey: made.SecretAccessKey }
  const ResourcePolicy = policy({
    Effect: 'Allow',
    Principal: { AWS: made.AccountId },
    Action: 'secretsmanager:DescribeSecret',
    Resource: '*',
  })
  await secretsOf(house.root).send(
    new PutResourcePolicyCommand({ SecretId: 'shop/key', ResourcePolicy }),
  )
  await secretsOf(guest).send(new DescribeSecretCommand({ SecretId: ARN }))
  const answer = await whoDid()
  const use = used(answer, `${made.AccountId}/${made.AccountId}`)
  assert.equal(use?.Type, 'OtherAccount')
  assert.deepEqual(answer.OutsidePrincipals, [made.AccountId])
})
