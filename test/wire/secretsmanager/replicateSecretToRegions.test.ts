/** ReplicateSecretToRegions: https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_ReplicateSecretToRegions.html */
import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { after, before, test } from 'node:test'
import { CreateKeyCommand, DisableKeyCommand, EnableKeyCommand } from '@aws-sdk/client-kms'
import {
  CreateSecretCommand,
  DeleteSecretCommand,
  DescribeSecretCommand,
  GetResourcePolicyCommand,
  GetSecretValueCommand,
  ListSecretsCommand,
  ListSecretVersionIdsCommand,
  PutResourcePolicyCommand,
  PutSecretValueCommand,
  ReplicateSecretToRegionsCommand,
  type ReplicateSecretToRegionsCommandInput,
  TagResourceCommand,
  UpdateSecretVersionStageCommand,
} from '@aws-sdk/client-secrets-manager'
import { account, policy, raiseScene, refused, type Scene, said, unsigned } from './scene.ts'

let scene: Scene
before(async () => {
  scene = await raiseScene()
})
after(() => scene[Symbol.asyncDispose]())

const west = 'eu-west-1'

const replicate = (input: Partial<ReplicateSecretToRegionsCommandInput> & { SecretId: string }) =>
  scene.root.send(
    new ReplicateSecretToRegionsCommand({ AddReplicaRegions: [{ Region: west }], ...input }),
  )

const read = async (SecretId: string, region: string, choice: object = {}) => {
  const { $metadata, ...rest } = await scene
    .at(region)
    .send(new GetSecretValueCommand({ SecretId, ...choice }))
  return rest
}

const describe = (SecretId: string, region = 'us-east-1') =>
  scene.at(region).send(new DescribeSecretCommand({ SecretId }))

test('not signed', async () => {
  const sent = unsigned(scene.house).send(
    new ReplicateSecretToRegionsCommand({
      SecretId: 'absent',
      AddReplicaRegions: [{ Region: 'eu-west-1' }],
    }),
  )
  await refused(sent, 'MissingAuthenticationTokenException', 'Missing Authentication Token')
})

test('malformed: an id of another type', async () => {
  assert.partialDeepStrictEqual(await scene.raw('ReplicateSecretToRegions', { SecretId: [] }), {
    status: 400,
    body: { __type: 'SerializationException' },
  })
})

test('out of bounds: no region, the own one, one that is not served, one twice', async () => {
  await refused(
    replicate({ SecretId: 'a', AddReplicaRegions: [] }),
    'ValidationException',
    /at 'addReplicaRegions' failed to satisfy constraint: Member must have length greater than or equal to 1$/,
  )
  for (const regions of [['us-east-1'], ['xx-none-1'], [west, west]]) {
    await refused(
      replicate({ SecretId: 'a', AddReplicaRegions: regions.map((Region) => ({ Region })) }),
      'InvalidParameterException',
      'Invalid replica region.',
    )
  }
})

test('out of bounds: an id that is no name', async () => {
  await refused(
    scene.root.send(
      new ReplicateSecretToRegionsCommand({
        SecretId: 'no name',
        AddReplicaRegions: [{ Region: 'eu-west-1' }],
      }),
    ),
    'ValidationException',
    said.badName,
  )
})

test('not allowed: even that it is absent is told to the entitled only', async () => {
  const { name } = await scene.secret()
  const nobody = await scene.as()
  for (const SecretId of [name, 'absent']) {
    await refused(
      nobody.send(
        new ReplicateSecretToRegionsCommand({
          SecretId,
          AddReplicaRegions: [{ Region: 'eu-west-1' }],
        }),
      ),
      'AccessDeniedException',
      new RegExp(
        `is not authorized to perform: secretsmanager:ReplicateSecretToRegions on resource: ${SecretId} because no identity-based policy allows the secretsmanager:ReplicateSecretToRegions action$`,
      ),
    )
  }
})

test('absent', async () => {
  await refused(
    scene.root.send(
      new ReplicateSecretToRegionsCommand({
        SecretId: 'absent',
        AddReplicaRegions: [{ Region: 'eu-west-1' }],
      }),
    ),
    'ResourceNotFoundException',
    said.notFound,
  )
})

test('not allowed: by the regions, and by force', async () => {
  const { arn: SecretId } = await scene.secret()
  const careful = await scene.as(
    {
      Action: 'secretsmanager:ReplicateSecretToRegions',
      Condition: {
        'ForAllValues:StringEquals': { 'secretsmanager:AddReplicaRegions': ['eu-west-1'] },
      },
    },
    {
      Effect: 'Deny',
      Action: '*',
      Condition: { Bool: { 'secretsmanager:ForceOverwriteReplicaSecret': 'true' } },
    },
  )
  const send = (input: object) =>
    careful.send(
      new ReplicateSecretToRegionsCommand({
        SecretId,
        AddReplicaRegions: [{ Region: west }],
        ...input,
      }),
    )
  const words = /is not authorized to perform: secretsmanager:ReplicateSecretToRegions/
  const elsewhere = { AddReplicaRegions: [{ Region: 'eu-west-2' }] }
  await refused(send(elsewhere), 'AccessDeniedException', words)
  await refused(send({ ForceOverwriteReplicaSecret: true }), 'AccessDeniedException', words)
  await send({})
})

test('wrong state: marked for deletion', async () => {
  const { name: SecretId } = await scene.secret()
  await scene.root.send(new DeleteSecretCommand({ SecretId }))
  await refused(
    scene.root.send(
      new ReplicateSecretToRegionsCommand({
        SecretId,
        AddReplicaRegions: [{ Region: 'eu-west-1' }],
      }),
    ),
    'InvalidRequestException',
    said.deleted,
  )
})

test('wrong state: a replica only follows its primary', async () => {
  const { name: SecretId } = await scene.secret({ AddReplicaRegions: [{ Region: 'eu-west-1' }] })
  await refused(
    scene.at('eu-west-1').send(
      new ReplicateSecretToRegionsCommand({
        SecretId,
        AddReplicaRegions: [{ Region: 'us-east-1' }],
      }),
    ),
    'InvalidParameterException',
    said.replica,
  )
})

test('wrong state: the name is taken there, unless it may be overwritten', async () => {
  const { name: SecretId, arn } = await scene.secret({ SecretString: 'primary' })
  const there = scene.at(west)
  const old = await there.send(new CreateSecretCommand({ Name: SecretId, SecretString: 'old' }))
  const failed = await replicate({ SecretId })
  assert.deepEqual(failed.ReplicationStatus, [
    {
      Region: west,
      KmsKeyId: 'alias/aws/secretsmanager',
      Status: 'Failed',
      StatusMessage: `Replication failed: Secret name ${SecretId} already exists in region ${west}.`,
    },
  ])
  await scene.root.send(new PutSecretValueCommand({ SecretId, SecretString: 'changed' }))
  assert.equal((await read(old.ARN ?? '', west)).SecretString, 'old')
  const forced = await replicate({ SecretId, ForceOverwriteReplicaSecret: true })
  assert.equal(forced.ReplicationStatus?.[0]?.Status, 'InSync')
  const copy = await read(SecretId, west)
  assert.deepEqual([copy.ARN, copy.SecretString], [arn.replace('us-east-1', west), 'changed'])
})

test('wrong state: a primary and the replica of another are not overwritten by force', async () => {
  const { name: SecretId } = await scene.secret()
  const there = scene.at(west)
  await there.send(
    new CreateSecretCommand({ Name: SecretId, AddReplicaRegions: [{ Region: 'eu-west-2' }] }),
  )
  const AddReplicaRegions = [{ Region: west }, { Region: 'eu-west-2' }]
  const { ReplicationStatus } = await replicate({
    SecretId,
    AddReplicaRegions,
    ForceOverwriteReplicaSecret: true,
  })
  assert.deepEqual(
    ReplicationStatus?.map(({ Status }) => Status),
    ['Failed', 'Failed'],
  )
  assert.equal((await describe(SecretId, 'eu-west-2')).PrimaryRegion, west)
})

test('done: the copy is the same secret, of the same suffix, in its region', async () => {
  const Tags = [{ Key: 'a', Value: 'b' }]
  const { name: SecretId, arn } = await scene.secret({ SecretString: 'v1', Tags, Description: 'd' })
  await scene.root.send(new PutSecretValueCommand({ SecretId, SecretString: 'v2' }))
  const answer = await replicate({ SecretId })
  assert.equal(answer.ARN, arn)
  assert.deepEqual(answer.ReplicationStatus, [
    { Region: west, KmsKeyId: 'alias/aws/secretsmanager', Status: 'InSync' },
  ])
  const copyArn = arn.replace('us-east-1', west)
  const { ARN: primaryArn, ...primary } = await read(SecretId, 'us-east-1')
  assert.deepEqual(await read(copyArn, west), { ...primary, ARN: copyArn })
  assert.equal((await read(SecretId, west, { VersionStage: 'AWSPREVIOUS' })).SecretString, 'v1')
  const copy = await describe(SecretId, west)
  assert.deepEqual(
    [copy.ARN, copy.PrimaryRegion, copy.Tags, copy.Description, copy.ReplicationStatus],
    [copyArn, 'us-east-1', Tags, 'd', undefined],
  )
  assert.equal(primaryArn, arn)
})

test('done: the primary tells its region, its replicas, and when they were read', async () => {
  const { name: SecretId } = await scene.secret()
  assert.equal((await describe(SecretId)).PrimaryRegion, undefined)
  await replicate({ SecretId })
  await read(SecretId, west)
  const primary = await describe(SecretId)
  assert.equal(primary.PrimaryRegion, 'us-east-1')
  const [status] = primary.ReplicationStatus ?? []
  assert.equal(status?.Status, 'InSync')
  assert.ok(status?.LastAccessedDate)
  assert.equal(primary.LastAccessedDate, undefined)
  const Filters = [
    { Key: 'primary-region' as const, Values: ['us-'] },
    { Key: 'name' as const, Values: [SecretId] },
  ]
  for (const region of ['us-east-1', west]) {
    const { SecretList } = await scene.at(region).send(new ListSecretsCommand({ Filters }))
    assert.deepEqual(
      SecretList?.map(({ PrimaryRegion }) => PrimaryRegion),
      ['us-east-1'],
    )
  }
})

test('done: every change follows at once: values, labels, tags, policy', async () => {
  const { name: SecretId, versionId: first } = await scene.secret({ SecretString: 'v1' })
  await replicate({ SecretId })
  const two = await scene.root.send(new PutSecretValueCommand({ SecretId, SecretString: 'v2' }))
  assert.equal((await read(SecretId, west)).SecretString, 'v2')
  const three = await scene.root.send(new PutSecretValueCommand({ SecretId, SecretString: 'v3' }))
  await scene.root.send(
    new UpdateSecretVersionStageCommand({
      SecretId,
      VersionStage: 'AWSCURRENT',
      RemoveFromVersionId: three.VersionId,
      MoveToVersionId: first,
    }),
  )
  await scene.root.send(new TagResourceCommand({ SecretId, Tags: [{ Key: 'k', Value: 'v' }] }))
  const ResourcePolicy = policy({ Action: 'secretsmanager:*', Principal: { AWS: account } })
  await scene.root.send(new PutResourcePolicyCommand({ SecretId, ResourcePolicy }))
  assert.equal((await read(SecretId, west)).SecretString, 'v1')
  const copy = await describe(SecretId, west)
  assert.deepEqual(copy.VersionIdsToStages, (await describe(SecretId)).VersionIdsToStages)
  assert.deepEqual(copy.Tags, [{ Key: 'k', Value: 'v' }])
  const put = await scene.at(west).send(new GetResourcePolicyCommand({ SecretId }))
  assert.equal(put.ResourcePolicy, ResourcePolicy)
  const { Versions } = await scene.at(west).send(new ListSecretVersionIdsCommand({ SecretId }))
  assert.ok(Versions?.length === 2 && two.VersionId)
})

test('done: a version that had no label when the copy was made comes with its label', async () => {
  const { name: SecretId, versionId: first } = await scene.secret({ SecretString: 'v1' })
  for (const SecretString of ['v2', 'v3']) {
    await scene.root.send(new PutSecretValueCommand({ SecretId, SecretString }))
  }
  await replicate({ SecretId })
  const move = { SecretId, VersionStage: 'again', MoveToVersionId: first }
  await scene.root.send(new UpdateSecretVersionStageCommand(move))
  assert.equal((await read(SecretId, west, { VersionStage: 'again' })).SecretString, 'v1')
})

test('done: with the secret itself, under keys of the regions', async () => {
  const Name = `at-once/${randomUUID()}`
  const { KeyMetadata } = await scene.keysAt(west).send(new CreateKeyCommand({}))
  const KmsKeyId = KeyMetadata?.KeyId
  const made = await scene.root.send(
    new CreateSecretCommand({
      Name,
      SecretString: 'x',
      AddReplicaRegions: [{ Region: west, KmsKeyId }],
    }),
  )
  assert.deepEqual(made.ReplicationStatus, [{ Region: west, KmsKeyId, Status: 'InSync' }])
  assert.equal((await read(Name, west)).SecretString, 'x')
  assert.equal((await describe(Name, west)).KmsKeyId, KmsKeyId)
  await scene.keysAt(west).send(new DisableKeyCommand({ KeyId: KmsKeyId }))
  await refused(read(Name, west), 'DecryptionFailure', /^Secrets Manager can't decrypt/)
  assert.equal((await read(Name, 'us-east-1')).SecretString, 'x')
})

test('done: a copy whose key fails falls behind, says so, and comes back in step', async () => {
  const { KeyMetadata } = await scene.keysAt(west).send(new CreateKeyCommand({}))
  const KeyId = KeyMetadata?.KeyId
  const { name: SecretId } = await scene.secret({ SecretString: 'v1' })
  await replicate({ SecretId, AddReplicaRegions: [{ Region: west, KmsKeyId: KeyId }] })
  await scene.keysAt(west).send(new DisableKeyCommand({ KeyId }))
  await scene.root.send(new PutSecretValueCommand({ SecretId, SecretString: 'v2' }))
  const [status] = (await describe(SecretId)).ReplicationStatus ?? []
  assert.equal(status?.Status, 'Failed')
  assert.match(status?.StatusMessage ?? '', /^Replication failed: Secrets Manager can't encrypt/)
  await scene.keysAt(west).send(new EnableKeyCommand({ KeyId }))
  assert.equal((await read(SecretId, west)).SecretString, 'v1')
  const again = await replicate({
    SecretId,
    AddReplicaRegions: [{ Region: west, KmsKeyId: KeyId }],
  })
  assert.equal(again.ReplicationStatus?.[0]?.Status, 'InSync')
  assert.equal((await read(SecretId, west)).SecretString, 'v2')
})

test('done twice: the copy that is there, once more, and under another key', async () => {
  const { name: SecretId } = await scene.secret({ SecretString: 'x' })
  await replicate({ SecretId })
  await replicate({ SecretId })
  const { KeyMetadata } = await scene.keysAt(west).send(new CreateKeyCommand({}))
  const KmsKeyId = KeyMetadata?.KeyId
  const { ReplicationStatus } = await replicate({
    SecretId,
    AddReplicaRegions: [{ Region: west, KmsKeyId }],
  })
  assert.deepEqual(ReplicationStatus, [{ Region: west, KmsKeyId, Status: 'InSync' }])
  const { Versions } = await scene.at(west).send(new ListSecretVersionIdsCommand({ SecretId }))
  assert.deepEqual(
    Versions?.map(({ KmsKeyIds }) => KmsKeyIds),
    [[KmsKeyId]],
  )
  assert.equal((await read(SecretId, west)).SecretString, 'x')
})
