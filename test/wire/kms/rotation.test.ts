/** EnableKeyRotation, DisableKeyRotation, GetKeyRotationStatus, RotateKeyOnDemand, ListKeyRotations. */
import assert from 'node:assert/strict'
import { after, before, suite, test } from 'node:test'
import {
  DecryptCommand,
  DisableKeyCommand,
  DisableKeyRotationCommand,
  EnableKeyRotationCommand,
  EncryptCommand,
  GetKeyRotationStatusCommand,
  ListKeyRotationsCommand,
  RotateKeyOnDemandCommand,
  ScheduleKeyDeletionCommand,
} from '@aws-sdk/client-kms'
import { dayMs } from '../../../src/lib/clock.ts'
import { bytes, nowhere, raiseScene, refused, type Scene, said, text, unsigned } from './scene.ts'

let scene: Scene
before(async () => {
  scene = await raiseScene()
})
after(() => scene[Symbol.asyncDispose]())

const enable = (KeyId: string, RotationPeriodInDays?: number, by = scene.kms) =>
  by.send(new EnableKeyRotationCommand({ KeyId, RotationPeriodInDays }))
const disable = (KeyId: string, by = scene.kms) => by.send(new DisableKeyRotationCommand({ KeyId }))
const status = async (KeyId: string, by = scene.kms) => {
  const { $metadata: _, ...answer } = await by.send(new GetKeyRotationStatusCommand({ KeyId }))
  return answer
}
const rotate = (KeyId: string, by = scene.kms) => by.send(new RotateKeyOnDemandCommand({ KeyId }))
const list = async (KeyId: string, input: object = {}, by = scene.kms) =>
  by.send(new ListKeyRotationsCommand({ KeyId, ...input }))

const operations = [
  ['EnableKeyRotation', (id: string, by = scene.kms) => enable(id, undefined, by)],
  ['DisableKeyRotation', disable],
  ['GetKeyRotationStatus', status],
  ['RotateKeyOnDemand', rotate],
  ['ListKeyRotations', (id: string, by = scene.kms) => list(id, {}, by)],
] as const

for (const [name, send] of operations) {
  suite(name, () => {
    test('unsigned; who may not; no such key', async () => {
      const { id, arn } = await scene.key()
      await refused(
        send(id, unsigned(scene.house)),
        'MissingAuthenticationTokenException',
        'Missing Authentication Token',
      )
      const nobody = await scene.as()
      await refused(
        send(id, nobody.kms),
        'AccessDeniedException',
        said.denied(nobody.arn, `kms:${name}`, arn, 'identity-based'),
      )
      await refused(send(nowhere), 'NotFoundException', said.absent(nowhere))
    })
  })
}

suite('rotation by the clock', () => {
  test('a period of 90 to 2560 days', async () => {
    const { id } = await scene.key()
    await refused(
      enable(id, 89),
      'ValidationException',
      "1 validation error detected: Value '89' at 'rotationPeriodInDays' failed to satisfy constraint: Member must have value greater than or equal to 90",
    )
    await refused(
      enable(id, 2561),
      'ValidationException',
      "1 validation error detected: Value '2561' at 'rotationPeriodInDays' failed to satisfy constraint: Member must have value less than or equal to 2560",
    )
  })

  test('off, on with 365 days, with another period, off', async () => {
    const { id, arn } = await scene.key()
    assert.deepEqual(await status(id), { KeyRotationEnabled: false, KeyId: arn })
    await enable(id)
    const first = await status(id)
    assert.deepEqual([first.KeyRotationEnabled, first.RotationPeriodInDays], [true, 365])
    const ahead = (first.NextRotationDate?.getTime() ?? 0) - Date.now()
    assert.ok(Math.abs(ahead / dayMs - 365) < 0.01)
    await enable(id)
    assert.deepEqual(await status(id), first)
    await enable(id, 100)
    assert.equal((await status(id)).RotationPeriodInDays, 100)
    await disable(id)
    await disable(id)
    assert.deepEqual(await status(id), { KeyRotationEnabled: false, KeyId: arn })
  })

  test('its state is told before its kind', async () => {
    const { id } = await scene.key({ KeySpec: 'HMAC_256', KeyUsage: 'GENERATE_VERIFY_MAC' })
    await refused(enable(id), 'UnsupportedOperationException')
    await refused(rotate(id), 'UnsupportedOperationException')
    await scene.kms.send(new DisableKeyCommand({ KeyId: id }))
    await refused(enable(id), 'DisabledException', said.disabled(id))
    await refused(disable(id), 'DisabledException', said.disabled(id))
    await refused(rotate(id), 'DisabledException', said.disabled(id))
    await scene.kms.send(new ScheduleKeyDeletionCommand({ KeyId: id }))
    await refused(enable(id), 'KMSInvalidStateException', said.pendingDeletion(id))
    await refused(rotate(id), 'KMSInvalidStateException', said.pendingDeletion(id))
  })

  test('never of imported material', async () => {
    const { id } = await scene.key({ Origin: 'EXTERNAL' })
    await refused(enable(id), 'UnsupportedOperationException')
    await refused(disable(id), 'UnsupportedOperationException')
  })
})

suite('rotation on demand', () => {
  test('new material for the new, the old goes on opening the old', async () => {
    const { id, arn } = await scene.key()
    await enable(id, 90)
    const before = await status(id)
    const blobs: (Uint8Array | undefined)[] = []
    const ids = new Set<string | undefined>()
    for (let turn = 0; turn < 3; turn++) {
      const input = { KeyId: id, Plaintext: bytes(`turn ${turn}`) }
      blobs.push((await scene.kms.send(new EncryptCommand(input))).CiphertextBlob)
      assert.equal((await rotate(id)).KeyId, arn)
    }
    for (const [turn, CiphertextBlob] of blobs.entries()) {
      const opened = await scene.kms.send(new DecryptCommand({ CiphertextBlob }))
      assert.equal(text(opened.Plaintext), `turn ${turn}`)
      ids.add(opened.KeyMaterialId)
    }
    assert.equal(ids.size, 3)
    assert.deepEqual(await status(id), before)
  })

  test('the list: latest first, on request with the first and all', async () => {
    const { id } = await scene.key()
    assert.deepEqual((await list(id)).Rotations, [])
    await rotate(id)
    await rotate(id)
    const { Rotations = [], Truncated } = await list(id)
    assert.equal(Truncated, false)
    assert.deepEqual(
      Rotations.map((each) => [each.KeyId, each.RotationType, each.KeyMaterialState]),
      [
        [id, 'ON_DEMAND', 'CURRENT'],
        [id, 'ON_DEMAND', 'NON_CURRENT'],
      ],
    )
    assert.ok(Rotations.every((each) => each.RotationDate))
    const all = await list(id, { IncludeKeyMaterial: 'ALL_KEY_MATERIAL' })
    assert.equal(all.Rotations?.length, 3)
    assert.equal(all.Rotations?.[2]?.RotationType, undefined)
    const page = await list(id, { Limit: 1 })
    assert.equal(page.Truncated, true)
    const next = await list(id, { Limit: 1, Marker: page.NextMarker })
    assert.deepEqual([...(page.Rotations ?? []), ...(next.Rotations ?? [])], Rotations)
    await refused(list(id, { Marker: 'x' }), 'InvalidMarkerException', 'Invalid marker.')
  })

  test('twenty-five times', async () => {
    const { id, arn } = await scene.key()
    for (let turn = 0; turn < 25; turn++) await rotate(id)
    await refused(
      rotate(id),
      'LimitExceededException',
      `The on-demand rotations limit has been reached for the given keyId. No more on-demand rotations can be performed for this key: ${arn}`,
    )
  })
})
