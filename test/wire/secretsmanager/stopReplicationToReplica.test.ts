/** StopReplicationToReplica: https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_StopReplicationToReplica.html */
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import {
  DescribeSecretCommand,
  GetSecretValueCommand,
  PutSecretValueCommand,
  StopReplicationToReplicaCommand,
} from '@aws-sdk/client-secrets-manager'
import { raiseScene, refused, type Scene, said, unsigned } from './scene.ts'

let scene: Scene
before(async () => {
  scene = await raiseScene()
})
after(() => scene[Symbol.asyncDispose]())

const west = 'eu-west-1'
const stop = (SecretId: string) =>
  scene.at(west).send(new StopReplicationToReplicaCommand({ SecretId }))

test('not signed', async () => {
  const sent = unsigned(scene.house).send(
    new StopReplicationToReplicaCommand({ SecretId: 'absent' }),
  )
  await refused(sent, 'MissingAuthenticationTokenException', 'Missing Authentication Token')
})

test('malformed: an id of another type', async () => {
  assert.partialDeepStrictEqual(await scene.raw('StopReplicationToReplica', { SecretId: [] }), {
    status: 400,
    body: { __type: 'SerializationException' },
  })
})

test('out of bounds: an id that is no name', async () => {
  await refused(
    scene.root.send(new StopReplicationToReplicaCommand({ SecretId: 'no name' })),
    'ValidationException',
    said.badName,
  )
})

test('not allowed: even that it is absent is told to the entitled only', async () => {
  const { name } = await scene.secret()
  const nobody = await scene.as()
  for (const SecretId of [name, 'absent']) {
    await refused(
      nobody.send(new StopReplicationToReplicaCommand({ SecretId })),
      'AccessDeniedException',
      new RegExp(
        `is not authorized to perform: secretsmanager:StopReplicationToReplica on resource: ${SecretId} because no identity-based policy allows the secretsmanager:StopReplicationToReplica action$`,
      ),
    )
  }
})

test('absent', async () => {
  await refused(
    scene.root.send(new StopReplicationToReplicaCommand({ SecretId: 'absent' })),
    'ResourceNotFoundException',
    said.notFound,
  )
})

test('wrong state: a secret that is no replica', async () => {
  const { name: SecretId } = await scene.secret({ AddReplicaRegions: [{ Region: west }] })
  await refused(
    scene.root.send(new StopReplicationToReplicaCommand({ SecretId })),
    'InvalidParameterException',
    "Operation not permitted on a primary secret. Call must be made in replica secret's region.",
  )
})

test('done: a secret of its own, which its former primary has forgotten', async () => {
  const { name: SecretId, arn } = await scene.secret({
    SecretString: 'shared',
    AddReplicaRegions: [{ Region: west }],
  })
  assert.equal((await stop(SecretId)).ARN, arn.replace('us-east-1', west))
  const primary = await scene.root.send(new DescribeSecretCommand({ SecretId }))
  assert.deepEqual([primary.PrimaryRegion, primary.ReplicationStatus], [undefined, undefined])
  await scene.root.send(new PutSecretValueCommand({ SecretId, SecretString: 'later' }))
  const read = () => scene.at(west).send(new GetSecretValueCommand({ SecretId }))
  assert.equal((await read()).SecretString, 'shared')
  await scene.at(west).send(new PutSecretValueCommand({ SecretId, SecretString: 'own' }))
  assert.equal((await read()).SecretString, 'own')
})

test('done twice: it is no replica any more', async () => {
  const { name } = await scene.secret({ AddReplicaRegions: [{ Region: west }] })
  await stop(name)
  await refused(
    stop(name),
    'InvalidParameterException',
    /^Operation not permitted on a primary secret/,
  )
})
