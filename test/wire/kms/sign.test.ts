/** Sign, Verify, GetPublicKey, over messages and over digests, by every kind of key that signs. */
import assert from 'node:assert/strict'
import { constants, createPublicKey, hash, verify as verifyOutside } from 'node:crypto'
import { after, before, suite, test } from 'node:test'
import {
  DisableKeyCommand,
  GetPublicKeyCommand,
  type KeySpec,
  SignCommand,
  type SignCommandInput,
  type SigningAlgorithmSpec,
  VerifyCommand,
  type VerifyCommandInput,
} from '@aws-sdk/client-kms'
import {
  bytes,
  type MadeKey,
  nowhere,
  raiseScene,
  refused,
  type Scene,
  said,
  unsigned,
} from './scene.ts'

let scene: Scene
let key: MadeKey
before(async () => {
  scene = await raiseScene()
  key = await scene.key({ KeySpec: 'ECC_NIST_P256', KeyUsage: 'SIGN_VERIFY' })
})
after(() => scene[Symbol.asyncDispose]())

const Message = bytes('a message')
const base = { SigningAlgorithm: 'ECDSA_SHA_256' as const, Message }
const sign = (input: Partial<SignCommandInput> = {}, by = scene.kms) =>
  by.send(new SignCommand({ KeyId: key.id, ...base, ...input }))
const verify = (input: Partial<VerifyCommandInput> = {}, by = scene.kms) =>
  by.send(new VerifyCommand({ KeyId: key.id, ...base, Signature: bytes('x'), ...input }))

suite('Sign', () => {
  test('an unsigned request is refused', () =>
    refused(
      sign({}, unsigned(scene.house)),
      'MissingAuthenticationTokenException',
      'Missing Authentication Token',
    ))

  test('a message has 1 to 4096 bytes', async () => {
    await refused(
      sign({ Message: new Uint8Array(4097) }),
      'ValidationException',
      /at 'message' failed to satisfy constraint: Member must have length less than or equal to 4096$/,
    )
  })

  test('who may not; who may only by another algorithm', async () => {
    const person = await scene.as({
      Action: 'kms:Sign',
      Condition: { StringEquals: { 'kms:SigningAlgorithm': 'RSASSA_PSS_SHA_256' } },
    })
    await refused(
      sign({}, person.kms),
      'AccessDeniedException',
      said.denied(person.arn, 'kms:Sign', key.arn, 'identity-based'),
    )
  })

  test('no such key; a key that is off; a key of another usage', async () => {
    await refused(sign({ KeyId: nowhere }), 'NotFoundException', said.absent(nowhere))
    const disabled = await scene.key({ KeySpec: 'ECC_NIST_P256', KeyUsage: 'SIGN_VERIFY' })
    await scene.kms.send(new DisableKeyCommand({ KeyId: disabled.id }))
    await refused(sign({ KeyId: disabled.id }), 'DisabledException', said.disabled(disabled.id))
    const plain = await scene.key()
    await refused(
      sign({ KeyId: plain.id }),
      'InvalidKeyUsageException',
      `${plain.arn} key usage is ENCRYPT_DECRYPT which is not valid for Sign.`,
    )
  })

  test('an algorithm of another kind of key', () =>
    refused(
      sign({ SigningAlgorithm: 'RSASSA_PSS_SHA_256' }),
      'InvalidKeyUsageException',
      'Algorithm RSASSA_PSS_SHA_256 is incompatible with key spec ECC_NIST_P256.',
    ))

  test('a digest of another length', () =>
    refused(
      sign({ MessageType: 'DIGEST', Message: bytes('short') }),
      'ValidationException',
      'Digest is invalid length for algorithm ECDSA_SHA_256.',
    ))

  test('a rehearsal', () =>
    refused(sign({ DryRun: true }), 'DryRunOperationException', said.dryRun))
})

suite('Verify', () => {
  test('who may not; no such key', async () => {
    const nobody = await scene.as()
    await refused(
      verify({}, nobody.kms),
      'AccessDeniedException',
      said.denied(nobody.arn, 'kms:Verify', key.arn, 'identity-based'),
    )
    await refused(verify({ KeyId: nowhere }), 'NotFoundException', said.absent(nowhere))
  })

  test('a signature that is none, and one over something else, are errors', async () => {
    await refused(verify(), 'KMSInvalidSignatureException')
    const { Signature } = await sign()
    await refused(verify({ Signature, Message: bytes('another') }), 'KMSInvalidSignatureException')
    const other = await scene.key({ KeySpec: 'ECC_NIST_P256', KeyUsage: 'SIGN_VERIFY' })
    await refused(verify({ Signature, KeyId: other.id }), 'KMSInvalidSignatureException')
  })

  test('a rehearsal', async () => {
    const { Signature } = await sign()
    await refused(verify({ Signature, DryRun: true }), 'DryRunOperationException', said.dryRun)
  })
})

const ecdsa = (algorithm: SigningAlgorithmSpec, name: string) => [[algorithm, name, {}]] as const
const padding = constants.RSA_PKCS1_PSS_PADDING
const rsa = (['256', '384', '512'] as const).flatMap(
  (size) =>
    [
      [`RSASSA_PKCS1_V1_5_SHA_${size}`, `sha${size}`, {}],
      [`RSASSA_PSS_SHA_${size}`, `sha${size}`, { padding, saltLength: Number(size) / 8 }],
    ] as const,
)

const kinds: readonly (readonly [
  KeySpec,
  readonly (readonly [SigningAlgorithmSpec, string | null, object])[],
])[] = [
  ['RSA_2048', rsa],
  ['RSA_3072', rsa.slice(0, 2)],
  ['ECC_NIST_P256', ecdsa('ECDSA_SHA_256', 'sha256')],
  ['ECC_NIST_P384', ecdsa('ECDSA_SHA_384', 'sha384')],
  ['ECC_NIST_P521', ecdsa('ECDSA_SHA_512', 'sha512')],
  ['ECC_SECG_P256K1', ecdsa('ECDSA_SHA_256', 'sha256')],
  ['ECC_NIST_EDWARDS25519', [['ED25519_SHA_512', null, {}]]],
  ['ML_DSA_44', [['ML_DSA_SHAKE_256', null, {}]]],
  ['ML_DSA_65', [['ML_DSA_SHAKE_256', null, {}]]],
  ['ML_DSA_87', [['ML_DSA_SHAKE_256', null, {}]]],
]

for (const [KeySpec, algorithms] of kinds) {
  suite(KeySpec, () => {
    let signer: MadeKey
    let publicDer: Buffer
    before(async () => {
      signer = await scene.key({ KeySpec, KeyUsage: 'SIGN_VERIFY' })
      const { $metadata: _, ...answer } = await scene.kms.send(
        new GetPublicKeyCommand({ KeyId: signer.id }),
      )
      assert.deepEqual(
        [answer.KeyId, answer.KeySpec, answer.KeyUsage, answer.EncryptionAlgorithms],
        [signer.arn, KeySpec, 'SIGN_VERIFY', undefined],
      )
      publicDer = Buffer.from(answer.PublicKey ?? [])
    })

    for (const [SigningAlgorithm, hashName, options] of algorithms) {
      const input = () => ({ KeyId: signer.id, SigningAlgorithm })
      const outside = (signature: Uint8Array | undefined) => {
        const publicKey = createPublicKey({ key: publicDer, format: 'der', type: 'spki' })
        return verifyOutside(
          hashName,
          Message,
          { key: publicKey, ...options },
          signature ?? bytes(''),
        )
      }

      test(`${SigningAlgorithm} over a message holds here and outside`, async () => {
        const { Signature, KeyId } = await sign(input())
        assert.equal(KeyId, signer.arn)
        assert.equal(outside(Signature), true)
        const { SignatureValid } = await verify({ ...input(), Signature })
        assert.equal(SignatureValid, true)
        const altered = Buffer.from(Signature ?? [])
        altered[altered.length - 1] = (altered[altered.length - 1] ?? 0) ^ 1
        await refused(verify({ ...input(), Signature: altered }), 'KMSInvalidSignatureException')
      })

      if (hashName === null) {
        test(`${SigningAlgorithm} takes no digests`, () =>
          refused(
            sign({ ...input(), MessageType: 'DIGEST' }),
            'ValidationException',
            `MessageType DIGEST is not supported for ${SigningAlgorithm}.`,
          ))
        continue
      }

      test(`${SigningAlgorithm} over a digest is the same`, async () => {
        const digest = {
          MessageType: 'DIGEST' as const,
          Message: hash(hashName, Message, 'buffer'),
        }
        const { Signature } = await sign({ ...input(), ...digest })
        assert.equal(outside(Signature), true)
        await verify({ ...input(), Signature })
        await verify({ ...input(), ...digest, Signature })
        const other = hash(hashName, 'another', 'buffer')
        await refused(
          verify({ ...input(), ...digest, Message: other, Signature }),
          'KMSInvalidSignatureException',
        )
      })
    }
  })
}

suite('GetPublicKey', () => {
  const publicKey = (KeyId: string, by = scene.kms) => by.send(new GetPublicKeyCommand({ KeyId }))

  test('who may not; no such key', async () => {
    const nobody = await scene.as()
    await refused(
      publicKey(key.id, nobody.kms),
      'AccessDeniedException',
      said.denied(nobody.arn, 'kms:GetPublicKey', key.arn, 'identity-based'),
    )
    await refused(publicKey(nowhere), 'NotFoundException', said.absent(nowhere))
  })

  test('of a key that is off', async () => {
    const disabled = await scene.key({ KeySpec: 'ECC_NIST_P256', KeyUsage: 'SIGN_VERIFY' })
    await scene.kms.send(new DisableKeyCommand({ KeyId: disabled.id }))
    await refused(publicKey(disabled.id), 'DisabledException', said.disabled(disabled.id))
  })

  test('of a symmetric key', async () => {
    const plain = await scene.key()
    await refused(
      publicKey(plain.id),
      'UnsupportedOperationException',
      `${plain.arn} has no public key.`,
    )
  })
})
