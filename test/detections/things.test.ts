/** Canaries of each kind, policies of each kind, and what another account's principals touch: on the wire. */
import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import {
  CreateRoleCommand,
  DeleteRoleCommand,
  GetRoleCommand,
  IAMClient,
  TagRoleCommand,
} from '@aws-sdk/client-iam'
import {
  CreateKeyCommand,
  DescribeKeyCommand,
  KMSClient,
  ReplicateKeyCommand,
  TagResourceCommand,
} from '@aws-sdk/client-kms'
import {
  AddPermissionCommand,
  CreateFunctionCommand,
  LambdaClient,
  RemovePermissionCommand,
} from '@aws-sdk/client-lambda'
import {
  CreateSecretCommand,
  DeleteResourcePolicyCommand,
  GetSecretValueCommand,
  PutResourcePolicyCommand,
  SecretsManagerClient,
  TagResourceCommand as TagSecretCommand,
} from '@aws-sdk/client-secrets-manager'
import {
  DeleteParameterCommand,
  GetParameterCommand,
  PutParameterCommand,
  SSMClient,
} from '@aws-sdk/client-ssm'
import { zipSync } from 'fflate'
import type { AlertView, ListAlertsResponse } from '../../src/contract/generated/strongroom.ts'
import type { Keys } from '../house.ts'
import { until } from '../until.ts'
import { call } from '../wire/strongroom/records.ts'
import { policy, raiseScene, trust } from '../wire/sts/scene.ts'

const scene = await raiseScene({ flags: { detect: 'canary,exposure' } })
after(() => scene[Symbol.asyncDispose]())
const { house } = scene
const settings = house.client()
const [secrets, kms, ssm, iam, lambda] = [
  new SecretsManagerClient(settings),
  new KMSClient(settings),
  new SSMClient(settings),
  new IAMClient(settings),
  new LambdaClient(settings),
]
const stranger = '999999999999'
const Tags = [{ Key: 'strongroom:canary', Value: 'true' }]

const alerts = async (keys?: Keys): Promise<readonly AlertView[]> =>
  (await call<ListAlertsResponse>(house, 'ListAlerts', {}, keys)).Alerts

async function alertAbout(arn: string, words: RegExp, keys?: Keys): Promise<AlertView> {
  const isIt = ({ Resource, Words }: AlertView) => Resource === arn && words.test(Words)
  return until(async () => (await alerts(keys)).find(isIt))
}

/** By the time this was told, whatever was done before it was looked at. */
async function allLookedAt(): Promise<void> {
  const Name = `mark/${Math.random()}`
  const { ARN = '' } = await secrets.send(
    new CreateSecretCommand({ Name, SecretString: 'x', Tags }),
  )
  await secrets.send(new GetSecretValueCommand({ SecretId: Name }))
  await alertAbout(ARN, /GetSecretValue/)
}

test('a secret that is marked later is a canary from then on; marking it is not told', async () => {
  const { ARN = '' } = await secrets.send(
    new CreateSecretCommand({ Name: 'later', SecretString: 'x' }),
  )
  await secrets.send(new GetSecretValueCommand({ SecretId: 'later' }))
  await allLookedAt()
  await secrets.send(new TagSecretCommand({ SecretId: 'later', Tags }))
  await allLookedAt()
  assert.ok((await alerts()).every(({ Resource }) => Resource !== ARN))
  await secrets.send(new GetSecretValueCommand({ SecretId: 'later' }))
  await alertAbout(ARN, /GetSecretValue/)
})

test('a KMS key, a parameter and a role can be canaries', async () => {
  const KeyId = (await kms.send(new CreateKeyCommand({}))).KeyMetadata?.Arn ?? ''
  const [tag] = Tags
  const marked = [{ TagKey: tag?.Key, TagValue: tag?.Value }]
  await kms.send(new TagResourceCommand({ KeyId, Tags: marked }))
  await kms.send(new DescribeKeyCommand({ KeyId }))
  await alertAbout(KeyId, /^kms:DescribeKey on/)

  const parameter = 'arn:aws:ssm:us-east-1:000000000000:parameter/trap'
  await ssm.send(new PutParameterCommand({ Name: '/trap', Value: 'x', Type: 'String', Tags }))
  await ssm.send(new GetParameterCommand({ Name: '/trap' }))
  await alertAbout(parameter, /^ssm:GetParameter on/)

  const role = 'arn:aws:iam::000000000000:role/trap'
  const RoleName = 'trap'
  await iam.send(
    new CreateRoleCommand({ RoleName, AssumeRolePolicyDocument: trust({ AWS: '000000000000' }) }),
  )
  await iam.send(new TagRoleCommand({ RoleName, Tags }))
  await iam.send(new GetRoleCommand({ RoleName }))
  await alertAbout(role, /^iam:GetRole on/)
})

test('canaries that go are told', async () => {
  await ssm.send(new PutParameterCommand({ Name: '/going', Value: 'x', Type: 'String', Tags }))
  await ssm.send(new DeleteParameterCommand({ Name: '/going' }))
  await alertAbout('arn:aws:ssm:us-east-1:000000000000:parameter/going', /DeleteParameter/)

  const RoleName = 'going'
  const AssumeRolePolicyDocument = trust({ AWS: '000000000000' })
  await iam.send(new CreateRoleCommand({ RoleName, AssumeRolePolicyDocument, Tags }))
  await iam.send(new DeleteRoleCommand({ RoleName }))
  await alertAbout('arn:aws:iam::000000000000:role/going', /DeleteRole/)
})

test('a policy that stays as open as it was is told once; opened again, once more', async () => {
  const { ARN = '' } = await secrets.send(
    new CreateSecretCommand({ Name: 'open', SecretString: 'x' }),
  )
  const put = (id: string) => {
    const Principal = { AWS: ['000000000000', id] }
    const statement = { Effect: 'Allow', Principal, Action: '*', Resource: '*' } as const
    const ResourcePolicy = policy(statement)
    return secrets.send(new PutResourcePolicyCommand({ SecretId: 'open', ResourcePolicy }))
  }
  await put(stranger)
  await put(stranger)
  const first = await alertAbout(ARN, /lets in account 999999999999$/)
  assert.equal(first.Severity, 'medium')
  await put('888888888888')
  await alertAbout(ARN, /lets in account 888888888888$/)
  await secrets.send(new DeleteResourcePolicyCommand({ SecretId: 'open' }))
  await put(stranger)
  await allLookedAt()
  await until(async () => (await alertAbout(ARN, /999999999999$/)).Count === 2)
})

test('keys that are made shared, and functions that others may call', async () => {
  const root = { AWS: 'arn:aws:iam::000000000000:root' }
  const own = { Effect: 'Allow', Principal: root, Action: 'kms:*', Resource: '*' } as const
  const other = { ...own, Principal: { AWS: `arn:aws:iam::${stranger}:root` } }
  const Policy = policy(own, other)
  const { KeyMetadata } = await kms.send(new CreateKeyCommand({ Policy, MultiRegion: true }))
  await alertAbout(KeyMetadata?.Arn ?? '', /lets in account/)
  const KeyId = KeyMetadata?.KeyId ?? ''
  const { ReplicaKeyMetadata } = await kms.send(
    new ReplicateKeyCommand({ KeyId, ReplicaRegion: 'eu-west-1', Policy }),
  )
  await alertAbout(ReplicaKeyMetadata?.Arn ?? '', /lets in account/)

  const Role = await scene.role('works', trust({ Service: 'lambda.amazonaws.com' }))
  const ZipFile = zipSync({ 'index.js': Buffer.from('exports.handler = async () => 1') })
  const { FunctionArn = '' } = await lambda.send(
    new CreateFunctionCommand({
      ...{ FunctionName: 'shared', Role, Code: { ZipFile } },
      ...{ Runtime: 'nodejs22.x', Handler: 'index.handler' },
    }),
  )
  const permit = (StatementId: string, Principal: string) =>
    lambda.send(
      new AddPermissionCommand({
        ...{ FunctionName: 'shared', StatementId, Principal, Action: 'lambda:InvokeFunction' },
      }),
    )
  await permit('service', 'secretsmanager.amazonaws.com')
  await permit('everybody', '*')
  assert.equal((await alertAbout(FunctionArn, /lets in everybody$/)).Severity, 'critical')
  await permit('stranger', stranger)
  await alertAbout(FunctionArn, /lets in account 999999999999$/)
  await lambda.send(
    new RemovePermissionCommand({ FunctionName: 'shared', StatementId: 'everybody' }),
  )
})

test("the owner is told of another account's principal, without its name, even where it was denied", async () => {
  const made = await call<{ AccessKeyId: string; SecretAccessKey: string }>(
    house,
    'CreateAccount',
    { AccountId: '111122223333' },
  )
  const keys = { accessKeyId: made.AccessKeyId, secretAccessKey: made.SecretAccessKey }
  const { ARN = '' } = await secrets.send(
    new CreateSecretCommand({ Name: 'trap/theirs', SecretString: 'x', Tags }),
  )
  const theirs = new SecretsManagerClient(house.client(keys))
  await assert.rejects(theirs.send(new GetSecretValueCommand({ SecretId: ARN })))
  const alert = await alertAbout(ARN, /GetSecretValue on a canary, denied$/)
  assert.equal(alert.Account, '000000000000')
  assert.equal(alert.Principal, '111122223333:111122223333')
  assert.deepEqual(await alerts(keys), [])
  assert.deepEqual(house.complaints, [])
})
