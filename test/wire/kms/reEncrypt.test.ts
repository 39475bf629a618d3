/** ReEncrypt: two keys, two permissions, no plaintext. */
import assert from 'node:assert/strict'
import { after, before, suite, test } from 'node:test'
import {
  DecryptCommand,
  DisableKeyCommand,
  EncryptCommand,
  ReEncryptCommand,
  type ReEncryptCommandInput,
} from '@aws-sdk/client-kms'
import {
  bytes,
  type MadeKey,
  nowhere,
  raiseScene,
  refused,
  type Scene,
  said,
  text,
  unsigned,
} from './scene.ts'

let scene: Scene
let from: MadeKey
let to: MadeKey
let CiphertextBlob: Uint8Array | undefined
const SourceEncryptionContext = { of: 'source' }
const DestinationEncryptionContext = { of: 'destination' }

before(async () => {
  scene = await raiseScene()
  from = await scene.key()
  to = await scene.key()
  const input = {
    KeyId: from.id,
    Plaintext: bytes('moved'),
    EncryptionContext: SourceEncryptionContext,
  }
  CiphertextBlob = (await scene.kms.send(new EncryptCommand(input))).CiphertextBlob
})
after(() => scene[Symbol.asyncDispose]())

const move = (input: Partial<ReEncryptCommandInput> = {}, by = scene.kms) =>
  by.send(
    new ReEncryptCommand({
      CiphertextBlob,
      SourceEncryptionContext,
      DestinationKeyId: to.id,
      DestinationEncryptionContext,
      ...input,
    }),
  )

suite('ReEncrypt', () => {
  test('an unsigned request is refused', () =>
    refused(
      move({}, unsigned(scene.house)),
      'MissingAuthenticationTokenException',
      'Missing Authentication Token',
    ))

  test('who may not take from the one key', async () => {
    const person = await scene.as({ Action: 'kms:ReEncryptTo' })
    await refused(move({}, person.kms), 'AccessDeniedException', said.unreachable)
  })

  test('who may not bring to the other', async () => {
    const person = await scene.as({ Action: 'kms:ReEncryptFrom' })
    await refused(
      move({}, person.kms),
      'AccessDeniedException',
      said.denied(person.arn, 'kms:ReEncryptTo', to.arn, 'identity-based'),
    )
  })

  test('who may only within one key', async () => {
    const Condition = { Bool: { 'kms:ReEncryptOnSameKey': 'true' } }
    const person = await scene.as({ Action: 'kms:ReEncrypt*', Condition })
    await move({ DestinationKeyId: from.id }, person.kms)
    await refused(move({}, person.kms), 'AccessDeniedException', said.unreachable)
  })

  test('no such destination', () =>
    refused(move({ DestinationKeyId: nowhere }), 'NotFoundException', said.absent(nowhere)))

  test('another source, another context, an altered ciphertext', async () => {
    await refused(
      move({ SourceKeyId: to.id }),
      'IncorrectKeyException',
      'The key ID in the request does not identify a CMK that can perform this operation.',
    )
    await refused(move({ SourceEncryptionContext: {} }), 'InvalidCiphertextException')
    const altered = Buffer.from(CiphertextBlob ?? [])
    altered[altered.length - 1] = (altered[altered.length - 1] ?? 0) ^ 1
    await refused(move({ CiphertextBlob: altered }), 'InvalidCiphertextException')
  })

  test('a disabled destination', async () => {
    const disabled = await scene.key()
    await scene.kms.send(new DisableKeyCommand({ KeyId: disabled.id }))
    await refused(
      move({ DestinationKeyId: disabled.id }),
      'DisabledException',
      said.disabled(disabled.id),
    )
  })

  test('a rehearsal', () =>
    refused(move({ DryRun: true }), 'DryRunOperationException', said.dryRun))

  test('done: it opens under the new key and context, and the old one still does', async () => {
    const { $metadata: _, ...answer } = await move()
    assert.deepEqual([answer.SourceKeyId, answer.KeyId], [from.arn, to.arn])
    assert.notEqual(answer.SourceKeyMaterialId, answer.DestinationKeyMaterialId)
    const opened = await scene.kms.send(
      new DecryptCommand({
        CiphertextBlob: answer.CiphertextBlob,
        EncryptionContext: DestinationEncryptionContext,
      }),
    )
    assert.deepEqual([text(opened.Plaintext), opened.KeyId], ['moved', to.arn])
    await move()
  })
})
