/** DeriveSharedSecret. */
import assert from 'node:assert/strict'
import { createPublicKey, diffieHellman, generateKeyPairSync } from 'node:crypto'
import { after, before, suite, test } from 'node:test'
import { DeriveSharedSecretCommand, GetPublicKeyCommand } from '@aws-sdk/client-kms'
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
const peer = generateKeyPairSync('ec', { namedCurve: 'P-256' })
const spki = { type: 'spki', format: 'der' } as const
before(async () => {
  scene = await raiseScene()
  key = await scene.key({ KeySpec: 'ECC_NIST_P256', KeyUsage: 'KEY_AGREEMENT' })
})
after(() => scene[Symbol.asyncDispose]())

const derive = (input: object = {}, by = scene.kms) =>
  by.send(
    new DeriveSharedSecretCommand({
      KeyId: key.id,
      KeyAgreementAlgorithm: 'ECDH',
      PublicKey: peer.publicKey.export(spki),
      ...input,
    }),
  )

suite('DeriveSharedSecret', () => {
  test('an unsigned request is refused', () =>
    refused(
      derive({}, unsigned(scene.house)),
      'MissingAuthenticationTokenException',
      'Missing Authentication Token',
    ))

  test('who may not; no such key; a key of another usage', async () => {
    const nobody = await scene.as()
    await refused(
      derive({}, nobody.kms),
      'AccessDeniedException',
      said.denied(nobody.arn, 'kms:DeriveSharedSecret', key.arn, 'identity-based'),
    )
    await refused(derive({ KeyId: nowhere }), 'NotFoundException', said.absent(nowhere))
    const signer = await scene.key({ KeySpec: 'ECC_NIST_P256', KeyUsage: 'SIGN_VERIFY' })
    await refused(
      derive({ KeyId: signer.id }),
      'InvalidKeyUsageException',
      `${signer.arn} key usage is SIGN_VERIFY which is not valid for DeriveSharedSecret.`,
    )
  })

  test('a public key that is none, or on another curve, without words', async () => {
    await refused(derive({ PublicKey: bytes('no key') }), 'ValidationException')
    const other = generateKeyPairSync('ec', { namedCurve: 'P-384' })
    await refused(derive({ PublicKey: other.publicKey.export(spki) }), 'ValidationException')
  })

  test('a rehearsal', () =>
    refused(derive({ DryRun: true }), 'DryRunOperationException', said.dryRun))

  test('both sides have the same secret', async () => {
    const { PublicKey } = await scene.kms.send(new GetPublicKeyCommand({ KeyId: key.id }))
    const publicKey = createPublicKey({ key: Buffer.from(PublicKey ?? []), ...spki })
    const answer = await derive()
    assert.deepEqual(
      Buffer.from(answer.SharedSecret ?? []),
      diffieHellman({ privateKey: peer.privateKey, publicKey }),
    )
    assert.deepEqual([answer.KeyId, answer.KeyOrigin], [key.arn, 'AWS_KMS'])
  })
})
