/** EnableKey, DisableKey, ScheduleKeyDeletion, CancelKeyDeletion. */
import assert from 'node:assert/strict'
import { after, before, suite, test } from 'node:test'
import {
  CancelKeyDeletionCommand,
  DescribeKeyCommand,
  DisableKeyCommand,
  EnableKeyCommand,
  ScheduleKeyDeletionCommand,
} from '@aws-sdk/client-kms'
import { dayMs } from '../../../src/lib/clock.ts'
import { nowhere, raiseScene, refused, type Scene, said, unsigned } from './scene.ts'

let scene: Scene
before(async () => {
  scene = await raiseScene()
})
after(() => scene[Symbol.asyncDispose]())

const enable = (KeyId: string, by = scene.kms) => by.send(new EnableKeyCommand({ KeyId }))
const disable = (KeyId: string, by = scene.kms) => by.send(new DisableKeyCommand({ KeyId }))
const cancel = (KeyId: string, by = scene.kms) => by.send(new CancelKeyDeletionCommand({ KeyId }))
const schedule = (KeyId: string, PendingWindowInDays?: number, by = scene.kms) =>
  by.send(new ScheduleKeyDeletionCommand({ KeyId, PendingWindowInDays }))
const stateOf = async (KeyId: string) => {
  const { KeyMetadata } = await scene.kms.send(new DescribeKeyCommand({ KeyId }))
  return [KeyMetadata?.KeyState, KeyMetadata?.Enabled]
}

const operations = [
  ['EnableKey', enable],
  ['DisableKey', disable],
  ['CancelKeyDeletion', cancel],
  ['ScheduleKeyDeletion', (id: string, by = scene.kms) => schedule(id, 7, by)],
] as const

for (const [name, send] of operations) {
  suite(name, () => {
    test('an unsigned request is refused', async () => {
      const { id } = await scene.key()
      await refused(
        send(id, unsigned(scene.house)),
        'MissingAuthenticationTokenException',
        'Missing Authentication Token',
      )
    })

    test('who may not', async () => {
      const { id, arn } = await scene.key()
      const nobody = await scene.as()
      await refused(
        send(id, nobody.kms),
        'AccessDeniedException',
        said.denied(nobody.arn, `kms:${name}`, arn, 'identity-based'),
      )
    })

    test('no such key; an alias is no key', async () => {
      await refused(send(nowhere), 'NotFoundException', said.absent(nowhere))
      await refused(send('alias/x'), 'NotFoundException', "Invalid keyId 'alias/x'")
    })

    test("another account's key, even if its policy allows", async () => {
      const stranger = await scene.stranger()
      const { arn } = await scene.key()
      await refused(send(arn, stranger.kms), 'AccessDeniedException', /resource-based/)
    })
  })
}

suite('states', () => {
  test('off and on again, done and done twice', async () => {
    const { id } = await scene.key()
    await disable(id)
    await disable(id)
    assert.deepEqual(await stateOf(id), ['Disabled', false])
    await enable(id)
    await enable(id)
    assert.deepEqual(await stateOf(id), ['Enabled', true])
  })

  test('a deletion is 7 to 30 days ahead, 30 unless told otherwise', async () => {
    const { id } = await scene.key()
    const words = 'PendingWindowInDays must be between 7 and 30 (inclusive).'
    await refused(schedule(id, 6), 'ValidationException', words)
    await refused(schedule(id, 31), 'ValidationException', words)
    const before = Date.now()
    const answer = await schedule(id)
    const daysAhead = ((answer.DeletionDate?.getTime() ?? 0) - before) / dayMs
    assert.ok(Math.abs(daysAhead - 30) < 0.01)
    assert.deepEqual([answer.KeyState, answer.PendingWindowInDays], ['PendingDeletion', 30])
    const { KeyMetadata } = await scene.kms.send(new DescribeKeyCommand({ KeyId: id }))
    assert.deepEqual(KeyMetadata?.DeletionDate, answer.DeletionDate)
  })

  test('who may only with a long window', async () => {
    const { id } = await scene.key()
    const person = await scene.as({
      Action: 'kms:ScheduleKeyDeletion',
      Condition: {
        NumericGreaterThanEquals: { 'kms:ScheduleKeyDeletionPendingWindowInDays': '20' },
      },
    })
    await refused(schedule(id, 7, person.kms), 'AccessDeniedException', /identity-based/)
    await schedule(id, 20, person.kms)
  })

  test('scheduled twice; enabled or disabled on the way out', async () => {
    const { id, arn } = await scene.key()
    assert.equal((await schedule(id, 7)).KeyId, arn)
    const code = 'KMSInvalidStateException'
    await refused(schedule(id, 7), code, said.pendingDeletion(id))
    await refused(enable(id), code, said.pendingDeletion(id))
    await refused(disable(id), code, said.pendingDeletion(id))
  })

  test('called off it stays disabled; called off twice', async () => {
    const { id, arn } = await scene.key()
    await schedule(id, 7)
    assert.equal((await cancel(id)).KeyId, arn)
    assert.deepEqual(await stateOf(id), ['Disabled', false])
    await refused(cancel(id), 'KMSInvalidStateException', `${arn} is not pending deletion.`)
    await enable(id)
    assert.deepEqual(await stateOf(id), ['Enabled', true])
  })

  test('a key without material is neither enabled nor disabled', async () => {
    const { id } = await scene.key({ Origin: 'EXTERNAL' })
    await refused(enable(id), 'KMSInvalidStateException', said.pendingImport(id))
    await refused(disable(id), 'KMSInvalidStateException', said.pendingImport(id))
    await schedule(id, 7)
    assert.deepEqual(await stateOf(id), ['PendingDeletion', false])
  })

  test('a restart changes nothing', async () => {
    const { id } = await scene.key()
    await schedule(id, 7)
    await scene.house.restart()
    const again = new DescribeKeyCommand({ KeyId: id })
    const { KMSClient } = await import('@aws-sdk/client-kms')
    const { KeyMetadata } = await new KMSClient(scene.house.client()).send(again)
    assert.equal(KeyMetadata?.KeyState, 'PendingDeletion')
  })
})
