/** RestoreSecret: https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_RestoreSecret.html */
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import {
  DeleteSecretCommand,
  DescribeSecretCommand,
  GetSecretValueCommand,
  RestoreSecretCommand,
} from '@aws-sdk/client-secrets-manager'
import { raiseScene, refused, type Scene, said, unsigned } from './scene.ts'

let scene: Scene
before(async () => {
  scene = await raiseScene()
})
after(() => scene[Symbol.asyncDispose]())

test('not signed', async () => {
  const sent = unsigned(scene.house).send(new RestoreSecretCommand({ SecretId: 'absent' }))
  await refused(sent, 'MissingAuthenticationTokenException', 'Missing Authentication Token')
})

test('malformed: an id of another type', async () => {
  assert.partialDeepStrictEqual(await scene.raw('RestoreSecret', { SecretId: [] }), {
    status: 400,
    body: { __type: 'SerializationException' },
  })
})

test('out of bounds: an id that is no name', async () => {
  await refused(
    scene.root.send(new RestoreSecretCommand({ SecretId: 'no name' })),
    'ValidationException',
    said.badName,
  )
})

test('not allowed: even that it is absent is told to the entitled only', async () => {
  const { name } = await scene.secret()
  const nobody = await scene.as()
  for (const SecretId of [name, 'absent']) {
    await refused(
      nobody.send(new RestoreSecretCommand({ SecretId })),
      'AccessDeniedException',
      new RegExp(
        `is not authorized to perform: secretsmanager:RestoreSecret on resource: ${SecretId} because no identity-based policy allows the secretsmanager:RestoreSecret action$`,
      ),
    )
  }
})

test('absent', async () => {
  await refused(
    scene.root.send(new RestoreSecretCommand({ SecretId: 'absent' })),
    'ResourceNotFoundException',
    said.notFound,
  )
})

test('wrong state: a replica only follows its primary', async () => {
  const { name: SecretId } = await scene.secret({ AddReplicaRegions: [{ Region: 'eu-west-1' }] })
  await refused(
    scene.at('eu-west-1').send(new RestoreSecretCommand({ SecretId })),
    'InvalidParameterException',
    said.replica,
  )
})

test('done: as it was before', async () => {
  const { name: SecretId, arn } = await scene.secret({ SecretString: 'kept' })
  await scene.root.send(new DeleteSecretCommand({ SecretId }))
  const { $metadata, ...answer } = await scene.root.send(new RestoreSecretCommand({ SecretId }))
  assert.deepEqual(answer, { ARN: arn, Name: SecretId })
  const described = await scene.root.send(new DescribeSecretCommand({ SecretId }))
  assert.equal(described.DeletedDate, undefined)
  const read = await scene.root.send(new GetSecretValueCommand({ SecretId }))
  assert.equal(read.SecretString, 'kept')
})

test('done twice: what is not deleted is restored as it is', async () => {
  const { name: SecretId, arn } = await scene.secret()
  for (let time = 0; time < 2; time++) {
    assert.equal((await scene.root.send(new RestoreSecretCommand({ SecretId }))).ARN, arn)
  }
})
