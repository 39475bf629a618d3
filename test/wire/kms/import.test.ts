/** GetParametersForImport, ImportKeyMaterial, DeleteImportedKeyMaterial. */
import assert from 'node:assert/strict'
import {
  constants,
  createCipheriv,
  createHmac,
  createPublicKey,
  generateKeyPairSync,
  publicEncrypt,
  randomBytes,
} from 'node:crypto'
import { after, before, suite, test } from 'node:test'
import {
  type AlgorithmSpec,
  DecryptCommand,
  DeleteImportedKeyMaterialCommand,
  DescribeKeyCommand,
  EncryptCommand,
  GenerateMacCommand,
  GetParametersForImportCommand,
  GetPublicKeyCommand,
  ImportKeyMaterialCommand,
  type ImportKeyMaterialCommandInput,
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

const padding = constants.RSA_PKCS1_OAEP_PADDING

interface Parameters {
  readonly ImportToken: Uint8Array
  wrap(material: Buffer): Buffer
}

const ask = (
  KeyId: string,
  WrappingAlgorithm: AlgorithmSpec = 'RSAES_OAEP_SHA_256',
  by = scene.kms,
) =>
  by.send(
    new GetParametersForImportCommand({ KeyId, WrappingAlgorithm, WrappingKeySpec: 'RSA_2048' }),
  )

async function parameters(KeyId: string, algorithm?: AlgorithmSpec): Promise<Parameters> {
  const answer = await ask(KeyId, algorithm)
  const der = Buffer.from(answer.PublicKey ?? [])
  const key = createPublicKey({ key: der, format: 'der', type: 'spki' })
  const oaepHash = algorithm?.endsWith('SHA_1') ? 'sha1' : 'sha256'
  const rsa = (plain: Buffer) => publicEncrypt({ key, oaepHash, padding }, plain)
  return {
    ImportToken: answer.ImportToken ?? new Uint8Array(),
    wrap: (material) => (algorithm?.startsWith('RSA_AES') ? twofold(rsa, material) : rsa(material)),
  }
}

function twofold(rsa: (plain: Buffer) => Buffer, material: Buffer): Buffer {
  const key = randomBytes(32)
  const cipher = createCipheriv('id-aes256-wrap-pad', key, Buffer.from('a65959a6', 'hex'))
  return Buffer.concat([rsa(key), cipher.update(material), cipher.final()])
}

const forever = { ExpirationModel: 'KEY_MATERIAL_DOES_NOT_EXPIRE' as const }
const send = (input: ImportKeyMaterialCommandInput, by = scene.kms) =>
  by.send(new ImportKeyMaterialCommand(input))

/** Imports with parameters of its own. */
async function bring(
  KeyId: string,
  material: Buffer,
  input: object = forever,
  algorithm?: AlgorithmSpec,
) {
  const { ImportToken, wrap } = await parameters(KeyId, algorithm)
  return send({ KeyId, ImportToken, EncryptedKeyMaterial: wrap(material), ...input })
}

const remove = (KeyId: string, input: object = {}, by = scene.kms) =>
  by.send(new DeleteImportedKeyMaterialCommand({ KeyId, ...input }))
const metadata = async (KeyId: string) =>
  (await scene.kms.send(new DescribeKeyCommand({ KeyId }))).KeyMetadata
const external = (input: object = {}) => scene.key({ Origin: 'EXTERNAL', ...input })
const encrypt = async (KeyId: string) =>
  (await scene.kms.send(new EncryptCommand({ KeyId, Plaintext: bytes('kept') }))).CiphertextBlob
const decrypt = async (CiphertextBlob: Uint8Array | undefined) =>
  text((await scene.kms.send(new DecryptCommand({ CiphertextBlob }))).Plaintext)

const token = { ImportToken: bytes('x'), EncryptedKeyMaterial: bytes('x') }
const operations = [
  ['GetParametersForImport', (id: string, by = scene.kms) => ask(id, undefined, by)],
  [
    'ImportKeyMaterial',
    (id: string, by = scene.kms) => send({ KeyId: id, ...token, ...forever }, by),
  ],
  ['DeleteImportedKeyMaterial', (id: string, by = scene.kms) => remove(id, {}, by)],
] as const

for (const [name, call] of operations) {
  suite(name, () => {
    test('unsigned; who may not; no such key', async () => {
      const { id, arn } = await external()
      await refused(
        call(id, unsigned(scene.house)),
        'MissingAuthenticationTokenException',
        'Missing Authentication Token',
      )
      const nobody = await scene.as()
      await refused(
        call(id, nobody.kms),
        'AccessDeniedException',
        said.denied(nobody.arn, `kms:${name}`, arn, 'identity-based'),
      )
      await refused(call(nowhere), 'NotFoundException', said.absent(nowhere))
    })

    test('a key whose material is made here; one that is to be deleted', async () => {
      const { id, arn } = await scene.key()
      await refused(
        call(id),
        'UnsupportedOperationException',
        `${arn} origin is AWS_KMS which is not valid for this operation.`,
      )
      const ending = await external()
      await scene.kms.send(new ScheduleKeyDeletionCommand({ KeyId: ending.id }))
      await refused(call(ending.id), 'KMSInvalidStateException', said.pendingDeletion(ending.id))
    })
  })
}

suite('parameters for import', () => {
  test('ways of wrapping that are broken or that we have not', async () => {
    const { id } = await external()
    for (const algorithm of ['RSAES_PKCS1_V1_5', 'SM2PKE'] as const) {
      await refused(
        ask(id, algorithm),
        'UnsupportedOperationException',
        `WrappingAlgorithm ${algorithm} is not supported.`,
      )
    }
    await refused(
      scene.kms.send(
        new GetParametersForImportCommand({
          KeyId: id,
          WrappingAlgorithm: 'RSAES_OAEP_SHA_256',
          WrappingKeySpec: 'SM2',
        }),
      ),
      'UnsupportedOperationException',
      'WrappingKeySpec SM2 is not supported.',
    )
  })

  test('good for a day', async () => {
    const { id, arn } = await external()
    const answer = await ask(id)
    assert.equal(answer.KeyId, arn)
    const ahead = (answer.ParametersValidTo?.getTime() ?? 0) - Date.now()
    assert.ok(Math.abs(ahead / dayMs - 1) < 0.01)
  })
})

suite('importing', () => {
  test('dates that do not fit', async () => {
    const { id } = await external()
    const code = 'ValidationException'
    await refused(
      bring(id, randomBytes(32), {}),
      code,
      'A validTo date must be set if the ExpirationModel is KEY_MATERIAL_EXPIRES',
    )
    await refused(
      bring(id, randomBytes(32), { ...forever, ValidTo: new Date(Date.now() + dayMs) }),
      code,
      'A validTo date must not be set if the ExpirationModel is KEY_MATERIAL_DOES_NOT_EXPIRE',
    )
    for (const days of [-1, 366]) {
      await refused(
        bring(id, randomBytes(32), { ValidTo: new Date(Date.now() + days * dayMs) }),
        code,
        'The validTo date must be within the next 365 days',
      )
    }
  })

  test('tokens that are none, or of another key', async () => {
    const [one, two] = [await external(), await external()]
    await refused(send({ KeyId: one.id, ...token, ...forever }), 'InvalidImportTokenException')
    const { ImportToken, wrap } = await parameters(two.id)
    const EncryptedKeyMaterial = wrap(randomBytes(32))
    await refused(
      send({ KeyId: one.id, ImportToken, EncryptedKeyMaterial, ...forever }),
      'InvalidImportTokenException',
    )
    const altered = Buffer.from(ImportToken)
    altered[100] = (altered[100] ?? 0) ^ 1
    await refused(
      send({ KeyId: two.id, ImportToken: altered, EncryptedKeyMaterial, ...forever }),
      'InvalidImportTokenException',
    )
  })

  test('what does not unwrap, and what is not what the key is', async () => {
    const { id } = await external()
    const { ImportToken, wrap } = await parameters(id)
    const input = { KeyId: id, ImportToken, ...forever }
    await refused(
      send({ ...input, EncryptedKeyMaterial: randomBytes(256) }),
      'InvalidCiphertextException',
    )
    for (const length of [16, 31, 33]) {
      await refused(
        send({ ...input, EncryptedKeyMaterial: wrap(randomBytes(length)) }),
        'IncorrectKeyMaterialException',
      )
    }
  })

  for (const algorithm of [
    'RSAES_OAEP_SHA_1',
    'RSAES_OAEP_SHA_256',
    'RSA_AES_KEY_WRAP_SHA_1',
    'RSA_AES_KEY_WRAP_SHA_256',
  ] as const) {
    test(`${algorithm}: the key works as soon as it has its material`, async () => {
      const { id, arn } = await external()
      const { KeyId, KeyMaterialId } = await bring(id, randomBytes(32), forever, algorithm)
      assert.equal(KeyId, arn)
      const shown = await metadata(id)
      assert.deepEqual(
        [shown?.KeyState, shown?.ExpirationModel, shown?.ValidTo, shown?.CurrentKeyMaterialId],
        ['Enabled', 'KEY_MATERIAL_DOES_NOT_EXPIRE', undefined, KeyMaterialId],
      )
      assert.equal(await decrypt(await encrypt(id)), 'kept')
    })
  }

  test('an HMAC key is the one that its owner has', async () => {
    const { id } = await external({ KeySpec: 'HMAC_256', KeyUsage: 'GENERATE_VERIFY_MAC' })
    const material = randomBytes(48)
    await bring(id, material)
    const input = { KeyId: id, MacAlgorithm: 'HMAC_SHA_256' as const, Message: bytes('m') }
    const { Mac } = await scene.kms.send(new GenerateMacCommand(input))
    assert.deepEqual(Buffer.from(Mac ?? []), createHmac('sha256', material).update('m').digest())
  })

  test('an asymmetric key is the pair that its owner has; no other kind of pair', async () => {
    const { id } = await external({ KeySpec: 'ECC_NIST_P256', KeyUsage: 'SIGN_VERIFY' })
    const pkcs8 = (namedCurve: string) => {
      const pair = generateKeyPairSync('ec', { namedCurve })
      const der = pair.privateKey.export({ type: 'pkcs8', format: 'der' })
      return { der, spki: pair.publicKey.export({ type: 'spki', format: 'der' }) }
    }
    const algorithm = 'RSA_AES_KEY_WRAP_SHA_256'
    const code = 'IncorrectKeyMaterialException'
    await refused(bring(id, pkcs8('P-384').der, forever, algorithm), code)
    await refused(bring(id, Buffer.from('no key'), forever, algorithm), code)
    const own = pkcs8('P-256')
    await bring(id, own.der, forever, algorithm)
    const { PublicKey } = await scene.kms.send(new GetPublicKeyCommand({ KeyId: id }))
    assert.deepEqual(Buffer.from(PublicKey ?? []), own.spki)
  })

  test('deleted: nothing opens; the same again: everything; another: never', async () => {
    const { id, arn } = await external()
    const material = randomBytes(32)
    const { KeyMaterialId } = await bring(id, material)
    const blob = await encrypt(id)
    assert.deepEqual((await remove(id)).KeyId, arn)
    await remove(id)
    assert.equal((await metadata(id))?.KeyState, 'PendingImport')
    await refused(decrypt(blob), 'KMSInvalidStateException', said.pendingImport(id))
    await refused(encrypt(id), 'KMSInvalidStateException', said.pendingImport(id))
    await refused(
      bring(id, randomBytes(32)),
      'IncorrectKeyMaterialException',
      'The key material in the request is not the expected key material.',
    )
    const again = await bring(id, material, { ValidTo: new Date(Date.now() + dayMs) })
    assert.equal(again.KeyMaterialId, KeyMaterialId)
    assert.equal((await metadata(id))?.ExpirationModel, 'KEY_MATERIAL_EXPIRES')
    assert.equal(await decrypt(blob), 'kept')
  })

  test('the next material waits for its turn; a second one is refused', async () => {
    const { id, arn } = await external()
    const ImportType = 'NEW_KEY_MATERIAL' as const
    const first = await bring(id, randomBytes(32))
    const blob = await encrypt(id)
    const rotate = () => scene.kms.send(new RotateKeyOnDemandCommand({ KeyId: id }))
    await refused(
      rotate(),
      'KMSInvalidStateException',
      `${arn} has no key material that is pending rotation.`,
    )
    const next = await bring(id, randomBytes(32), {
      ...forever,
      ImportType,
      KeyMaterialDescription: 'the next',
    })
    assert.equal((await metadata(id))?.CurrentKeyMaterialId, first.KeyMaterialId)
    await refused(
      bring(id, randomBytes(32), { ...forever, ImportType }),
      'KMSInvalidStateException',
      `${arn} has key material that is pending rotation.`,
    )
    const IncludeKeyMaterial = 'ALL_KEY_MATERIAL' as const
    const listed = await scene.kms.send(
      new ListKeyRotationsCommand({ KeyId: id, IncludeKeyMaterial }),
    )
    assert.deepEqual(
      listed.Rotations?.map((each) => [
        each.KeyMaterialId,
        each.KeyMaterialState,
        each.ImportState,
        each.KeyMaterialDescription,
      ]),
      [
        [next.KeyMaterialId, 'PENDING_ROTATION', 'IMPORTED', 'the next'],
        [first.KeyMaterialId, 'CURRENT', 'IMPORTED', undefined],
      ],
    )
    await rotate()
    assert.equal((await metadata(id))?.CurrentKeyMaterialId, next.KeyMaterialId)
    assert.equal(await decrypt(blob), 'kept')
    await remove(id, { KeyMaterialId: first.KeyMaterialId })
    assert.equal((await metadata(id))?.KeyState, 'PendingImport')
    const absent = '0'.repeat(64)
    await refused(
      remove(id, { KeyMaterialId: absent }),
      'NotFoundException',
      `Key material ${absent} does not exist`,
    )
  })

  test('material that is named must be what it is named', async () => {
    const { id } = await external()
    await refused(
      bring(id, randomBytes(32), { ...forever, KeyMaterialId: '0'.repeat(64) }),
      'IncorrectKeyMaterialException',
      'The key material in the request is not the expected key material.',
    )
  })
})
