/** What the clock alone does to keys, over days, crashes and restarts. */
import assert from 'node:assert/strict'
import { constants, createPublicKey, publicEncrypt, randomBytes } from 'node:crypto'
import { test } from 'node:test'
import { DescribeKeyCommand, KMSClient, ScheduleKeyDeletionCommand } from '@aws-sdk/client-kms'
import { dayMs } from '../../../src/lib/clock.ts'
import { type KmsHall, openHall } from './hall.ts'
import { raiseScene, refused, said } from './scene.ts'

const Plaintext = Buffer.from('a plaintext')

test('a key is destroyed when its days are over, not before, and its material for good', async () => {
  await using hall = await openHall()
  const { KeyMetadata } = await hall.call('CreateKey', {})
  const { KeyId, Arn } = KeyMetadata
  await hall.call('CreateAlias', { AliasName: 'alias/doomed', TargetKeyId: KeyId })
  const { CiphertextBlob } = await hall.call('Encrypt', { KeyId, Plaintext })
  const GranteePrincipal = 'arn:aws:iam::000000000000:role/worker'
  const RetiringPrincipal = GranteePrincipal
  const Operations = ['Decrypt']
  await hall.call('CreateGrant', { KeyId, GranteePrincipal, RetiringPrincipal, Operations })
  await hall.call('RotateKeyOnDemand', { KeyId })
  await hall.call('ScheduleKeyDeletion', { KeyId, PendingWindowInDays: 7 })
  assert.equal(await hall.count('kms-materials'), 2)

  hall.clock.now += 7 * dayMs - 1
  assert.equal(await hall.sweep(), 0)
  await hall.call('DescribeKey', { KeyId })

  await hall.restart()
  hall.clock.now += 1
  assert.equal(await hall.sweep(), 1)
  const [{ eventId, ...event } = { eventId: '' }] = hall.events
  assert.match(eventId, /^[0-9a-f-]{36}$/)
  assert.deepEqual(event, {
    name: 'DeleteKey',
    keyArn: Arn,
    shelf: { account: '000000000000', region: 'us-east-1' },
    at: hall.clock.now,
  })
  const gone = { code: 'NotFoundException', message: `Key '${Arn}' does not exist` }
  await assert.rejects(hall.call('DescribeKey', { KeyId }), gone)
  await assert.rejects(hall.call('CancelKeyDeletion', { KeyId }), gone)
  await assert.rejects(hall.call('Decrypt', { CiphertextBlob }), { code: 'AccessDeniedException' })
  await assert.rejects(hall.call('DescribeKey', { KeyId: 'alias/doomed' }), {
    code: 'NotFoundException',
  })
  assert.deepEqual((await hall.call('ListAliases', {})).Aliases, [])
  assert.equal(await hall.sweep(), 0)
  const collections = ['keys', 'materials', 'aliases', 'grants', 'grantees', 'retirees', 'dues']
  for (const name of collections) assert.equal(await hall.count(`kms-${name}`), 0, name)
})

test('a deletion that was called off is not done', async () => {
  await using hall = await openHall()
  const { KeyMetadata } = await hall.call('CreateKey', {})
  const { KeyId } = KeyMetadata
  await hall.call('ScheduleKeyDeletion', { KeyId })
  await hall.call('CancelKeyDeletion', { KeyId })
  hall.clock.now += 40 * dayMs
  assert.equal(await hall.sweep(), 0)
  assert.equal((await hall.call('DescribeKey', { KeyId })).KeyMetadata.KeyState, 'Disabled')
})

test('two sweeps at once do each thing once', async () => {
  await using hall = await openHall()
  for (let count = 0; count < 5; count++) {
    const { KeyMetadata } = await hall.call('CreateKey', {})
    await hall.call('ScheduleKeyDeletion', { KeyId: KeyMetadata.KeyId, PendingWindowInDays: 7 })
  }
  hall.clock.now += 8 * dayMs
  await Promise.all([hall.sweep(), hall.sweep()])
  const arns = hall.events.map((event) => event.keyArn)
  assert.deepEqual([arns.length, new Set(arns).size], [5, 5])
  assert.deepEqual((await hall.call('ListKeys', {})).Keys, [])
})

test('many keys are swept at once', async () => {
  await using hall = await openHall()
  for (let count = 0; count < 105; count++) {
    const { KeyMetadata } = await hall.call('CreateKey', {})
    await hall.call('ScheduleKeyDeletion', { KeyId: KeyMetadata.KeyId })
  }
  hall.clock.now += 30 * dayMs
  assert.equal(await hall.sweep(), 105)
  assert.deepEqual((await hall.call('ListKeys', {})).Keys, [])
})

test('a key is rotated by its days; what was sealed before opens after', async () => {
  await using hall = await openHall()
  const { KeyMetadata } = await hall.call('CreateKey', {})
  const { KeyId, CurrentKeyMaterialId: first } = KeyMetadata
  await hall.call('EnableKeyRotation', { KeyId, RotationPeriodInDays: 90 })
  const { CiphertextBlob } = await hall.call('Encrypt', { KeyId, Plaintext })

  hall.clock.now += 90 * dayMs
  assert.equal(await hall.sweep(), 1)
  assert.equal(hall.events[0]?.name, 'RotateKey')
  const { CurrentKeyMaterialId: second } = (await hall.call('DescribeKey', { KeyId })).KeyMetadata
  assert.notEqual(second, first)
  const opened = await hall.call('Decrypt', { CiphertextBlob })
  assert.deepEqual([opened.Plaintext, opened.KeyMaterialId], [Plaintext, first])
  const { Rotations } = await hall.call('ListKeyRotations', { KeyId })
  assert.deepEqual(Rotations, [
    {
      KeyId,
      KeyMaterialId: second,
      KeyMaterialState: 'CURRENT',
      RotationDate: hall.clock.now,
      RotationType: 'AUTOMATIC',
    },
  ])
  const status = await hall.call('GetKeyRotationStatus', { KeyId })
  assert.equal(status.NextRotationDate, hall.clock.now + 90 * dayMs)
})

test('a disabled key is not rotated until it is enabled again', async () => {
  await using hall = await openHall()
  const { KeyMetadata } = await hall.call('CreateKey', {})
  const { KeyId } = KeyMetadata
  await hall.call('EnableKeyRotation', { KeyId, RotationPeriodInDays: 90 })
  await hall.call('DisableKey', { KeyId })
  hall.clock.now += 200 * dayMs
  assert.equal(await hall.sweep(), 0)
  await hall.call('EnableKey', { KeyId })
  assert.equal(await hall.sweep(), 1)
  assert.equal(await hall.sweep(), 0)
})

test("a service's own key is rotated each year", async () => {
  await using hall = await openHall()
  const KeyId = 'alias/aws/ssm'
  const before = (await hall.call('DescribeKey', { KeyId })).KeyMetadata
  hall.clock.now += 365 * dayMs
  assert.equal(await hall.sweep(), 1)
  const after = (await hall.call('DescribeKey', { KeyId })).KeyMetadata
  assert.equal(after.KeyId, before.KeyId)
  assert.notEqual(after.CurrentKeyMaterialId, before.CurrentKeyMaterialId)
})

test('all replicas are rotated with their primary', async () => {
  await using hall = await openHall()
  const { KeyMetadata } = await hall.call('CreateKey', { MultiRegion: true })
  const { KeyId } = KeyMetadata
  await hall.call('ReplicateKey', { KeyId, ReplicaRegion: 'eu-west-1' })
  await hall.call('EnableKeyRotation', { KeyId, RotationPeriodInDays: 90 })
  hall.clock.now += 90 * dayMs
  assert.equal(await hall.sweep(), 1)
  const { CiphertextBlob } = await hall.call('Encrypt', { KeyId, Plaintext })
  const opened = await hall.call('Decrypt', { CiphertextBlob }, { region: 'eu-west-1' })
  assert.deepEqual(opened.Plaintext, Plaintext)
})

test('a primary goes after its replicas, its own days counted from then', async () => {
  await using hall = await openHall()
  const { KeyMetadata } = await hall.call('CreateKey', { MultiRegion: true })
  const { KeyId } = KeyMetadata
  await hall.call('ReplicateKey', { KeyId, ReplicaRegion: 'eu-west-1' })
  const { KeyState, DeletionDate } = await hall.call('ScheduleKeyDeletion', {
    KeyId,
    PendingWindowInDays: 10,
  })
  assert.deepEqual([KeyState, DeletionDate], ['PendingReplicaDeletion', undefined])
  hall.clock.now += 20 * dayMs
  assert.equal(await hall.sweep(), 0)

  const abroad = { region: 'eu-west-1' }
  await hall.call('ScheduleKeyDeletion', { KeyId, PendingWindowInDays: 7 }, abroad)
  hall.clock.now += 7 * dayMs
  assert.equal(await hall.sweep(), 1)
  const waiting = (await hall.call('DescribeKey', { KeyId })).KeyMetadata
  assert.equal(waiting.KeyState, 'PendingDeletion')
  assert.equal(waiting.DeletionDate, hall.clock.now + 10 * dayMs)
  assert.deepEqual(waiting.MultiRegionConfiguration.ReplicaKeys, [])

  hall.clock.now += 10 * dayMs
  assert.equal(await hall.sweep(), 1)
  await assert.rejects(hall.call('DescribeKey', { KeyId }), { code: 'NotFoundException' })
})

/** Wraps material for a new key with parameters of its own. */
async function parametersFor(hall: KmsHall, material: Buffer) {
  const { KeyMetadata } = await hall.call('CreateKey', { Origin: 'EXTERNAL' })
  const { KeyId } = KeyMetadata
  const { PublicKey, ImportToken } = await hall.call('GetParametersForImport', {
    KeyId,
    WrappingAlgorithm: 'RSAES_OAEP_SHA_256',
    WrappingKeySpec: 'RSA_2048',
  })
  const key = createPublicKey({ key: PublicKey, format: 'der', type: 'spki' })
  const padding = constants.RSA_PKCS1_OAEP_PADDING
  const EncryptedKeyMaterial = publicEncrypt({ key, oaepHash: 'sha256', padding }, material)
  return { KeyId, ImportToken, EncryptedKeyMaterial }
}

test('an import token is good for a day', async () => {
  await using hall = await openHall()
  const input = await parametersFor(hall, randomBytes(32))
  const ExpirationModel = 'KEY_MATERIAL_DOES_NOT_EXPIRE'
  hall.clock.now += dayMs
  await assert.rejects(hall.call('ImportKeyMaterial', { ...input, ExpirationModel }), {
    code: 'ExpiredImportTokenException',
    message: '',
  })
  hall.clock.now -= 1
  await hall.call('ImportKeyMaterial', { ...input, ExpirationModel })
})

test('imported material ends on its day, and nothing else does', async () => {
  await using hall = await openHall()
  const input = await parametersFor(hall, randomBytes(32))
  const ValidTo = hall.clock.now + 5 * dayMs
  await hall.call('ImportKeyMaterial', { ...input, ValidTo })
  const { KeyId } = input
  const { CiphertextBlob } = await hall.call('Encrypt', { KeyId, Plaintext })
  hall.clock.now = ValidTo - 1
  assert.equal(await hall.sweep(), 0)
  hall.clock.now = ValidTo
  assert.equal(await hall.sweep(), 1)
  assert.equal(hall.events[0]?.name, 'DeleteExpiredKeyMaterial')
  assert.equal(await hall.count('kms-materials'), 0)
  assert.equal((await hall.call('DescribeKey', { KeyId })).KeyMetadata.KeyState, 'PendingImport')
  await assert.rejects(hall.call('Decrypt', { CiphertextBlob }), {
    code: 'KMSInvalidStateException',
  })
  assert.equal(await hall.sweep(), 0)
})

test('a house does it by itself when it starts', async () => {
  const clock = { at: Date.now(), now: () => clock.at }
  await using scene = await raiseScene({ world: { clock } })
  const { id } = await scene.key()
  await scene.kms.send(new ScheduleKeyDeletionCommand({ KeyId: id, PendingWindowInDays: 7 }))
  clock.at += 7 * dayMs
  await scene.house.restart()
  // Going down waits for the sweep that began with the house.
  await scene.house.stop()
  clock.at = Date.now()
  await scene.house.restart()
  await refused(
    new KMSClient(scene.house.client()).send(new DescribeKeyCommand({ KeyId: id })),
    'NotFoundException',
    said.absent(id),
  )
  assert.deepEqual(scene.house.complaints, [])
})
