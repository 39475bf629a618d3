/** The services' own keys: made on first use, usable through their service alone. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { openHall } from './hall.ts'

const KeyId = 'alias/aws/secretsmanager'
const via = ['secretsmanager']
const EncryptionContext = { SecretARN: 'arn', SecretVersionId: 'one' }

test('the first use makes it, the second finds it', async () => {
  await using hall = await openHall()
  const made = await hall.call('GenerateDataKey', { KeyId, KeySpec: 'AES_256' }, { via })
  const again = await hall.call('GenerateDataKey', { KeyId, KeySpec: 'AES_256' }, { via })
  assert.equal(again.KeyId, made.KeyId)
  const { KeyMetadata } = await hall.call('DescribeKey', { KeyId })
  assert.equal(KeyMetadata.Arn, made.KeyId)
  assert.equal(KeyMetadata.KeyManager, 'AWS')
  const { Aliases } = await hall.call('ListAliases', {})
  assert.deepEqual(
    Aliases.map((alias: { AliasName: string; TargetKeyId: string }) => [
      alias.AliasName,
      alias.TargetKeyId,
    ]),
    [[KeyId, KeyMetadata.KeyId]],
  )
})

test('many first uses at once make one key', async () => {
  await using hall = await openHall()
  const input = { KeyId, KeySpec: 'AES_256', EncryptionContext }
  const made = await Promise.all(
    Array.from({ length: 20 }, () => hall.call('GenerateDataKey', input, { via })),
  )
  assert.equal(new Set(made.map((each) => each.KeyId)).size, 1)
  for (const { CiphertextBlob, Plaintext } of made) {
    const opened = await hall.call('Decrypt', { CiphertextBlob, EncryptionContext }, { via })
    assert.deepEqual(opened.Plaintext, Plaintext)
  }
  assert.equal((await hall.call('ListKeys', {})).Keys.length, 1)
})

test('directly, and through another service, it does nothing', async () => {
  await using hall = await openHall()
  const { CiphertextBlob } = await hall.call(
    'GenerateDataKey',
    { KeyId, KeySpec: 'AES_256', EncryptionContext },
    { via },
  )
  const denied = { code: 'AccessDeniedException' }
  await assert.rejects(hall.call('Decrypt', { CiphertextBlob, EncryptionContext }), denied)
  const other = { via: ['ssm'] }
  await assert.rejects(hall.call('Decrypt', { CiphertextBlob, EncryptionContext }, other), denied)
  await assert.rejects(hall.call('Encrypt', { KeyId, Plaintext: Buffer.from('x') }), denied)
})

test('a refused first use makes nothing', async () => {
  await using hall = await openHall()
  await assert.rejects(hall.call('GenerateDataKey', { KeyId, KeySpec: 'AES_256' }), {
    code: 'AccessDeniedException',
  })
  assert.deepEqual((await hall.call('ListKeys', {})).Keys, [])
  assert.deepEqual((await hall.call('ListAliases', {})).Aliases, [])
})

test('nobody changes, disables or deletes it', async () => {
  await using hall = await openHall()
  const { KeyMetadata } = await hall.call('DescribeKey', { KeyId })
  const key = { KeyId: KeyMetadata.KeyId }
  const { Policy } = await hall.call('GetKeyPolicy', key)
  const calls: readonly (readonly [string, object])[] = [
    ['DisableKey', key],
    ['EnableKey', key],
    ['ScheduleKeyDeletion', key],
    ['DisableKeyRotation', key],
    ['EnableKeyRotation', key],
    ['RotateKeyOnDemand', key],
    ['PutKeyPolicy', { ...key, Policy }],
    ['UpdateKeyDescription', { ...key, Description: 'mine' }],
    ['TagResource', { ...key, Tags: [{ TagKey: 'a', TagValue: 'b' }] }],
    ['CreateAlias', { AliasName: 'alias/mine', TargetKeyId: KeyMetadata.KeyId }],
  ]
  for (const [operation, input] of calls) {
    await assert.rejects(hall.call(operation, input), { code: 'AccessDeniedException' }, operation)
  }
})

test('it tells what AWS lets the account see', async () => {
  await using hall = await openHall()
  const { KeyMetadata } = await hall.call('DescribeKey', { KeyId })
  const key = { KeyId: KeyMetadata.KeyId }
  const policy = JSON.parse((await hall.call('GetKeyPolicy', key)).Policy)
  assert.deepEqual(policy.Statement[0].Condition.StringEquals, {
    'kms:CallerAccount': '000000000000',
    'kms:ViaService': 'secretsmanager.us-east-1.amazonaws.com',
  })
  const status = await hall.call('GetKeyRotationStatus', key)
  assert.deepEqual([status.KeyRotationEnabled, status.RotationPeriodInDays], [true, 365])
})

test('each region, and each service, has its own', async () => {
  await using hall = await openHall()
  const describe = (alias: string, region: string) =>
    hall.call('DescribeKey', { KeyId: alias }, { region })
  const answers = [
    await describe(KeyId, 'us-east-1'),
    await describe(KeyId, 'eu-west-1'),
    await describe('alias/aws/ssm', 'us-east-1'),
    await describe('alias/aws/lambda', 'us-east-1'),
  ]
  assert.equal(new Set(answers.map((each) => each.KeyMetadata.KeyId)).size, 4)
  await assert.rejects(describe('alias/aws/s3', 'us-east-1'), {
    code: 'NotFoundException',
    message: 'Alias arn:aws:kms:us-east-1:000000000000:alias/aws/s3 is not found.',
  })
})
