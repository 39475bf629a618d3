/** Decrypt, and what becomes of ciphertexts that were tampered with. */
import assert from 'node:assert/strict'
import { after, before, suite, test } from 'node:test'
import {
  CreateAliasCommand,
  DecryptCommand,
  type DecryptCommandInput,
  DisableKeyCommand,
  EncryptCommand,
  type EncryptCommandInput,
  type KMSClient,
  ScheduleKeyDeletionCommand,
} from '@aws-sdk/client-kms'
import {
  arnOf,
  bytes,
  keyPolicy,
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
let kms: KMSClient
let key: MadeKey
before(async () => {
  scene = await raiseScene()
  kms = scene.kms
  key = await scene.key()
})
after(() => scene[Symbol.asyncDispose]())

const EncryptionContext = { purpose: 'test', tenant: 'one' }

async function seal(input: Partial<EncryptCommandInput> = {}): Promise<Uint8Array> {
  const { CiphertextBlob } = await kms.send(
    new EncryptCommand({
      KeyId: key.id,
      Plaintext: bytes('a plaintext'),
      EncryptionContext,
      ...input,
    }),
  )
  return CiphertextBlob ?? new Uint8Array()
}

const open = (input: DecryptCommandInput, by: KMSClient = kms) =>
  by.send(new DecryptCommand({ EncryptionContext, ...input }))

suite('Decrypt', () => {
  test('an unsigned request is refused', async () => {
    await refused(
      open({ CiphertextBlob: bytes('x') }, unsigned(scene.house)),
      'MissingAuthenticationTokenException',
      'Missing Authentication Token',
    )
  })

  test('a ciphertext must be given, unless a rehearsal names the key', async () => {
    await refused(
      open({}),
      'ValidationException',
      "1 validation error detected: Value null at 'ciphertextBlob' failed to satisfy constraint: Member must not be null",
    )
    const DryRunModifiers = ['IGNORE_CIPHERTEXT' as const]
    await refused(
      open({ KeyId: key.id, DryRun: true, DryRunModifiers }),
      'DryRunOperationException',
      said.dryRun,
    )
  })

  test('a ciphertext may have 6144 bytes', async () => {
    await refused(
      open({ CiphertextBlob: new Uint8Array(6145) }),
      'ValidationException',
      /at 'ciphertextBlob' failed to satisfy constraint: Member must have length less than or equal to 6144$/,
    )
    await refused(open({ CiphertextBlob: new Uint8Array(6144) }), 'InvalidCiphertextException')
  })

  test('an answer for an enclave is not given in the clear', async () => {
    const Recipient = {
      KeyEncryptionAlgorithm: 'RSAES_OAEP_SHA_256' as const,
      AttestationDocument: bytes('attested'),
    }
    await refused(
      open({ CiphertextBlob: await seal(), Recipient }),
      'UnsupportedOperationException',
      'Recipient is not supported.',
    )
  })

  test('who may not use the key is not told which key it is', async () => {
    const nobody = await scene.as()
    await refused(
      open({ CiphertextBlob: await seal() }, nobody.kms),
      'AccessDeniedException',
      said.unreachable,
    )
    await refused(
      open({ CiphertextBlob: await seal(), KeyId: key.id }, nobody.kms),
      'AccessDeniedException',
      said.denied(nobody.arn, 'kms:Decrypt', key.arn, 'identity-based'),
    )
  })

  test('a permission holds for its encryption context only', async () => {
    const person = await scene.as({
      Action: 'kms:Decrypt',
      Resource: key.arn,
      Condition: { StringEquals: { 'kms:EncryptionContext:tenant': 'one' } },
    })
    const CiphertextBlob = await seal()
    assert.equal(text((await open({ CiphertextBlob }, person.kms)).Plaintext), 'a plaintext')
    const other = { tenant: 'two' }
    await refused(
      open(
        { CiphertextBlob: await seal({ EncryptionContext: other }), EncryptionContext: other },
        person.kms,
      ),
      'AccessDeniedException',
      said.unreachable,
    )
  })

  test('the key that is named must be there, and be the right one', async () => {
    const CiphertextBlob = await seal()
    await refused(
      open({ CiphertextBlob, KeyId: nowhere }),
      'NotFoundException',
      said.absent(nowhere),
    )
    const other = await scene.key()
    await refused(
      open({ CiphertextBlob, KeyId: other.id }),
      'IncorrectKeyException',
      'The key ID in the request does not identify a CMK that can perform this operation.',
    )
  })

  test('another region does not know the key', async () => {
    await refused(
      open({ CiphertextBlob: await seal() }, scene.at('eu-west-1')),
      'AccessDeniedException',
      said.unreachable,
    )
  })

  test('a disabled key opens nothing', async () => {
    const other = await scene.key()
    const CiphertextBlob = await seal({ KeyId: other.id })
    await kms.send(new DisableKeyCommand({ KeyId: other.id }))
    await refused(open({ CiphertextBlob }), 'DisabledException', said.disabled(other.id))
    await refused(
      open({ CiphertextBlob: bytes('x'), KeyId: other.id }),
      'DisabledException',
      said.disabled(other.id),
    )
  })

  test('a key that is to be deleted opens nothing', async () => {
    const other = await scene.key()
    const CiphertextBlob = await seal({ KeyId: other.id })
    await kms.send(new ScheduleKeyDeletionCommand({ KeyId: other.id }))
    await refused(
      open({ CiphertextBlob }),
      'KMSInvalidStateException',
      said.pendingDeletion(other.id),
    )
  })

  test('a key for signing does not open', async () => {
    const signer = await scene.key({ KeySpec: 'ECC_NIST_P256', KeyUsage: 'SIGN_VERIFY' })
    await refused(
      open({ CiphertextBlob: bytes('x'), KeyId: signer.id }),
      'InvalidKeyUsageException',
      `${arnOf(signer.id)} key usage is SIGN_VERIFY which is not valid for Decrypt.`,
    )
  })

  test('what was sealed opens, and tells by what', async () => {
    const CiphertextBlob = await seal()
    const { $metadata, ...answer } = await open({ CiphertextBlob })
    assert.equal($metadata.httpStatusCode, 200)
    assert.equal(text(answer.Plaintext), 'a plaintext')
    assert.equal(answer.KeyId, key.arn)
    assert.equal(answer.EncryptionAlgorithm, 'SYMMETRIC_DEFAULT')
    assert.match(answer.KeyMaterialId ?? '', /^[0-9a-f]{64}$/)
  })

  test('the key may be named by id, ARN, alias and alias ARN', async () => {
    const AliasName = 'alias/decrypting'
    await kms.send(new CreateAliasCommand({ AliasName, TargetKeyId: key.id }))
    const CiphertextBlob = await seal()
    const aliasArn = key.arn.replace(`key/${key.id}`, AliasName)
    for (const KeyId of [key.id, key.arn, AliasName, aliasArn]) {
      assert.equal((await open({ CiphertextBlob, KeyId })).KeyId, key.arn, KeyId)
    }
  })

  test('a rehearsal gives no plaintext, and refuses what the call would refuse', async () => {
    const CiphertextBlob = await seal()
    await refused(open({ CiphertextBlob, DryRun: true }), 'DryRunOperationException', said.dryRun)
    await refused(
      open({ CiphertextBlob, DryRun: true, EncryptionContext: {} }),
      'InvalidCiphertextException',
    )
  })

  test('another account opens only if the key and its own policies say so', async () => {
    const stranger = await scene.stranger()
    const shared = await scene.key({
      Policy: keyPolicy({ Principal: { AWS: stranger.arn }, Action: 'kms:Decrypt' }),
    })
    const CiphertextBlob = await seal({ KeyId: shared.id })
    assert.equal(text((await open({ CiphertextBlob }, stranger.kms)).Plaintext), 'a plaintext')
    await refused(
      open({ CiphertextBlob: await seal() }, stranger.kms),
      'AccessDeniedException',
      said.unreachable,
    )
  })
})

suite('a ciphertext that was tampered with', () => {
  /** Wordless, and the same answer byte for byte, whatever was wrong. */
  async function refusedWordless(CiphertextBlob: Uint8Array, context: object = EncryptionContext) {
    const answer = await scene.raw('Decrypt', {
      CiphertextBlob: Buffer.from(CiphertextBlob).toString('base64'),
      EncryptionContext: context,
    })
    assert.deepEqual(answer, { status: 400, body: { __type: 'InvalidCiphertextException' } })
  }

  test('every flipped byte', async () => {
    const blob = await seal()
    for (let at = 0; at < blob.length; at++) {
      const flipped = Buffer.from(blob)
      flipped[at] = (flipped[at] ?? 0) ^ (1 << (at % 8))
      await refusedWordless(flipped)
    }
  })

  test('cut anywhere', async () => {
    const blob = await seal()
    for (let length = 1; length < blob.length; length++) {
      await refusedWordless(blob.subarray(0, length))
    }
    await refusedWordless(blob.subarray(1))
  })

  test('extended', async () => {
    const blob = await seal()
    await refusedWordless(Buffer.concat([blob, Buffer.of(0)]))
    await refusedWordless(Buffer.concat([Buffer.of(0), blob]))
    await refusedWordless(Buffer.concat([blob, blob]))
  })

  test('bound to another context', async () => {
    const blob = await seal()
    const contexts = [
      {},
      { purpose: 'test' },
      { ...EncryptionContext, more: 'x' },
      { purpose: 'test', tenant: 'One' },
      { purpose: 'testtenant', one: '' },
      { tenant: 'test', purpose: 'one' },
    ]
    for (const context of contexts) await refusedWordless(blob, context)
  })

  test('the order of a context does not matter', async () => {
    const answer = await open({
      CiphertextBlob: await seal(),
      EncryptionContext: { tenant: 'one', purpose: 'test' },
    })
    assert.equal(text(answer.Plaintext), 'a plaintext')
  })

  test('put together from two', async () => {
    const [one, two] = [await seal(), await seal()]
    for (let at = 1; at < one.length; at += 7) {
      if (Buffer.compare(one.subarray(0, at), two.subarray(0, at)) === 0) continue
      await refusedWordless(Buffer.concat([one.subarray(0, at), two.subarray(at)]))
    }
  })

  test('made for another key', async () => {
    const other = await seal({ KeyId: (await scene.key()).id })
    const mine = await seal()
    const headerBytes = 72
    await refusedWordless(
      Buffer.concat([mine.subarray(0, headerBytes), other.subarray(headerBytes)]),
    )
  })

  test('nothing of the plaintext or the key is in it', async () => {
    const blob = Buffer.from(await seal())
    assert.equal(blob.includes('a plaintext'), false)
    assert.equal(blob.includes(key.id), false)
    assert.notDeepEqual(await seal(), blob)
  })

  test('the operator was told nothing', () => assert.deepEqual(scene.house.complaints, []))
})
