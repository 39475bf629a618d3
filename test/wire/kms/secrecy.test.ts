/** Key material and plaintexts are nowhere in the data folder, nor told to the operator. */
import assert from 'node:assert/strict'
import { constants, createPublicKey, publicEncrypt, randomBytes } from 'node:crypto'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import {
  CreateGrantCommand,
  EncryptCommand,
  GenerateDataKeyCommand,
  GenerateDataKeyPairCommand,
  GetParametersForImportCommand,
  ImportKeyMaterialCommand,
} from '@aws-sdk/client-kms'
import { raiseScene, rootArn } from './scene.ts'

/** Everything that bytes could look like on a disk. */
const formsOf = (plain: Buffer): readonly Buffer[] => [
  plain,
  Buffer.from(plain.toString('hex')),
  ...[0, 1, 2].map((cut) => Buffer.from(plain.subarray(cut).toString('base64').slice(0, -4))),
]

const filesIn = (path: string): Buffer[] =>
  readdirSync(path, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => readFileSync(join(entry.parentPath, entry.name)))

test('what was imported, made and sealed leaves no trace in the clear', async () => {
  await using scene = await raiseScene()
  const { kms, house } = scene
  const { id: KeyId } = await scene.key({ Origin: 'EXTERNAL', Description: 'canary-description' })
  const material = randomBytes(32)
  const asked = await kms.send(
    new GetParametersForImportCommand({
      KeyId,
      WrappingAlgorithm: 'RSAES_OAEP_SHA_256',
      WrappingKeySpec: 'RSA_2048',
    }),
  )
  const der = Buffer.from(asked.PublicKey ?? [])
  const key = createPublicKey({ key: der, format: 'der', type: 'spki' })
  const padding = constants.RSA_PKCS1_OAEP_PADDING
  await kms.send(
    new ImportKeyMaterialCommand({
      KeyId,
      ImportToken: asked.ImportToken,
      EncryptedKeyMaterial: publicEncrypt({ key, oaepHash: 'sha256', padding }, material),
      ExpirationModel: 'KEY_MATERIAL_DOES_NOT_EXPIRE',
    }),
  )
  const Plaintext = randomBytes(48)
  await kms.send(new EncryptCommand({ KeyId, Plaintext }))
  const dataKey = await kms.send(new GenerateDataKeyCommand({ KeyId, KeySpec: 'AES_256' }))
  const pair = await kms.send(
    new GenerateDataKeyPairCommand({ KeyId, KeyPairSpec: 'ECC_NIST_P256' }),
  )
  const { GrantToken = '' } = await kms.send(
    new CreateGrantCommand({ KeyId, GranteePrincipal: rootArn, Operations: ['Decrypt'] }),
  )

  await house.stop()
  const files = filesIn(house.dataPath)
  assert.ok(files.length > 2)
  const planted = {
    material,
    Plaintext,
    dataKey: Buffer.from(dataKey.Plaintext ?? []),
    pair: Buffer.from(pair.PrivateKeyPlaintext ?? []).subarray(36, 68),
    description: Buffer.from('canary-description'),
    token: Buffer.from(GrantToken).subarray(0, 40),
  }
  for (const [name, plain] of Object.entries(planted)) {
    for (const form of formsOf(plain)) {
      assert.ok(form.length > 15, name)
      assert.equal(
        files.some((file) => file.includes(form)),
        false,
        `${name} is on the disk`,
      )
    }
  }
  assert.deepEqual(house.complaints, [])
})

test('the search would find it', () => {
  const material = randomBytes(32)
  const json = Buffer.from(
    `{"sealed":"${Buffer.concat([randomBytes(4), material]).toString('base64')}"}`,
  )
  assert.ok(formsOf(material).some((form) => json.includes(form)))
})
