/** Data keys and pairs, with and without plaintext; random bytes. */
import assert from 'node:assert/strict'
import { createPrivateKey, createPublicKey } from 'node:crypto'
import { after, before, suite, test } from 'node:test'
import {
  DecryptCommand,
  DisableKeyCommand,
  GenerateDataKeyCommand,
  type GenerateDataKeyCommandInput,
  GenerateDataKeyPairCommand,
  GenerateDataKeyPairWithoutPlaintextCommand,
  GenerateDataKeyWithoutPlaintextCommand,
  GenerateRandomCommand,
} from '@aws-sdk/client-kms'
import { type MadeKey, nowhere, raiseScene, refused, type Scene, said, unsigned } from './scene.ts'

let scene: Scene
let key: MadeKey
before(async () => {
  scene = await raiseScene()
  key = await scene.key()
})
after(() => scene[Symbol.asyncDispose]())

const EncryptionContext = { a: 'b' }
const open = async (CiphertextBlob: Uint8Array | undefined) => {
  const input = { CiphertextBlob, EncryptionContext }
  return Buffer.from((await scene.kms.send(new DecryptCommand(input))).Plaintext ?? [])
}
const lengthWords = 'Please specify either number of bytes or key spec.'

suite('GenerateDataKey', () => {
  const generate = (input: Partial<GenerateDataKeyCommandInput> = {}, by = scene.kms) =>
    by.send(new GenerateDataKeyCommand({ KeyId: key.id, EncryptionContext, ...input }))

  test('an unsigned request is refused', () =>
    refused(
      generate({ KeySpec: 'AES_256' }, unsigned(scene.house)),
      'MissingAuthenticationTokenException',
      'Missing Authentication Token',
    ))

  test('just one way to say how long', async () => {
    await refused(generate(), 'ValidationException', lengthWords)
    await refused(
      generate({ KeySpec: 'AES_256', NumberOfBytes: 32 }),
      'ValidationException',
      lengthWords,
    )
    await refused(
      generate({ NumberOfBytes: 1025 }),
      'ValidationException',
      "1 validation error detected: Value '1025' at 'numberOfBytes' failed to satisfy constraint: Member must have value less than or equal to 1024",
    )
  })

  test('who may not; no such key; a key that is off', async () => {
    const nobody = await scene.as()
    await refused(
      generate({ KeySpec: 'AES_256' }, nobody.kms),
      'AccessDeniedException',
      said.denied(nobody.arn, 'kms:GenerateDataKey', key.arn, 'identity-based'),
    )
    await refused(
      generate({ KeyId: nowhere, KeySpec: 'AES_256' }),
      'NotFoundException',
      said.absent(nowhere),
    )
    const disabled = await scene.key()
    await scene.kms.send(new DisableKeyCommand({ KeyId: disabled.id }))
    await refused(
      generate({ KeyId: disabled.id, KeySpec: 'AES_256' }),
      'DisabledException',
      said.disabled(disabled.id),
    )
  })

  test('only under a symmetric key', async () => {
    const mac = await scene.key({ KeySpec: 'HMAC_256', KeyUsage: 'GENERATE_VERIFY_MAC' })
    await refused(
      generate({ KeyId: mac.id, KeySpec: 'AES_256' }),
      'InvalidKeyUsageException',
      `${mac.arn} key usage is GENERATE_VERIFY_MAC which is not valid for GenerateDataKey.`,
    )
    const rsa = await scene.key({ KeySpec: 'RSA_2048', KeyUsage: 'ENCRYPT_DECRYPT' })
    await refused(
      generate({ KeyId: rsa.id, KeySpec: 'AES_256' }),
      'InvalidKeyUsageException',
      `${rsa.arn} key spec is RSA_2048 which is not valid for GenerateDataKey.`,
    )
  })

  test('a rehearsal', () =>
    refused(
      generate({ KeySpec: 'AES_256', DryRun: true }),
      'DryRunOperationException',
      said.dryRun,
    ))

  test('in every length, and never the same twice', async () => {
    for (const [input, length] of [
      [{ KeySpec: 'AES_128' }, 16],
      [{ KeySpec: 'AES_256' }, 32],
      [{ NumberOfBytes: 1 }, 1],
      [{ NumberOfBytes: 1024 }, 1024],
    ] as const) {
      const { Plaintext, CiphertextBlob, KeyId, KeyMaterialId } = await generate(input)
      assert.equal(Plaintext?.length, length)
      assert.equal(KeyId, key.arn)
      assert.match(KeyMaterialId ?? '', /^[0-9a-f]{64}$/)
      assert.deepEqual(await open(CiphertextBlob), Buffer.from(Plaintext ?? []))
    }
    const two = [await generate({ KeySpec: 'AES_256' }), await generate({ KeySpec: 'AES_256' })]
    assert.notDeepEqual(two[0]?.Plaintext, two[1]?.Plaintext)
  })
})

suite('GenerateDataKeyWithoutPlaintext', () => {
  const generate = (input: object = {}, by = scene.kms) =>
    by.send(
      new GenerateDataKeyWithoutPlaintextCommand({ KeyId: key.id, EncryptionContext, ...input }),
    )

  test('who may only have the other', async () => {
    const person = await scene.as({ Action: 'kms:GenerateDataKey' })
    await refused(
      generate({}, person.kms),
      'AccessDeniedException',
      said.denied(person.arn, 'kms:GenerateDataKeyWithoutPlaintext', key.arn, 'identity-based'),
    )
  })

  test('no such key, a rehearsal', async () => {
    await refused(generate({ KeyId: nowhere }), 'NotFoundException', said.absent(nowhere))
    await refused(generate({ DryRun: true }), 'DryRunOperationException', said.dryRun)
  })

  test('sealed only; 32 bytes unless told otherwise', async () => {
    const { $metadata: _, ...answer } = await generate()
    assert.deepEqual(Object.keys(answer).sort(), ['CiphertextBlob', 'KeyId', 'KeyMaterialId'])
    assert.equal((await open(answer.CiphertextBlob)).length, 32)
    assert.equal((await open((await generate({ NumberOfBytes: 5 })).CiphertextBlob)).length, 5)
  })
})

suite('GenerateDataKeyPair', () => {
  const generate = (input: object = {}, by = scene.kms) =>
    by.send(
      new GenerateDataKeyPairCommand({
        KeyId: key.id,
        KeyPairSpec: 'ECC_NIST_P256',
        EncryptionContext,
        ...input,
      }),
    )

  test('who may only have pairs of one kind', async () => {
    const person = await scene.as({
      Action: 'kms:GenerateDataKeyPair',
      Condition: { StringEquals: { 'kms:DataKeyPairSpec': 'ECC_NIST_P384' } },
    })
    await generate({ KeyPairSpec: 'ECC_NIST_P384' }, person.kms)
    await refused(
      generate({}, person.kms),
      'AccessDeniedException',
      said.denied(person.arn, 'kms:GenerateDataKeyPair', key.arn, 'identity-based'),
    )
  })

  test('what this house has not; no such key; a rehearsal', async () => {
    await refused(
      generate({ KeyPairSpec: 'SM2' }),
      'UnsupportedOperationException',
      'KeyPairSpec SM2 is not supported.',
    )
    await refused(generate({ KeyId: nowhere }), 'NotFoundException', said.absent(nowhere))
    await refused(generate({ DryRun: true }), 'DryRunOperationException', said.dryRun)
  })

  for (const KeyPairSpec of [
    'RSA_2048',
    'RSA_3072',
    'ECC_NIST_P256',
    'ECC_NIST_P384',
    'ECC_NIST_P521',
    'ECC_SECG_P256K1',
    'ECC_NIST_EDWARDS25519',
  ] as const) {
    test(`${KeyPairSpec}: both halves belong together`, async () => {
      const answer = await generate({ KeyPairSpec })
      assert.deepEqual([answer.KeyId, answer.KeyPairSpec], [key.arn, KeyPairSpec])
      const der = Buffer.from(answer.PrivateKeyPlaintext ?? [])
      const privateKey = createPrivateKey({ key: der, format: 'der', type: 'pkcs8' })
      const spki = createPublicKey(privateKey).export({ type: 'spki', format: 'der' })
      assert.deepEqual(spki, Buffer.from(answer.PublicKey ?? []))
      assert.deepEqual(await open(answer.PrivateKeyCiphertextBlob), der)
    })
  }
})

suite('GenerateDataKeyPairWithoutPlaintext', () => {
  const generate = (input: object = {}, by = scene.kms) =>
    by.send(
      new GenerateDataKeyPairWithoutPlaintextCommand({
        KeyId: key.id,
        KeyPairSpec: 'ECC_NIST_P256',
        EncryptionContext,
        ...input,
      }),
    )

  test('who may not; no such key; a rehearsal', async () => {
    const nobody = await scene.as()
    await refused(
      generate({}, nobody.kms),
      'AccessDeniedException',
      said.denied(nobody.arn, 'kms:GenerateDataKeyPairWithoutPlaintext', key.arn, 'identity-based'),
    )
    await refused(generate({ KeyId: nowhere }), 'NotFoundException', said.absent(nowhere))
    await refused(generate({ DryRun: true }), 'DryRunOperationException', said.dryRun)
  })

  test('the private half is sealed only', async () => {
    const { $metadata: _, ...answer } = await generate()
    assert.deepEqual(Object.keys(answer).sort(), [
      'KeyId',
      'KeyMaterialId',
      'KeyPairSpec',
      'PrivateKeyCiphertextBlob',
      'PublicKey',
    ])
    const der = await open(answer.PrivateKeyCiphertextBlob)
    const spki = createPublicKey(createPrivateKey({ key: der, format: 'der', type: 'pkcs8' }))
    assert.deepEqual(
      spki.export({ type: 'spki', format: 'der' }),
      Buffer.from(answer.PublicKey ?? []),
    )
  })
})

suite('GenerateRandom', () => {
  const generate = (input: object, by = scene.kms) => by.send(new GenerateRandomCommand(input))

  test('who may not', async () => {
    const nobody = await scene.as()
    await refused(
      generate({ NumberOfBytes: 1 }, nobody.kms),
      'AccessDeniedException',
      said.denied(nobody.arn, 'kms:GenerateRandom', '', 'identity-based'),
    )
  })

  test('what this house has not, and a length that is missing', async () => {
    await refused(
      generate({ NumberOfBytes: 1, CustomKeyStoreId: 'cks-1234567890abcdef0' }),
      'UnsupportedOperationException',
      'Custom key stores are not supported.',
    )
    await refused(generate({}), 'ValidationException', 'NumberOfBytes is required.')
  })

  test('as many as asked, and never the same twice', async () => {
    const one = await generate({ NumberOfBytes: 1024 })
    assert.equal(one.Plaintext?.length, 1024)
    assert.notDeepEqual((await generate({ NumberOfBytes: 1024 })).Plaintext, one.Plaintext)
  })
})
