/** GenerateMac and VerifyMac. */
import assert from 'node:assert/strict'
import { after, before, suite, test } from 'node:test'
import {
  DisableKeyCommand,
  GenerateMacCommand,
  type KeySpec,
  type MacAlgorithmSpec,
  VerifyMacCommand,
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
const KeyUsage = 'GENERATE_VERIFY_MAC' as const
before(async () => {
  scene = await raiseScene()
  key = await scene.key({ KeySpec: 'HMAC_256', KeyUsage })
})
after(() => scene[Symbol.asyncDispose]())

const base = { MacAlgorithm: 'HMAC_SHA_256' as const, Message: bytes('a message') }
const generate = (input: object = {}, by = scene.kms) =>
  by.send(new GenerateMacCommand({ KeyId: key.id, ...base, ...input }))
const verify = (input: object = {}, by = scene.kms) =>
  by.send(new VerifyMacCommand({ KeyId: key.id, ...base, Mac: bytes('x'), ...input }))

suite('GenerateMac', () => {
  test('an unsigned request is refused', () =>
    refused(
      generate({}, unsigned(scene.house)),
      'MissingAuthenticationTokenException',
      'Missing Authentication Token',
    ))

  test('who may not; no such key', async () => {
    const nobody = await scene.as()
    await refused(
      generate({}, nobody.kms),
      'AccessDeniedException',
      said.denied(nobody.arn, 'kms:GenerateMac', key.arn, 'identity-based'),
    )
    await refused(generate({ KeyId: nowhere }), 'NotFoundException', said.absent(nowhere))
  })

  test('a key that is off; of another usage; another algorithm', async () => {
    const disabled = await scene.key({ KeySpec: 'HMAC_256', KeyUsage })
    await scene.kms.send(new DisableKeyCommand({ KeyId: disabled.id }))
    await refused(generate({ KeyId: disabled.id }), 'DisabledException', said.disabled(disabled.id))
    const plain = await scene.key()
    await refused(
      generate({ KeyId: plain.id }),
      'InvalidKeyUsageException',
      `${plain.arn} key usage is ENCRYPT_DECRYPT which is not valid for GenerateMac.`,
    )
    await refused(
      generate({ MacAlgorithm: 'HMAC_SHA_512' }),
      'InvalidKeyUsageException',
      'Algorithm HMAC_SHA_512 is incompatible with key spec HMAC_256.',
    )
  })

  test('a rehearsal', () =>
    refused(generate({ DryRun: true }), 'DryRunOperationException', said.dryRun))
})

suite('VerifyMac', () => {
  test('who may only by another algorithm', async () => {
    const person = await scene.as({
      Action: 'kms:VerifyMac',
      Condition: { StringEquals: { 'kms:MacAlgorithm': 'HMAC_SHA_512' } },
    })
    await refused(
      verify({}, person.kms),
      'AccessDeniedException',
      said.denied(person.arn, 'kms:VerifyMac', key.arn, 'identity-based'),
    )
  })

  test('a code that is none is an error, without words', async () => {
    await refused(verify(), 'KMSInvalidMacException')
    const { Mac } = await generate()
    await refused(verify({ Mac, Message: bytes('another') }), 'KMSInvalidMacException')
    const altered = Buffer.from(Mac ?? [])
    altered[0] = (altered[0] ?? 0) ^ 1
    await refused(verify({ Mac: altered }), 'KMSInvalidMacException')
    await refused(verify({ Mac: Mac?.subarray(1) }), 'KMSInvalidMacException')
  })

  test('a rehearsal', async () => {
    const { Mac } = await generate()
    await refused(verify({ Mac, DryRun: true }), 'DryRunOperationException', said.dryRun)
  })

  for (const [size, length] of [
    ['224', 28],
    ['256', 32],
    ['384', 48],
    ['512', 64],
  ] as const) {
    test(`HMAC_${size}`, async () => {
      const own = await scene.key({ KeySpec: `HMAC_${size}` as KeySpec, KeyUsage })
      const MacAlgorithm = `HMAC_SHA_${size}` as MacAlgorithmSpec
      const { Mac, KeyId } = await generate({ KeyId: own.id, MacAlgorithm })
      assert.deepEqual([Mac?.length, KeyId], [length, own.arn])
      const answer = await verify({ KeyId: own.id, MacAlgorithm, Mac })
      assert.deepEqual([answer.MacValid, answer.KeyId], [true, own.arn])
      assert.deepEqual((await generate({ KeyId: own.id, MacAlgorithm })).Mac, Mac)
    })
  }
})
