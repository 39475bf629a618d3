/**
 * The permission that tutorials give: kms:Decrypt through Secrets Manager alone. And grants that are
 * made for services alone.
 */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { openHall } from './hall.ts'
import { policy } from './scene.ts'

const via = ['secretsmanager']

test('a key that a role may use through Secrets Manager is of no use to it directly', async () => {
  await using hall = await openHall()
  const { KeyMetadata } = await hall.call('CreateKey', {})
  const { KeyId, Arn } = KeyMetadata
  const policies = [
    policy({
      Action: ['kms:Decrypt', 'kms:GenerateDataKey'],
      Resource: Arn,
      Condition: { StringEquals: { 'kms:ViaService': 'secretsmanager.us-east-1.amazonaws.com' } },
    }),
  ]
  const input = { KeyId, KeySpec: 'AES_256' }
  const { CiphertextBlob, Plaintext } = await hall.call('GenerateDataKey', input, { policies, via })
  const opened = await hall.call('Decrypt', { CiphertextBlob }, { policies, via })
  assert.deepEqual(opened.Plaintext, Plaintext)
  const denied = { code: 'AccessDeniedException' }
  await assert.rejects(hall.call('Decrypt', { CiphertextBlob }, { policies }), denied)
  await assert.rejects(hall.call('Decrypt', { CiphertextBlob }, { policies, via: ['ssm'] }), denied)
  await assert.rejects(hall.call('GenerateDataKey', input, { policies }), denied)
})

test("a service's own key needs no permission for KMS at all, only the service", async () => {
  await using hall = await openHall()
  const input = { KeyId: 'alias/aws/secretsmanager', KeySpec: 'AES_256' }
  const nobody = { policies: [], via }
  const { CiphertextBlob } = await hall.call('GenerateDataKey', input, nobody)
  await hall.call('Decrypt', { CiphertextBlob }, nobody)
  await assert.rejects(hall.call('Decrypt', { CiphertextBlob }, { policies: [] }), {
    code: 'AccessDeniedException',
  })
})

test('a grant that only a service may make is made through it', async () => {
  await using hall = await openHall()
  const { KeyMetadata } = await hall.call('CreateKey', {})
  const policies = [
    policy({
      Action: 'kms:CreateGrant',
      Condition: { Bool: { 'kms:GrantIsForAWSResource': 'true' } },
    }),
  ]
  const input = {
    KeyId: KeyMetadata.KeyId,
    GranteePrincipal: 'arn:aws:iam::000000000000:role/worker',
    Operations: ['Decrypt'],
  }
  await hall.call('CreateGrant', input, { policies, via: ['lambda'] })
  await assert.rejects(hall.call('CreateGrant', input, { policies }), {
    code: 'AccessDeniedException',
  })
})
