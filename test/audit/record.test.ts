/** Records field by field, as CloudTrail has them. */
import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { CloudTrailClient, LookupEventsCommand } from '@aws-sdk/client-cloudtrail'
import { CreateUserCommand, DeleteUserCommand, IAMClient } from '@aws-sdk/client-iam'
import {
  CreateKeyCommand,
  EncryptCommand,
  GenerateDataKeyCommand,
  KMSClient,
} from '@aws-sdk/client-kms'
import {
  CreateSecretCommand,
  DeleteSecretCommand,
  DescribeSecretCommand,
  GetSecretValueCommand,
  ListSecretsCommand,
  PutResourcePolicyCommand,
  SecretsManagerClient,
} from '@aws-sdk/client-secrets-manager'
import { AssumeRoleCommand } from '@aws-sdk/client-sts'
import type { Keys } from '../house.ts'
import { call } from '../wire/strongroom/records.ts'
import { account, keysOf, policy, raiseScene, roleArn, trust, userArn } from '../wire/sts/scene.ts'
import { indexed } from './indexed.ts'

const scene = await raiseScene()
after(() => scene[Symbol.asyncDispose]())
const { house } = scene
const everything = policy({ Effect: 'Allow', Action: '*', Resource: '*' })
const ann = await scene.user('ann', everything)
const secrets = (keys?: Keys) => new SecretsManagerClient(house.client(keys))
const kms = new KMSClient(house.client(ann))

// biome-ignore lint/suspicious/noExplicitAny: tests look deep into records
type AnyRecord = any
interface Told {
  readonly $metadata: { readonly requestId?: string | undefined }
}
/** The records of one request, the outermost last. */
async function recordsOf(told: Promise<Told>, keys?: Keys): Promise<AnyRecord[]> {
  const { $metadata } = await told.catch((thrown) => thrown as Told)
  await indexed(house)
  const { Events = [] } = await new CloudTrailClient(house.client(keys)).send(
    new LookupEventsCommand({}),
  )
  const records = Events.map(({ CloudTrailEvent = '' }) => JSON.parse(CloudTrailEvent))
  return records.filter(({ requestID }) => requestID === $metadata.requestId).reverse()
}

const { ARN = '', VersionId } = await secrets().send(
  new CreateSecretCommand({ Name: 'shop/key', SecretString: 'hello' }),
)

test('a read: every field', async () => {
  const read = secrets(ann).send(new GetSecretValueCommand({ SecretId: 'shop/key' }))
  const [decrypt, { eventID, eventTime, userAgent, requestID, ...record }] = await recordsOf(read)
  assert.deepEqual(record, {
    eventVersion: '1.11',
    userIdentity: {
      type: 'IAMUser',
      principalId: record.userIdentity.principalId,
      arn: userArn('ann'),
      accountId: account,
      accessKeyId: ann.accessKeyId,
      userName: 'ann',
    },
    eventSource: 'secretsmanager.amazonaws.com',
    eventName: 'GetSecretValue',
    awsRegion: 'us-east-1',
    sourceIPAddress: '127.0.0.1',
    requestParameters: { secretId: 'shop/key' },
    responseElements: null,
    additionalEventData: {
      versionId: VersionId,
      decision: {
        outcome: 'allow',
        policyKind: 'identity',
        policyName: 'user/ann/inline',
        statement: 0,
      },
    },
    readOnly: true,
    resources: [{ accountId: account, type: 'AWS::SecretsManager::Secret', ARN }],
    eventType: 'AwsApiCall',
    apiVersion: '2017-10-17',
    managementEvent: true,
    recipientAccountId: account,
    eventCategory: 'Management',
  })
  assert.match(userAgent, /aws-sdk-js/)
  assert.equal(decrypt.eventSource, 'kms.amazonaws.com')
  assert.equal(decrypt.userIdentity.arn, userArn('ann'))
  for (const by of [decrypt.userIdentity.invokedBy, decrypt.sourceIPAddress, decrypt.userAgent]) {
    assert.equal(by, 'secretsmanager.amazonaws.com')
  }
  assert.deepEqual(decrypt.requestParameters.encryptionContext, {
    SecretARN: ARN,
    SecretVersionId: VersionId,
  })
  assert.equal(decrypt.resources[0].type, 'AWS::KMS::Key')
  assert.equal(decrypt.responseElements, null)
})

test('what was asked without parameters has null, and so has an answer without members', async () => {
  const [list] = await recordsOf(secrets(ann).send(new ListSecretsCommand({})))
  assert.equal(list.requestParameters, null)
  const iam = new IAMClient(house.client(ann))
  await iam.send(new CreateUserCommand({ UserName: 'brief' }))
  const [gone] = await recordsOf(iam.send(new DeleteUserCommand({ UserName: 'brief' })))
  assert.equal(gone.responseElements, null)
  assert.equal(gone.readOnly, false)
})

test('KMS: cryptography is read only and tells no answer; making a key is neither', async () => {
  const create = kms.send(new CreateKeyCommand({}))
  const [created] = await recordsOf(create)
  const { KeyMetadata: { KeyId = '' } = {} } = await create
  assert.equal(created.readOnly, false)
  assert.equal(created.responseElements.keyMetadata.keyId, KeyId)
  for (const sent of [
    kms.send(new EncryptCommand({ KeyId, Plaintext: Buffer.from('canary-plaintext') })),
    kms.send(new GenerateDataKeyCommand({ KeyId, KeySpec: 'AES_256' })),
  ]) {
    const [record] = await recordsOf(sent)
    assert.equal(record.readOnly, true)
    assert.equal(record.responseElements, null)
    assert.ok(!JSON.stringify(record).includes('canary'))
    assert.equal(record.requestParameters.keyId, KeyId)
  }
})

test('AssumeRole tells the key that it gave, never its secret or token; the session tells its role', async () => {
  await scene.role('Reader', trust({ AWS: account }), everything)
  const assume = scene
    .sts(ann)
    .send(new AssumeRoleCommand({ RoleArn: roleArn('Reader'), RoleSessionName: 'nightly' }))
  const keys = keysOf(await assume)
  const [record] = await recordsOf(assume)
  assert.equal(record.responseElements.credentials.accessKeyId, keys.accessKeyId)
  const text = JSON.stringify(record)
  assert.ok(!text.includes(keys.secretAccessKey) && !text.includes(keys.sessionToken ?? '?'))
  const [used] = await recordsOf(
    secrets(keys).send(new DescribeSecretCommand({ SecretId: 'shop/key' })),
  )
  const { sessionContext, principalId, ...identity } = used.userIdentity
  assert.deepEqual(identity, {
    type: 'AssumedRole',
    arn: `arn:aws:sts::${account}:assumed-role/Reader/nightly`,
    accountId: account,
    accessKeyId: keys.accessKeyId,
  })
  assert.match(principalId, /^AROA[A-Z0-9]+:nightly$/)
  assert.equal(sessionContext.sessionIssuer.arn, roleArn('Reader'))
  assert.equal(sessionContext.sessionIssuer.type, 'Role')
  assert.equal(sessionContext.attributes.mfaAuthenticated, 'false')
})

test('errors by their names; AccessDenied as CloudTrail calls it', async () => {
  const poor = await scene.user('poor')
  const [denied] = await recordsOf(
    secrets(poor).send(new GetSecretValueCommand({ SecretId: 'shop/key' })),
  )
  assert.equal(denied.errorCode, 'AccessDenied')
  assert.match(denied.errorMessage, /is not authorized to perform/)
  const [absent] = await recordsOf(secrets().send(new GetSecretValueCommand({ SecretId: 'none' })))
  assert.equal(absent.errorCode, 'ResourceNotFoundException')
  assert.equal(absent.responseElements, null)
})

test('a service’s own event', async () => {
  await secrets().send(new CreateSecretCommand({ Name: 'ending', SecretString: 'hello' }))
  await secrets().send(new DeleteSecretCommand({ SecretId: 'ending' }))
  await indexed(house)
  const LookupAttributes = [{ AttributeKey: 'ResourceName', AttributeValue: 'ending' } as const]
  const { Events = [] } = await new CloudTrailClient(house.client()).send(
    new LookupEventsCommand({ LookupAttributes }),
  )
  const told = Events.find(({ EventName }) => EventName === 'StartSecretVersionDelete')
  const record = JSON.parse(told?.CloudTrailEvent ?? '{}')
  assert.equal(record.eventType, 'AwsServiceEvent')
  assert.deepEqual(record.userIdentity, {
    accountId: account,
    invokedBy: 'secretsmanager.amazonaws.com',
  })
  assert.match(record.additionalEventData.SecretId, /:secret:ending-/)
  assert.equal(record.requestParameters, null)
})

test('across accounts: both see it under one shared id, the owner without the caller’s names', async () => {
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
  await secrets().send(new PutResourcePolicyCommand({ SecretId: ARN, ResourcePolicy }))
  const look = secrets(guest).send(new DescribeSecretCommand({ SecretId: ARN }))
  const [theirs] = await recordsOf(look, guest)
  const [ours] = await recordsOf(look)
  assert.equal(theirs.recipientAccountId, made.AccountId)
  assert.equal(ours.recipientAccountId, account)
  assert.match(ours.sharedEventID, /^[0-9a-f-]{36}$/)
  assert.equal(ours.sharedEventID, theirs.sharedEventID)
  assert.notEqual(ours.eventID, theirs.eventID)
  assert.deepEqual(ours.userIdentity, {
    type: 'AWSAccount',
    principalId: made.AccountId,
    accountId: made.AccountId,
  })
  const denied = secrets(guest).send(new GetSecretValueCommand({ SecretId: ARN }))
  assert.equal((await recordsOf(denied, guest)).length, 1)
  assert.equal((await recordsOf(denied)).length, 0)
})
