/**
 * Values under the customer's own KMS keys.
 *
 * https://docs.aws.amazon.com/secretsmanager/latest/userguide/security-encryption.html
 */
import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { after, before, test } from 'node:test'
import {
  CreateAliasCommand,
  CreateKeyCommand,
  DisableKeyCommand,
  EnableKeyCommand,
  PutKeyPolicyCommand,
  ScheduleKeyDeletionCommand,
} from '@aws-sdk/client-kms'
import {
  BatchGetSecretValueCommand,
  CreateSecretCommand,
  DescribeSecretCommand,
  GetSecretValueCommand,
  ListSecretVersionIdsCommand,
  PutResourcePolicyCommand,
  PutSecretValueCommand,
  UpdateSecretCommand,
} from '@aws-sdk/client-secrets-manager'
import { callJson } from '../../raw.ts'
import { account, policy, raiseScene, refused, type Scene } from './scene.ts'

let scene: Scene
before(async () => {
  scene = await raiseScene()
})
after(() => scene[Symbol.asyncDispose]())

const cannotDecrypt =
  "Secrets Manager can't decrypt the protected secret text using the provided KMS key."
const cannotEncrypt =
  "Secrets Manager can't encrypt the protected secret text using the provided KMS key. Check that the KMS key is available, enabled, and not in an invalid state."

async function newKey() {
  const { KeyMetadata } = await scene.kms.send(new CreateKeyCommand({}))
  return { id: KeyMetadata?.KeyId ?? '', arn: KeyMetadata?.Arn ?? '' }
}

const read = async (SecretId: string, choice: object = {}) =>
  (await scene.root.send(new GetSecretValueCommand({ SecretId, ...choice }))).SecretString

test('by id, ARN, alias and the ARN of the alias, shown as it was given', async () => {
  const { id, arn } = await newKey()
  const alias = `alias/${randomUUID()}`
  await scene.kms.send(new CreateAliasCommand({ AliasName: alias, TargetKeyId: id }))
  for (const KmsKeyId of [id, arn, alias, arn.replace(`key/${id}`, alias)]) {
    const { name } = await scene.secret({ KmsKeyId, SecretString: KmsKeyId })
    assert.equal(await read(name), KmsKeyId)
    const described = await scene.root.send(new DescribeSecretCommand({ SecretId: name }))
    assert.equal(described.KmsKeyId, KmsKeyId)
    const { Versions } = await scene.root.send(new ListSecretVersionIdsCommand({ SecretId: name }))
    assert.deepEqual(Versions?.[0]?.KmsKeyIds, [KmsKeyId])
  }
})

test('the default key by its own name is the default key', async () => {
  const { name } = await scene.secret({ KmsKeyId: 'alias/aws/secretsmanager' })
  const described = await scene.root.send(new DescribeSecretCommand({ SecretId: name }))
  assert.equal('KmsKeyId' in described, false)
})

test('a reader needs the key as well as the secret', async () => {
  const { arn: KmsKeyId } = await newKey()
  const { arn: SecretId } = await scene.secret({ KmsKeyId, SecretString: 'sealed' })
  const secretOnly = await scene.as({ Action: 'secretsmanager:*' })
  const words = 'Access to KMS is not allowed'
  const get = new GetSecretValueCommand({ SecretId })
  await refused(secretOnly.send(get), 'AccessDeniedException', words)
  await refused(
    secretOnly.send(new PutSecretValueCommand({ SecretId, SecretString: 'x' })),
    'AccessDeniedException',
    words,
  )
  await refused(
    secretOnly.send(new CreateSecretCommand({ Name: randomUUID(), KmsKeyId })),
    'AccessDeniedException',
    words,
  )
  const { Errors } = await secretOnly.send(
    new BatchGetSecretValueCommand({ SecretIdList: [SecretId] }),
  )
  assert.deepEqual(Errors, [{ SecretId, ErrorCode: 'AccessDeniedException', Message: words }])
  const both = await scene.as(
    { Action: 'secretsmanager:GetSecretValue' },
    {
      Action: 'kms:Decrypt',
      Condition: {
        StringEquals: {
          'kms:ViaService': 'secretsmanager.us-east-1.amazonaws.com',
          'kms:EncryptionContext:SecretARN': SecretId,
        },
      },
    },
  )
  assert.equal((await both.send(get)).SecretString, 'sealed')
})

test('under the default key the permission for the secret is enough', async () => {
  const { arn: SecretId } = await scene.secret({ SecretString: 'plain' })
  const reader = await scene.as({ Action: 'secretsmanager:GetSecretValue' })
  const { SecretString } = await reader.send(new GetSecretValueCommand({ SecretId }))
  assert.equal(SecretString, 'plain')
})

test('a key that is disabled, then on its way out', async () => {
  const { id: KeyId } = await newKey()
  const { name: SecretId } = await scene.secret({ KmsKeyId: KeyId })
  const mustFail = async () => {
    await refused(read(SecretId), 'DecryptionFailure', cannotDecrypt)
    await refused(
      scene.root.send(new PutSecretValueCommand({ SecretId, SecretString: 'x' })),
      'EncryptionFailure',
      cannotEncrypt,
    )
    await refused(
      scene.root.send(new CreateSecretCommand({ Name: randomUUID(), KmsKeyId: KeyId })),
      'EncryptionFailure',
      cannotEncrypt,
    )
  }
  await scene.kms.send(new DisableKeyCommand({ KeyId }))
  await mustFail()
  await scene.kms.send(new EnableKeyCommand({ KeyId }))
  assert.equal(await read(SecretId), 'value')
  await scene.kms.send(new ScheduleKeyDeletionCommand({ KeyId, PendingWindowInDays: 7 }))
  await mustFail()
})

test('a key that is not there, or not of this region', async () => {
  const { arn } = await newKey()
  const keys = [randomUUID(), 'alias/nobody', arn.replace('us-east-1', 'eu-west-1'), 'no key']
  for (const KmsKeyId of keys) {
    await refused(
      scene.root.send(new CreateSecretCommand({ Name: randomUUID(), SecretString: 'x', KmsKeyId })),
      'EncryptionFailure',
      cannotEncrypt,
    )
  }
})

test('another key: the versions in use are sealed anew, the old key is not needed for them', async () => {
  const [from, to] = [await newKey(), await newKey()]
  const { name: SecretId } = await scene.secret({ KmsKeyId: from.id, SecretString: 'v1' })
  const put = (SecretString: string, VersionStages?: string[]) =>
    scene.root.send(new PutSecretValueCommand({ SecretId, SecretString, VersionStages }))
  await put('v2')
  await put('next', ['AWSPENDING'])
  await put('mine', ['custom'])
  await scene.root.send(new UpdateSecretCommand({ SecretId, KmsKeyId: to.id }))
  await scene.kms.send(new DisableKeyCommand({ KeyId: from.id }))
  assert.equal(await read(SecretId), 'v2')
  assert.equal(await read(SecretId, { VersionStage: 'AWSPREVIOUS' }), 'v1')
  assert.equal(await read(SecretId, { VersionStage: 'AWSPENDING' }), 'next')
  await refused(read(SecretId, { VersionStage: 'custom' }), 'DecryptionFailure', cannotDecrypt)
  await scene.root.send(new UpdateSecretCommand({ SecretId, KmsKeyId: '' }))
  await scene.kms.send(new DisableKeyCommand({ KeyId: to.id }))
  assert.equal(await read(SecretId), 'v2')
})

test('another key: what the old one does not open any more stays under it', async () => {
  const [from, to] = [await newKey(), await newKey()]
  const { name: SecretId } = await scene.secret({ KmsKeyId: from.id, SecretString: 'v1' })
  await scene.kms.send(new DisableKeyCommand({ KeyId: from.id }))
  await scene.root.send(new UpdateSecretCommand({ SecretId, KmsKeyId: to.id, SecretString: 'v2' }))
  assert.equal(await read(SecretId), 'v2')
  const old = { VersionStage: 'AWSPREVIOUS' }
  await refused(read(SecretId, old), 'DecryptionFailure', cannotDecrypt)
  await scene.kms.send(new EnableKeyCommand({ KeyId: from.id }))
  assert.equal(await read(SecretId, old), 'v1')
})

test('not allowed: by the key, whatever it is called', async () => {
  const [right, wrong] = [await newKey(), await newKey()]
  const alias = `alias/${randomUUID()}`
  await scene.kms.send(new CreateAliasCommand({ AliasName: alias, TargetKeyId: wrong.id }))
  const maker = await scene.as(
    {
      Action: 'secretsmanager:CreateSecret',
      Condition: { ArnEquals: { 'secretsmanager:KmsKeyArn': right.arn } },
    },
    { Action: 'kms:*' },
  )
  const create = (KmsKeyId?: string) =>
    maker.send(new CreateSecretCommand({ Name: `by-key/${randomUUID()}`, KmsKeyId }))
  await create(right.id)
  for (const KmsKeyId of [wrong.id, wrong.arn, alias, undefined]) {
    await refused(create(KmsKeyId), 'AccessDeniedException', /secretsmanager:CreateSecret/)
  }
})

test('another account reads under a key that admits it', async () => {
  const { account: other, keys } = await scene.stranger()
  const { id: KeyId, arn: KmsKeyId } = await newKey()
  const { arn: SecretId } = await scene.secret({ KmsKeyId, SecretString: 'shared' })
  const ResourcePolicy = policy({ Action: 'secretsmanager:*', Principal: { AWS: other } })
  await scene.root.send(new PutResourcePolicyCommand({ SecretId, ResourcePolicy }))
  const stranger = scene.client(keys)
  const get = new GetSecretValueCommand({ SecretId })
  await refused(stranger.send(get), 'AccessDeniedException', 'Access to KMS is not allowed')
  const Policy = policy(
    { Action: 'kms:*', Principal: { AWS: account } },
    { Action: ['kms:Decrypt', 'kms:GenerateDataKey'], Principal: { AWS: other } },
  )
  await scene.kms.send(new PutKeyPolicyCommand({ KeyId, Policy }))
  assert.equal((await stranger.send(get)).SecretString, 'shared')
  await stranger.send(new PutSecretValueCommand({ SecretId, SecretString: 'theirs' }))
  assert.equal(await read(SecretId), 'theirs')
})

test('the audit tells the use of the key, as the caller and through Secrets Manager', async () => {
  const { KeyMetadata } = await scene.kms.send(new CreateKeyCommand({}))
  const { name, arn, versionId } = await scene.secret({ KmsKeyId: KeyMetadata?.KeyId })
  await read(name)
  const call = { url: scene.house.url, keys: scene.house.root, service: 'strongroom' }
  const { body } = await callJson('Strongroom.TailAudit', { MaxResults: 100 }, call)
  const records: { eventName: string; invokedBy?: string; requestParameters?: object }[] =
    JSON.parse(body).Records.map((each: { CloudTrailEvent: string }) =>
      JSON.parse(each.CloudTrailEvent),
    )
  assert.ok(!body.includes('"value"'))
  const use = records.find(({ eventName }) => eventName === 'Decrypt')
  assert.partialDeepStrictEqual(use, {
    eventSource: 'kms.amazonaws.com',
    sourceIPAddress: 'secretsmanager.amazonaws.com',
    userIdentity: { type: 'Root', invokedBy: 'secretsmanager.amazonaws.com' },
    requestParameters: { encryptionContext: { SecretARN: arn, SecretVersionId: versionId } },
  })
})
