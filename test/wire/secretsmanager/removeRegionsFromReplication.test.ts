/** RemoveRegionsFromReplication: https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_RemoveRegionsFromReplication.html */
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import {
  CreateSecretCommand,
  DeleteSecretCommand,
  DescribeSecretCommand,
  RemoveRegionsFromReplicationCommand,
  ReplicateSecretToRegionsCommand,
} from '@aws-sdk/client-secrets-manager'
import { raiseScene, refused, type Scene, said, unsigned } from './scene.ts'

let scene: Scene
before(async () => {
  scene = await raiseScene()
})
after(() => scene[Symbol.asyncDispose]())

const west = 'eu-west-1'
const remove = (SecretId: string, ...RemoveReplicaRegions: string[]) =>
  scene.root.send(new RemoveRegionsFromReplicationCommand({ SecretId, RemoveReplicaRegions }))

test('not signed', async () => {
  const sent = unsigned(scene.house).send(
    new RemoveRegionsFromReplicationCommand({
      SecretId: 'absent',
      RemoveReplicaRegions: ['eu-west-1'],
    }),
  )
  await refused(sent, 'MissingAuthenticationTokenException', 'Missing Authentication Token')
})

test('malformed: an id of another type', async () => {
  assert.partialDeepStrictEqual(await scene.raw('RemoveRegionsFromReplication', { SecretId: [] }), {
    status: 400,
    body: { __type: 'SerializationException' },
  })
})

test('out of bounds: what is no region', async () => {
  await refused(
    remove('a', 'Moon'),
    'ValidationException',
    /at 'removeReplicaRegions' failed to satisfy constraint: Member must satisfy constraint/,
  )
})

test('out of bounds: an id that is no name', async () => {
  await refused(
    scene.root.send(
      new RemoveRegionsFromReplicationCommand({
        SecretId: 'no name',
        RemoveReplicaRegions: ['eu-west-1'],
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
        new RemoveRegionsFromReplicationCommand({ SecretId, RemoveReplicaRegions: ['eu-west-1'] }),
      ),
      'AccessDeniedException',
      new RegExp(
        `is not authorized to perform: secretsmanager:RemoveRegionsFromReplication on resource: ${SecretId} because no identity-based policy allows the secretsmanager:RemoveRegionsFromReplication action$`,
      ),
    )
  }
})

test('absent', async () => {
  await refused(
    scene.root.send(
      new RemoveRegionsFromReplicationCommand({
        SecretId: 'absent',
        RemoveReplicaRegions: ['eu-west-1'],
      }),
    ),
    'ResourceNotFoundException',
    said.notFound,
  )
})

test('wrong state: marked for deletion', async () => {
  const { name: SecretId } = await scene.secret()
  await scene.root.send(new DeleteSecretCommand({ SecretId }))
  await refused(
    scene.root.send(
      new RemoveRegionsFromReplicationCommand({ SecretId, RemoveReplicaRegions: [west] }),
    ),
    'InvalidRequestException',
    said.deleted,
  )
})

test('wrong state: a replica only follows its primary', async () => {
  const { name: SecretId } = await scene.secret({ AddReplicaRegions: [{ Region: 'eu-west-1' }] })
  await refused(
    scene
      .at('eu-west-1')
      .send(
        new RemoveRegionsFromReplicationCommand({ SecretId, RemoveReplicaRegions: ['us-east-1'] }),
      ),
    'InvalidParameterException',
    said.replica,
  )
})

test('wrong state: a region without a replica', async () => {
  const { name } = await scene.secret({ AddReplicaRegions: [{ Region: west }] })
  await refused(
    remove(name, west, 'eu-west-2'),
    'InvalidParameterException',
    'Invalid replica region.',
  )
  await scene.at(west).send(new DescribeSecretCommand({ SecretId: name }))
})

test('done: the copy is gone, the others stay', async () => {
  const AddReplicaRegions = [{ Region: west }, { Region: 'eu-west-2' }]
  const { name: SecretId, arn } = await scene.secret({ AddReplicaRegions })
  const answer = await remove(SecretId, west)
  assert.equal(answer.ARN, arn)
  assert.deepEqual(
    answer.ReplicationStatus?.map(({ Region }) => Region),
    ['eu-west-2'],
  )
  await refused(
    scene.at(west).send(new DescribeSecretCommand({ SecretId })),
    'ResourceNotFoundException',
    said.notFound,
  )
  await scene.at('eu-west-2').send(new DescribeSecretCommand({ SecretId }))
})

test('done: without replicas it is a secret like any other, and can be deleted', async () => {
  const { name: SecretId } = await scene.secret({ AddReplicaRegions: [{ Region: west }] })
  assert.deepEqual((await remove(SecretId, west)).ReplicationStatus, [])
  const described = await scene.root.send(new DescribeSecretCommand({ SecretId }))
  assert.equal('PrimaryRegion' in described, false)
  await scene.root.send(new DeleteSecretCommand({ SecretId }))
})

test('done: a secret that only has the name of the copy that failed is left alone', async () => {
  const { name: SecretId } = await scene.secret()
  const there = scene.at(west)
  await there.send(new CreateSecretCommand({ Name: SecretId, SecretString: 'own' }))
  const AddReplicaRegions = [{ Region: west }]
  await scene.root.send(new ReplicateSecretToRegionsCommand({ SecretId, AddReplicaRegions }))
  await remove(SecretId, west)
  await there.send(new DescribeSecretCommand({ SecretId }))
})

test('done twice: there is no replica any more', async () => {
  const { name } = await scene.secret({ AddReplicaRegions: [{ Region: west }] })
  await remove(name, west)
  await refused(remove(name, west), 'InvalidParameterException', 'Invalid replica region.')
})
