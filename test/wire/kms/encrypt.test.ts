/** Encrypt, by every kind of key that has it. */
import assert from 'node:assert/strict'
import { constants, createPublicKey, publicEncrypt } from 'node:crypto'
import { after, before, suite, test } from 'node:test'
import {
  DecryptCommand,
  DisableKeyCommand,
  EncryptCommand,
  type EncryptCommandInput,
  GetPublicKeyCommand,
  ScheduleKeyDeletionCommand,
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
let key: MadeKey
let rsa: MadeKey
before(async () => {
  scene = await raiseScene()
  key = await scene.key()
  rsa = await scene.key({ KeySpec: 'RSA_2048', KeyUsage: 'ENCRYPT_DECRYPT' })
})
after(() => scene[Symbol.asyncDispose]())

const encrypt = (input: Partial<EncryptCommandInput> = {}, by = scene.kms) =>
  by.send(new EncryptCommand({ KeyId: key.id, Plaintext: bytes('a plaintext'), ...input }))

suite('Encrypt', () => {
  test('an unsigned request is refused', () =>
    refused(
      encrypt({}, unsigned(scene.house)),
      'MissingAuthenticationTokenException',
      'Missing Authentication Token',
    ))

  test('a plaintext has 1 to 4096 bytes', async () => {
    await refused(
      encrypt({ Plaintext: new Uint8Array() }),
      'ValidationException',
      /at 'plaintext' failed to satisfy constraint: Member must have length greater than or equal to 1$/,
    )
    await refused(
      encrypt({ Plaintext: new Uint8Array(4097) }),
      'ValidationException',
      /at 'plaintext' failed to satisfy constraint: Member must have length less than or equal to 4096$/,
    )
    const Plaintext = new Uint8Array(4096).fill(7)
    const { CiphertextBlob } = await encrypt({ Plaintext })
    const opened = await scene.kms.send(new DecryptCommand({ CiphertextBlob }))
    assert.deepEqual(Buffer.from(opened.Plaintext ?? []), Buffer.from(Plaintext))
  })

  test('a refusal does not repeat the plaintext', async () => {
    const answer = await scene.raw('Encrypt', { KeyId: key.id, Plaintext: '' })
    assert.deepEqual(answer.body, {
      __type: 'ValidationException',
      message:
        "1 validation error detected: Value at 'plaintext' failed to satisfy constraint: Member must have length greater than or equal to 1",
    })
  })

  test('who may not', async () => {
    const nobody = await scene.as({ Action: 'kms:Decrypt' })
    await refused(
      encrypt({}, nobody.kms),
      'AccessDeniedException',
      said.denied(nobody.arn, 'kms:Encrypt', key.arn, 'identity-based'),
    )
  })

  test('who may only with a context of certain keys', async () => {
    const Condition = {
      'ForAllValues:StringEquals': { 'kms:EncryptionContextKeys': ['app'] },
      Null: { 'kms:EncryptionContextKeys': 'false' },
    }
    const person = await scene.as({ Action: 'kms:Encrypt', Condition })
    await encrypt({ EncryptionContext: { app: 'x' } }, person.kms)
    await refused(
      encrypt({ EncryptionContext: { app: 'x', other: 'y' } }, person.kms),
      'AccessDeniedException',
      /identity-based/,
    )
    await refused(encrypt({}, person.kms), 'AccessDeniedException', /identity-based/)
  })

  test('no such key', () =>
    refused(encrypt({ KeyId: nowhere }), 'NotFoundException', said.absent(nowhere)))

  test('a disabled key, one that is to be deleted, one without material', async () => {
    const disabled = await scene.key()
    await scene.kms.send(new DisableKeyCommand({ KeyId: disabled.id }))
    await refused(encrypt({ KeyId: disabled.id }), 'DisabledException', said.disabled(disabled.id))
    const ending = await scene.key()
    await scene.kms.send(new ScheduleKeyDeletionCommand({ KeyId: ending.id }))
    await refused(
      encrypt({ KeyId: ending.id }),
      'KMSInvalidStateException',
      said.pendingDeletion(ending.id),
    )
    const empty = await scene.key({ Origin: 'EXTERNAL' })
    await refused(
      encrypt({ KeyId: empty.id }),
      'KMSInvalidStateException',
      said.pendingImport(empty.id),
    )
  })

  test('a key of another usage; its state is told first', async () => {
    const mac = await scene.key({ KeySpec: 'HMAC_256', KeyUsage: 'GENERATE_VERIFY_MAC' })
    await refused(
      encrypt({ KeyId: mac.id }),
      'InvalidKeyUsageException',
      `${mac.arn} key usage is GENERATE_VERIFY_MAC which is not valid for Encrypt.`,
    )
    await scene.kms.send(new DisableKeyCommand({ KeyId: mac.id }))
    await refused(encrypt({ KeyId: mac.id }), 'DisabledException', said.disabled(mac.id))
  })

  test('an algorithm of another kind of key', async () => {
    await refused(
      encrypt({ EncryptionAlgorithm: 'RSAES_OAEP_SHA_256' }),
      'InvalidKeyUsageException',
      'Algorithm RSAES_OAEP_SHA_256 is incompatible with key spec SYMMETRIC_DEFAULT.',
    )
    await refused(
      encrypt({ KeyId: rsa.id }),
      'InvalidKeyUsageException',
      'Algorithm SYMMETRIC_DEFAULT is incompatible with key spec RSA_2048.',
    )
  })

  test('a rehearsal', async () => {
    await refused(encrypt({ DryRun: true }), 'DryRunOperationException', said.dryRun)
    const nobody = await scene.as()
    await refused(encrypt({ DryRun: true }, nobody.kms), 'AccessDeniedException', /identity-based/)
  })

  test('done; done twice gives another ciphertext', async () => {
    const { CiphertextBlob, KeyId, EncryptionAlgorithm } = await encrypt()
    assert.deepEqual([KeyId, EncryptionAlgorithm], [key.arn, 'SYMMETRIC_DEFAULT'])
    assert.notDeepEqual((await encrypt()).CiphertextBlob, CiphertextBlob)
  })

  for (const [EncryptionAlgorithm, oaepHash, bytesMax] of [
    ['RSAES_OAEP_SHA_1', 'sha1', 214],
    ['RSAES_OAEP_SHA_256', 'sha256', 190],
  ] as const) {
    test(`${EncryptionAlgorithm}: what is encrypted here or outside opens here`, async () => {
      const { CiphertextBlob } = await encrypt({ KeyId: rsa.id, EncryptionAlgorithm })
      const open = (blob: Uint8Array | undefined) =>
        scene.kms.send(
          new DecryptCommand({ KeyId: rsa.id, CiphertextBlob: blob, EncryptionAlgorithm }),
        )
      const { $metadata: _, ...opened } = await open(CiphertextBlob)
      assert.equal(text(opened.Plaintext), 'a plaintext')
      assert.deepEqual(Object.keys(opened).sort(), ['EncryptionAlgorithm', 'KeyId', 'Plaintext'])
      const { PublicKey } = await scene.kms.send(new GetPublicKeyCommand({ KeyId: rsa.id }))
      const publicKey = createPublicKey({
        key: Buffer.from(PublicKey ?? []),
        format: 'der',
        type: 'spki',
      })
      const padding = constants.RSA_PKCS1_OAEP_PADDING
      const outside = publicEncrypt({ key: publicKey, oaepHash, padding }, bytes('from outside'))
      assert.equal(text((await open(outside)).Plaintext), 'from outside')
      outside[9] = (outside[9] ?? 0) ^ 1
      await refused(open(outside), 'InvalidCiphertextException')
      await refused(open(bytes('short')), 'InvalidCiphertextException')
    })

    test(`${EncryptionAlgorithm} takes ${bytesMax} bytes under RSA_2048, and no context`, async () => {
      const input = { KeyId: rsa.id, EncryptionAlgorithm }
      await encrypt({ ...input, Plaintext: new Uint8Array(bytesMax).fill(1) })
      await refused(
        encrypt({ ...input, Plaintext: new Uint8Array(bytesMax + 1).fill(1) }),
        'ValidationException',
        `Plaintext must be at most ${bytesMax} bytes for this key.`,
      )
      await refused(
        encrypt({ ...input, EncryptionContext: { a: 'b' } }),
        'ValidationException',
        `EncryptionContext is not supported when EncryptionAlgorithm is ${EncryptionAlgorithm}.`,
      )
    })
  }
})
