/** ReplicateKey and UpdatePrimaryRegion. */
import assert from 'node:assert/strict'
import { after, before, suite, test } from 'node:test'
import {
  DecryptCommand,
  DescribeKeyCommand,
  DisableKeyCommand,
  EnableKeyRotationCommand,
  EncryptCommand,
  GetKeyPolicyCommand,
  GetKeyRotationStatusCommand,
  ReplicateKeyCommand,
  RotateKeyOnDemandCommand,
  UpdatePrimaryRegionCommand,
} from '@aws-sdk/client-kms'
import {
  account,
  arnOf,
  bytes,
  keyPolicy,
  type MadeKey,
  nowhere,
  policy,
  raiseScene,
  refused,
  rootArn,
  type Scene,
  said,
  text,
  unsigned,
} from './scene.ts'

const abroad = 'eu-west-1'
let scene: Scene
before(async () => {
  scene = await raiseScene({
    flags: { regions: 'us-east-1,eu-west-1,ap-south-1,cn-north-1', region: 'us-east-1' },
  })
})
after(() => scene[Symbol.asyncDispose]())

const family = (): Promise<MadeKey> => scene.key({ MultiRegion: true, Description: 'the first' })
const replicate = (KeyId: string, ReplicaRegion = abroad, by = scene.kms, more: object = {}) =>
  by.send(new ReplicateKeyCommand({ KeyId, ReplicaRegion, ...more }))
const promote = (KeyId: string, PrimaryRegion = abroad, by = scene.kms) =>
  by.send(new UpdatePrimaryRegionCommand({ KeyId, PrimaryRegion }))
const describe = async (KeyId: string, region = 'us-east-1') =>
  (await scene.at(region).send(new DescribeKeyCommand({ KeyId }))).KeyMetadata

for (const [name, send] of [
  ['ReplicateKey', replicate],
  ['UpdatePrimaryRegion', promote],
] as const) {
  suite(name, () => {
    test('unsigned; who may not; no such key', async () => {
      const { id, arn } = await family()
      await refused(
        send(id, abroad, unsigned(scene.house)),
        'MissingAuthenticationTokenException',
        'Missing Authentication Token',
      )
      const nobody = await scene.as()
      await refused(
        send(id, abroad, nobody.kms),
        'AccessDeniedException',
        said.denied(nobody.arn, `kms:${name}`, arn, 'identity-based'),
      )
      await refused(send(nowhere), 'NotFoundException', said.absent(nowhere))
    })

    test('a key of one region; one that is off', async () => {
      const single = await scene.key()
      await refused(
        send(single.id),
        'UnsupportedOperationException',
        `${single.arn} is not a multi-region primary key.`,
      )
      const { id } = await family()
      await scene.kms.send(new DisableKeyCommand({ KeyId: id }))
      await refused(send(id), 'DisabledException', said.disabled(id))
    })
  })
}

suite('replicas', () => {
  test('also need the permission to create', async () => {
    const { id } = await family()
    const person = await scene.as({ Action: 'kms:ReplicateKey' })
    await refused(
      replicate(id, abroad, person.kms),
      'AccessDeniedException',
      said.denied(person.arn, 'kms:CreateKey', '', 'identity-based'),
    )
  })

  test('a region that is not served, or of another partition', async () => {
    const { id } = await family()
    for (const region of ['us-west-2', 'cn-north-1']) {
      await refused(
        replicate(id, region),
        'ValidationException',
        `Region ${region} is not one of this deployment.`,
      )
    }
  })

  test('a policy that locks out', async () => {
    const { id } = await family()
    const Policy = policy({ Principal: { AWS: rootArn }, Action: 'kms:Get*' })
    await refused(
      replicate(id, abroad, scene.kms, { Policy }),
      'MalformedPolicyDocumentException',
      'The new key policy will not allow you to update the key policy in the future.',
    )
  })

  test('answered as being created, with a description, policy and tags of its own', async () => {
    const { id } = await family()
    const Tags = [{ TagKey: 'a', TagValue: 'b' }]
    const answer = await replicate(id, abroad, scene.kms, { Tags })
    const { ReplicaKeyMetadata: made } = answer
    assert.deepEqual(
      [made?.KeyId, made?.Arn, made?.KeyState, made?.Enabled, made?.Description],
      [id, arnOf(id, abroad), 'Creating', false, ''],
    )
    assert.deepEqual(answer.ReplicaTags, Tags)
    const policyThere = await scene.at(abroad).send(new GetKeyPolicyCommand({ KeyId: id }))
    assert.equal(answer.ReplicaPolicy, policyThere.Policy)
    const members = {
      PrimaryKey: { Arn: arnOf(id), Region: 'us-east-1' },
      ReplicaKeys: [{ Arn: arnOf(id, abroad), Region: abroad }],
    }
    const there = await describe(id, abroad)
    assert.deepEqual([there?.KeyState, there?.Enabled], ['Enabled', true])
    assert.deepEqual(there?.MultiRegionConfiguration, { MultiRegionKeyType: 'REPLICA', ...members })
    const here = await describe(id)
    assert.deepEqual(here?.MultiRegionConfiguration, { MultiRegionKeyType: 'PRIMARY', ...members })
    await refused(
      replicate(id),
      'AlreadyExistsException',
      `Unable to replicate key ${arnOf(id)} to region ${abroad}, as the key already exists there`,
    )
  })

  test('a replica is not replicated', async () => {
    const { id } = await family()
    await replicate(id)
    await refused(
      replicate(id, 'ap-south-1', scene.at(abroad)),
      'UnsupportedOperationException',
      `${arnOf(id, abroad)} is not a multi-region primary key.`,
    )
  })

  test('what is sealed in one region opens in the others, before and after a rotation', async () => {
    const { id } = await family()
    const seal = async (region: string) => {
      const input = { KeyId: id, Plaintext: bytes(region) }
      return (await scene.at(region).send(new EncryptCommand(input))).CiphertextBlob
    }
    const open = async (CiphertextBlob: Uint8Array | undefined, region: string) => {
      const answer = await scene.at(region).send(new DecryptCommand({ CiphertextBlob }))
      assert.equal(answer.KeyId, arnOf(id, region))
      return text(answer.Plaintext)
    }
    const early = await seal('us-east-1')
    await scene.kms.send(new RotateKeyOnDemandCommand({ KeyId: id }))
    await replicate(id)
    await scene.kms.send(new RotateKeyOnDemandCommand({ KeyId: id }))
    assert.equal(await open(early, abroad), 'us-east-1')
    assert.equal(await open(await seal(abroad), 'us-east-1'), abroad)
    assert.equal(await open(await seal('us-east-1'), abroad), 'us-east-1')
    await refused(
      scene.at(abroad).send(new RotateKeyOnDemandCommand({ KeyId: id })),
      'UnsupportedOperationException',
    )
  })
})

suite('another primary', () => {
  test('a region without a replica', async () => {
    const { id } = await family()
    await refused(
      promote(id, 'ap-south-1'),
      'NotFoundException',
      `Key 'arn:aws:kms:ap-south-1:${account}:key/${id}' does not exist`,
    )
  })

  test('a replica that is off, or that its policy keeps as it is', async () => {
    const { id } = await family()
    await replicate(id)
    await scene.at(abroad).send(new DisableKeyCommand({ KeyId: id }))
    await refused(promote(id), 'DisabledException', `${arnOf(id, abroad)} is disabled.`)
    const Policy = keyPolicy({
      Effect: 'Deny',
      Principal: '*',
      Action: 'kms:UpdatePrimaryRegion',
    })
    await replicate(id, 'ap-south-1', scene.kms, { Policy })
    await refused(
      promote(id, 'ap-south-1'),
      'AccessDeniedException',
      `User: ${rootArn} is not authorized to perform: kms:UpdatePrimaryRegion on resource: ${arnOf(id, 'ap-south-1')} with an explicit deny in a resource-based policy`,
    )
  })

  test('they change places, and rotation goes along', async () => {
    const { id } = await family()
    await replicate(id)
    const input = { KeyId: id, RotationPeriodInDays: 100 }
    await scene.kms.send(new EnableKeyRotationCommand(input))
    await promote(id)
    const kinds = [await describe(id), await describe(id, abroad)].map(
      (each) => each?.MultiRegionConfiguration?.MultiRegionKeyType,
    )
    assert.deepEqual(kinds, ['REPLICA', 'PRIMARY'])
    const status = new GetKeyRotationStatusCommand({ KeyId: id })
    assert.equal((await scene.at(abroad).send(status)).RotationPeriodInDays, 100)
    assert.equal((await scene.kms.send(status)).KeyRotationEnabled, false)
    await refused(
      promote(id),
      'UnsupportedOperationException',
      `${arnOf(id)} is not a multi-region primary key.`,
    )
    await promote(id, 'us-east-1', scene.at(abroad))
  })
})
