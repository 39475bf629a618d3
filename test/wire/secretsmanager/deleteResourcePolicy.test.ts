/** DeleteResourcePolicy: https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_DeleteResourcePolicy.html */
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import {
  DeleteResourcePolicyCommand,
  DeleteSecretCommand,
  GetResourcePolicyCommand,
  PutResourcePolicyCommand,
} from '@aws-sdk/client-secrets-manager'
import { account, policy, raiseScene, refused, type Scene, said, unsigned } from './scene.ts'

let scene: Scene
before(async () => {
  scene = await raiseScene()
})
after(() => scene[Symbol.asyncDispose]())

test('not signed', async () => {
  const sent = unsigned(scene.house).send(new DeleteResourcePolicyCommand({ SecretId: 'absent' }))
  await refused(sent, 'MissingAuthenticationTokenException', 'Missing Authentication Token')
})

test('malformed: an id of another type', async () => {
  assert.partialDeepStrictEqual(await scene.raw('DeleteResourcePolicy', { SecretId: [] }), {
    status: 400,
    body: { __type: 'SerializationException' },
  })
})

test('out of bounds: an id that is no name', async () => {
  await refused(
    scene.root.send(new DeleteResourcePolicyCommand({ SecretId: 'no name' })),
    'ValidationException',
    said.badName,
  )
})

test('not allowed: even that it is absent is told to the entitled only', async () => {
  const { name } = await scene.secret()
  const nobody = await scene.as()
  for (const SecretId of [name, 'absent']) {
    await refused(
      nobody.send(new DeleteResourcePolicyCommand({ SecretId })),
      'AccessDeniedException',
      new RegExp(
        `is not authorized to perform: secretsmanager:DeleteResourcePolicy on resource: ${SecretId} because no identity-based policy allows the secretsmanager:DeleteResourcePolicy action$`,
      ),
    )
  }
})

test('absent', async () => {
  await refused(
    scene.root.send(new DeleteResourcePolicyCommand({ SecretId: 'absent' })),
    'ResourceNotFoundException',
    said.notFound,
  )
})

test('wrong state: marked for deletion', async () => {
  const { name: SecretId } = await scene.secret()
  await scene.root.send(new DeleteSecretCommand({ SecretId }))
  await refused(
    scene.root.send(new DeleteResourcePolicyCommand({ SecretId })),
    'InvalidRequestException',
    said.deleted,
  )
})

test('wrong state: a replica only follows its primary', async () => {
  const { name: SecretId } = await scene.secret({ AddReplicaRegions: [{ Region: 'eu-west-1' }] })
  await refused(
    scene.at('eu-west-1').send(new DeleteResourcePolicyCommand({ SecretId })),
    'InvalidParameterException',
    said.replica,
  )
})

test('done: what it allowed is allowed no more', async () => {
  const { name: SecretId, arn } = await scene.secret()
  const ResourcePolicy = policy({ Action: 'secretsmanager:*', Principal: { AWS: account } })
  await scene.root.send(new PutResourcePolicyCommand({ SecretId, ResourcePolicy }))
  const { $metadata, ...answer } = await scene.root.send(
    new DeleteResourcePolicyCommand({ SecretId }),
  )
  assert.deepEqual(answer, { ARN: arn, Name: SecretId })
  const left = await scene.root.send(new GetResourcePolicyCommand({ SecretId }))
  assert.equal(left.ResourcePolicy, undefined)
})

test('done twice: a secret without a policy stays as it is', async () => {
  const { name: SecretId, arn } = await scene.secret()
  for (let time = 0; time < 2; time++) {
    const { ARN } = await scene.root.send(new DeleteResourcePolicyCommand({ SecretId }))
    assert.equal(ARN, arn)
  }
})
