/** GetResourcePolicy: https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_GetResourcePolicy.html */
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import {
  DeleteSecretCommand,
  GetResourcePolicyCommand,
  PutResourcePolicyCommand,
} from '@aws-sdk/client-secrets-manager'
import { account, raiseScene, refused, type Scene, said, unsigned } from './scene.ts'

let scene: Scene
before(async () => {
  scene = await raiseScene()
})
after(() => scene[Symbol.asyncDispose]())

test('not signed', async () => {
  const sent = unsigned(scene.house).send(new GetResourcePolicyCommand({ SecretId: 'absent' }))
  await refused(sent, 'MissingAuthenticationTokenException', 'Missing Authentication Token')
})

test('malformed: an id of another type', async () => {
  assert.partialDeepStrictEqual(await scene.raw('GetResourcePolicy', { SecretId: [] }), {
    status: 400,
    body: { __type: 'SerializationException' },
  })
})

test('out of bounds: an id that is no name', async () => {
  await refused(
    scene.root.send(new GetResourcePolicyCommand({ SecretId: 'no name' })),
    'ValidationException',
    said.badName,
  )
})

test('not allowed: even that it is absent is told to the entitled only', async () => {
  const { name } = await scene.secret()
  const nobody = await scene.as()
  for (const SecretId of [name, 'absent']) {
    await refused(
      nobody.send(new GetResourcePolicyCommand({ SecretId })),
      'AccessDeniedException',
      new RegExp(
        `is not authorized to perform: secretsmanager:GetResourcePolicy on resource: ${SecretId} because no identity-based policy allows the secretsmanager:GetResourcePolicy action$`,
      ),
    )
  }
})

test('absent', async () => {
  await refused(
    scene.root.send(new GetResourcePolicyCommand({ SecretId: 'absent' })),
    'ResourceNotFoundException',
    said.notFound,
  )
})

test('wrong state: marked for deletion', async () => {
  const { name: SecretId } = await scene.secret()
  await scene.root.send(new DeleteSecretCommand({ SecretId }))
  await refused(
    scene.root.send(new GetResourcePolicyCommand({ SecretId })),
    'InvalidRequestException',
    said.deleted,
  )
})

test('done: a secret without a policy', async () => {
  const { name: SecretId, arn } = await scene.secret()
  const { $metadata, ...answer } = await scene.root.send(new GetResourcePolicyCommand({ SecretId }))
  assert.deepEqual(answer, { ARN: arn, Name: SecretId })
})

test('done twice: letter by letter as it was put', async () => {
  const { name: SecretId } = await scene.secret()
  const ResourcePolicy = ` { "Version" : "2012-10-17",\n"Statement":{"Effect":"Allow","Principal":{"AWS":"${account}"},"Action":"*","Resource":"*"} } `
  await scene.root.send(new PutResourcePolicyCommand({ SecretId, ResourcePolicy }))
  for (let time = 0; time < 2; time++) {
    const answer = await scene.root.send(new GetResourcePolicyCommand({ SecretId }))
    assert.equal(answer.ResourcePolicy, ResourcePolicy)
  }
})
