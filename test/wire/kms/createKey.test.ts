/** CreateKey: every kind of key, and what is refused. */
import assert from 'node:assert/strict'
import { after, before, suite, test } from 'node:test'
import {
  CreateKeyCommand,
  type CreateKeyCommandInput,
  GetKeyPolicyCommand,
  type KeySpec,
  type KeyUsageType,
  ListResourceTagsCommand,
} from '@aws-sdk/client-kms'
import {
  account,
  keyPolicy,
  policy,
  raiseScene,
  refused,
  rootArn,
  type Scene,
  said,
  unsigned,
} from './scene.ts'

let scene: Scene
before(async () => {
  scene = await raiseScene()
})
after(() => scene[Symbol.asyncDispose]())

const create = (input: CreateKeyCommandInput = {}, by = scene.kms) =>
  by.send(new CreateKeyCommand(input))

suite('CreateKey', () => {
  test('an unsigned request is refused', () =>
    refused(
      create({}, unsigned(scene.house)),
      'MissingAuthenticationTokenException',
      'Missing Authentication Token',
    ))

  test('a spec that does not exist', () =>
    refused(
      create({ KeySpec: 'AES_512' as KeySpec }),
      'ValidationException',
      /^1 validation error detected: Value 'AES_512' at 'keySpec' failed to satisfy constraint: Member must satisfy enum value set: \[/,
    ))

  test('a description of more than 8192 characters', () =>
    refused(
      create({ Description: 'x'.repeat(8193) }),
      'ValidationException',
      /at 'description' failed to satisfy constraint: Member must have length less than or equal to 8192$/,
    ))

  test('who may not', async () => {
    const nobody = await scene.as()
    await refused(
      create({}, nobody.kms),
      'AccessDeniedException',
      said.denied(nobody.arn, 'kms:CreateKey', '', 'identity-based'),
    )
  })

  test('who may only make keys of one kind', async () => {
    const Condition = {
      StringEquals: { 'kms:KeySpec': 'HMAC_256', 'kms:KeyUsage': 'GENERATE_VERIFY_MAC' },
    }
    const person = await scene.as({ Action: 'kms:CreateKey', Condition })
    await create({ KeySpec: 'HMAC_256', KeyUsage: 'GENERATE_VERIFY_MAC' }, person.kms)
    await refused(
      create({}, person.kms),
      'AccessDeniedException',
      said.denied(person.arn, 'kms:CreateKey', '', 'identity-based'),
    )
  })

  test('tags need a permission of their own', async () => {
    const person = await scene.as({ Action: 'kms:CreateKey' })
    await create({}, person.kms)
    await refused(
      create({ Tags: [{ TagKey: 'a', TagValue: 'b' }] }, person.kms),
      'AccessDeniedException',
      said.denied(person.arn, 'kms:TagResource', '', 'identity-based'),
    )
  })

  test('a key that is not symmetric must say what it is for', () =>
    refused(
      create({ KeySpec: 'RSA_2048' }),
      'ValidationException',
      'You must specify a KeyUsage value for all KMS keys except for symmetric encryption keys.',
    ))

  test('a usage that the kind of key has not', () =>
    refused(
      create({ KeySpec: 'ECC_NIST_P256', KeyUsage: 'ENCRYPT_DECRYPT' }),
      'ValidationException',
      'KeyUsage ENCRYPT_DECRYPT is not compatible with KeySpec ECC_NIST_P256.',
    ))

  test('two words for one thing', () =>
    refused(
      create({ KeySpec: 'RSA_2048', CustomerMasterKeySpec: 'RSA_2048', KeyUsage: 'SIGN_VERIFY' }),
      'ValidationException',
      'You cannot specify KeySpec and CustomerMasterKeySpec in the same request. CustomerMasterKeySpec is deprecated.',
    ))

  test('what this house has not', async () => {
    await refused(
      create({ KeySpec: 'SM2', KeyUsage: 'SIGN_VERIFY' }),
      'UnsupportedOperationException',
      'KeySpec SM2 is not supported.',
    )
    await refused(
      create({ Origin: 'AWS_CLOUDHSM', CustomKeyStoreId: 'cks-1234567890abcdef0' }),
      'UnsupportedOperationException',
      'Custom key stores are not supported.',
    )
    await refused(
      create({ Origin: 'EXTERNAL_KEY_STORE', XksKeyId: 'abc' }),
      'UnsupportedOperationException',
      'Custom key stores are not supported.',
    )
  })

  test('a policy that is none', async () => {
    const code = 'MalformedPolicyDocumentException'
    await refused(create({ Policy: 'no policy' }), code, 'This policy contains invalid Json')
    await refused(
      create({ Policy: policy({ Action: 'kms:*' }) }),
      code,
      'Missing required field Principal',
    )
  })

  test('a policy that locks its author out, unless that is wanted', async () => {
    const Policy = policy({ Principal: { AWS: rootArn }, Action: 'kms:Encrypt' })
    await refused(
      create({ Policy }),
      'MalformedPolicyDocumentException',
      'The new key policy will not allow you to update the key policy in the future.',
    )
    await create({ Policy, BypassPolicyLockoutSafetyCheck: true })
  })

  test('tags that AWS does not take', async () => {
    const Tags = (...names: string[]) => names.map((TagKey) => ({ TagKey, TagValue: 'x' }))
    await refused(create({ Tags: Tags('a', 'a') }), 'TagException', 'Duplicate tag keys')
    await refused(
      create({ Tags: Tags('AWS:mine') }),
      'TagException',
      'Tags beginning with aws: are reserved',
    )
    const many = Array.from({ length: 51 }, (_, at) => `tag${at}`)
    await refused(create({ Tags: Tags(...many) }), 'TagException', 'Too many tags')
  })

  test('a symmetric key is what comes without asking', async () => {
    const { KeyMetadata = {} } = await create({ Description: 'mine' })
    const { KeyId, Arn, CreationDate, CurrentKeyMaterialId, ...rest } =
      KeyMetadata as never as Record<string, string>
    assert.match(KeyId ?? '', /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/)
    assert.equal(Arn, `arn:aws:kms:us-east-1:${account}:key/${KeyId}`)
    assert.ok(CreationDate)
    assert.match(CurrentKeyMaterialId ?? '', /^[0-9a-f]{64}$/)
    assert.deepEqual(rest, {
      AWSAccountId: account,
      Enabled: true,
      Description: 'mine',
      KeyUsage: 'ENCRYPT_DECRYPT',
      KeyState: 'Enabled',
      Origin: 'AWS_KMS',
      KeyManager: 'CUSTOMER',
      CustomerMasterKeySpec: 'SYMMETRIC_DEFAULT',
      KeySpec: 'SYMMETRIC_DEFAULT',
      EncryptionAlgorithms: ['SYMMETRIC_DEFAULT'],
      MultiRegion: false,
    })
  })

  test('its policy is the default one, or the one that is given', async () => {
    const policyOf = async (KeyId: string) =>
      (await scene.kms.send(new GetKeyPolicyCommand({ KeyId }))).Policy ?? ''
    assert.deepEqual(JSON.parse(await policyOf((await scene.key()).id)), {
      Version: '2012-10-17',
      Id: 'key-default-1',
      Statement: [
        {
          Sid: 'Enable IAM User Permissions',
          Effect: 'Allow',
          Principal: { AWS: rootArn },
          Action: 'kms:*',
          Resource: '*',
        },
      ],
    })
    const Policy = keyPolicy()
    assert.equal(await policyOf((await scene.key({ Policy })).id), Policy)
  })

  test('tags that come with it', async () => {
    const Tags = [{ TagKey: 'a', TagValue: 'b' }]
    const { id: KeyId } = await scene.key({ Tags })
    assert.deepEqual((await scene.kms.send(new ListResourceTagsCommand({ KeyId }))).Tags, Tags)
  })

  test('a multi-Region key is its own primary', async () => {
    const { KeyMetadata } = await create({ MultiRegion: true })
    assert.match(KeyMetadata?.KeyId ?? '', /^mrk-[0-9a-f]{32}$/)
    assert.equal(KeyMetadata?.MultiRegion, true)
    assert.deepEqual(KeyMetadata.MultiRegionConfiguration, {
      MultiRegionKeyType: 'PRIMARY',
      PrimaryKey: { Arn: KeyMetadata.Arn, Region: 'us-east-1' },
      ReplicaKeys: [],
    })
  })

  test('a key whose material is to be imported has none', async () => {
    const { KeyMetadata } = await create({ Origin: 'EXTERNAL' })
    assert.deepEqual(
      [KeyMetadata?.KeyState, KeyMetadata?.Enabled, KeyMetadata?.CurrentKeyMaterialId],
      ['PendingImport', false, undefined],
    )
  })

  const kinds: readonly (readonly [KeySpec, KeyUsageType, object])[] = [
    ['HMAC_224', 'GENERATE_VERIFY_MAC', { MacAlgorithms: ['HMAC_SHA_224'] }],
    ['HMAC_256', 'GENERATE_VERIFY_MAC', { MacAlgorithms: ['HMAC_SHA_256'] }],
    ['HMAC_384', 'GENERATE_VERIFY_MAC', { MacAlgorithms: ['HMAC_SHA_384'] }],
    ['HMAC_512', 'GENERATE_VERIFY_MAC', { MacAlgorithms: ['HMAC_SHA_512'] }],
    [
      'RSA_2048',
      'ENCRYPT_DECRYPT',
      { EncryptionAlgorithms: ['RSAES_OAEP_SHA_1', 'RSAES_OAEP_SHA_256'] },
    ],
    ['ECC_NIST_P256', 'SIGN_VERIFY', { SigningAlgorithms: ['ECDSA_SHA_256'] }],
    ['ECC_NIST_P384', 'SIGN_VERIFY', { SigningAlgorithms: ['ECDSA_SHA_384'] }],
    ['ECC_NIST_P521', 'SIGN_VERIFY', { SigningAlgorithms: ['ECDSA_SHA_512'] }],
    ['ECC_SECG_P256K1', 'SIGN_VERIFY', { SigningAlgorithms: ['ECDSA_SHA_256'] }],
    ['ECC_NIST_P256', 'KEY_AGREEMENT', { KeyAgreementAlgorithms: ['ECDH'] }],
    ['ECC_NIST_EDWARDS25519', 'SIGN_VERIFY', { SigningAlgorithms: ['ED25519_SHA_512'] }],
    ['ML_DSA_44', 'SIGN_VERIFY', { SigningAlgorithms: ['ML_DSA_SHAKE_256'] }],
  ]
  for (const [KeySpec, KeyUsage, algorithms] of kinds) {
    test(`${KeySpec} for ${KeyUsage}, with the algorithms of that usage only`, async () => {
      const { KeyMetadata } = await create({ KeySpec, KeyUsage })
      assert.equal(KeyMetadata?.KeySpec, KeySpec)
      const shown = Object.fromEntries(
        Object.entries(KeyMetadata).filter(([name]) => name.endsWith('Algorithms')),
      )
      assert.deepEqual(shown, algorithms)
      assert.equal(KeyMetadata.CurrentKeyMaterialId, undefined)
    })
  }

  test('two calls make two keys', async () => {
    assert.notEqual((await scene.key()).id, (await scene.key()).id)
  })
})
