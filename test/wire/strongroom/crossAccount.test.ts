/** A secret read from another account: both sides must allow, and the key must be the customer's. */
import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { CreateKeyCommand, KMSClient, PutKeyPolicyCommand } from '@aws-sdk/client-kms'
import {
  CreateSecretCommand,
  DeleteResourcePolicyCommand,
  GetSecretValueCommand,
  PutResourcePolicyCommand,
  SecretsManagerClient,
} from '@aws-sdk/client-secrets-manager'
import type { Keys } from '../../house.ts'
import { account, policy, raiseScene, type Statement, userArn } from '../sts/scene.ts'
import { call } from './records.ts'

const scene = await raiseScene()
after(() => scene[Symbol.asyncDispose]())
const { house } = scene

const made = await call<{ AccountId: string; AccessKeyId: string; SecretAccessKey: string }>(
  house,
  'CreateAccount',
  {},
)
const owner: Keys = { accessKeyId: made.AccessKeyId, secretAccessKey: made.SecretAccessKey }
const kms = new KMSClient(house.client(owner))
const secrets = new SecretsManagerClient(house.client(owner))

const reader = await scene.user(
  'reader',
  policy({
    Effect: 'Allow',
    Action: ['secretsmanager:GetSecretValue', 'kms:Decrypt'],
    Resource: '*',
  }),
)
const poor = await scene.user('poor')

const ownersPower: Statement = {
  Effect: 'Allow',
  Principal: { AWS: `arn:aws:iam::${made.AccountId}:root` },
  Action: 'kms:*',
  Resource: '*',
}
const guestsPower: Statement = {
  Effect: 'Allow',
  Principal: { AWS: account },
  Action: 'kms:Decrypt',
  Resource: '*',
  Condition: { StringEquals: { 'kms:ViaService': 'secretsmanager.us-east-1.amazonaws.com' } },
}
const created = await kms.send(new CreateKeyCommand({ Policy: policy(ownersPower, guestsPower) }))
const KmsKeyId = created.KeyMetadata?.Arn ?? ''

const share: Statement = {
  Effect: 'Allow',
  Principal: { AWS: [userArn('reader'), userArn('poor')] },
  Action: 'secretsmanager:GetSecretValue',
  Resource: '*',
}

async function secret(Name: string, more: { KmsKeyId?: string } = {}): Promise<string> {
  const { ARN = '' } = await secrets.send(
    new CreateSecretCommand({ Name, SecretString: 'hello', ...more }),
  )
  const ResourcePolicy = policy(share)
  await secrets.send(new PutResourcePolicyCommand({ SecretId: ARN, ResourcePolicy }))
  return ARN
}
const shared = await secret('shared', { KmsKeyId })

const read = (keys: Keys, SecretId: string) =>
  new SecretsManagerClient(house.client(keys)).send(new GetSecretValueCommand({ SecretId }))

test('by its name it is not met: names are of the caller’s own account', async () => {
  await assert.rejects(read(reader, 'shared'), { name: 'ResourceNotFoundException' })
})

test('the resource policy alone does not do', async () => {
  await assert.rejects(read(poor, shared), {
    name: 'AccessDeniedException',
    message: /because no identity-based policy allows/,
  })
})

test('under the default key nobody of another account reads', async () => {
  const plain = await secret('plain')
  await assert.rejects(read(reader, plain), {
    name: 'InvalidRequestException',
    message: /default KMS service key\.$/,
  })
})

test('with both sides and a customer key it is read, by its full ARN', async () => {
  assert.equal((await read(reader, shared)).SecretString, 'hello')
})

test('the key’s policy has its say', async () => {
  const put = (...statements: Statement[]) =>
    kms.send(new PutKeyPolicyCommand({ KeyId: KmsKeyId, Policy: policy(...statements) }))
  await put(ownersPower)
  await assert.rejects(read(reader, shared), {
    name: 'AccessDeniedException',
    message: 'Access to KMS is not allowed',
  })
  await put(ownersPower, guestsPower)
  await read(reader, shared)
})

test('without the resource policy it is over at the very next request', async () => {
  await secrets.send(new DeleteResourcePolicyCommand({ SecretId: shared }))
  await assert.rejects(read(reader, shared), {
    name: 'AccessDeniedException',
    message: /because no resource-based policy allows/,
  })
})
