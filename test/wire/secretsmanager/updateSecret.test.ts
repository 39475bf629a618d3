/** UpdateSecret: https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_UpdateSecret.html */
import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { after, before, test } from 'node:test'
import {
  DeleteSecretCommand,
  DescribeSecretCommand,
  GetSecretValueCommand,
  UpdateSecretCommand,
  type UpdateSecretCommandInput,
} from '@aws-sdk/client-secrets-manager'
import { raiseScene, refused, type Scene, said, unsigned } from './scene.ts'

let scene: Scene
before(async () => {
  scene = await raiseScene()
})
after(() => scene[Symbol.asyncDispose]())

const update = (input: UpdateSecretCommandInput) => scene.root.send(new UpdateSecretCommand(input))
const describe = (SecretId: string) => scene.root.send(new DescribeSecretCommand({ SecretId }))

test('not signed', async () => {
  const sent = unsigned(scene.house).send(
    new UpdateSecretCommand({ SecretId: 'absent', Description: 'new' }),
  )
  await refused(sent, 'MissingAuthenticationTokenException', 'Missing Authentication Token')
})

test('malformed: an id of another type', async () => {
  assert.partialDeepStrictEqual(await scene.raw('UpdateSecret', { SecretId: [] }), {
    status: 400,
    body: { __type: 'SerializationException' },
  })
})

test('out of bounds: the length of a description', async () => {
  await refused(
    update({ SecretId: 'a', Description: 'x'.repeat(2049) }),
    'ValidationException',
    /at 'description' failed to satisfy constraint: Member must have length less than or equal to 2048$/,
  )
})

test('out of bounds: the token is mandatory where a value comes along', async () => {
  assert.deepEqual(await scene.raw('UpdateSecret', { SecretId: 'absent', SecretString: 'x' }), {
    status: 400,
    body: { __type: 'InvalidRequestException', Message: said.noToken },
  })
  const { name: SecretId } = await scene.secret()
  assert.equal((await scene.raw('UpdateSecret', { SecretId, Description: 'x' })).status, 200)
})

test('out of bounds: one value, not two', async () => {
  await refused(
    update({ SecretId: 'a', SecretString: 'x', SecretBinary: Buffer.from('x') }),
    'InvalidParameterException',
    /^You can't specify both a binary secret value and a string secret value/,
  )
})

test('out of bounds: an id that is no name', async () => {
  await refused(
    scene.root.send(new UpdateSecretCommand({ SecretId: 'no name', Description: 'new' })),
    'ValidationException',
    said.badName,
  )
})

test('not allowed: even that it is absent is told to the entitled only', async () => {
  const { name } = await scene.secret()
  const nobody = await scene.as()
  for (const SecretId of [name, 'absent']) {
    await refused(
      nobody.send(new UpdateSecretCommand({ SecretId, Description: 'new' })),
      'AccessDeniedException',
      new RegExp(
        `is not authorized to perform: secretsmanager:UpdateSecret on resource: ${SecretId} because no identity-based policy allows the secretsmanager:UpdateSecret action$`,
      ),
    )
  }
})

test('absent', async () => {
  await refused(
    scene.root.send(new UpdateSecretCommand({ SecretId: 'absent', Description: 'new' })),
    'ResourceNotFoundException',
    said.notFound,
  )
})

test('wrong state: marked for deletion', async () => {
  const { name: SecretId } = await scene.secret()
  await scene.root.send(new DeleteSecretCommand({ SecretId }))
  await refused(
    scene.root.send(new UpdateSecretCommand({ SecretId, Description: 'new' })),
    'InvalidRequestException',
    said.deleted,
  )
})

test('wrong state: a replica only follows its primary', async () => {
  const { name: SecretId } = await scene.secret({ AddReplicaRegions: [{ Region: 'eu-west-1' }] })
  await refused(
    scene.at('eu-west-1').send(new UpdateSecretCommand({ SecretId, Description: 'new' })),
    'InvalidParameterException',
    said.replica,
  )
})

test('done: a value becomes current, and is answered by its version', async () => {
  const { name: SecretId, arn, versionId } = await scene.secret()
  const { $metadata, ...answer } = await update({ SecretId, SecretString: 'two' })
  assert.deepEqual(answer, { ARN: arn, Name: SecretId, VersionId: answer.VersionId })
  assert.deepEqual((await describe(SecretId)).VersionIdsToStages, {
    [versionId]: ['AWSPREVIOUS'],
    [answer.VersionId ?? '']: ['AWSCURRENT'],
  })
})

test('done: without a value there is no version in the answer', async () => {
  const { name: SecretId, arn } = await scene.secret()
  const { $metadata, ...answer } = await update({ SecretId, Description: 'told', Type: 'Kind' })
  assert.deepEqual(answer, { ARN: arn, Name: SecretId })
  const { Description, Type } = await describe(SecretId)
  assert.deepEqual([Description, Type], ['told', 'Kind'])
})

test('done: an empty description takes it away, an absent one leaves it', async () => {
  const { name: SecretId } = await scene.secret({ Description: 'first' })
  await update({ SecretId, SecretString: 'two' })
  assert.equal((await describe(SecretId)).Description, 'first')
  await update({ SecretId, Description: '' })
  assert.equal((await describe(SecretId)).Description, undefined)
})

test('done twice: the same token and value make one version, another value is refused', async () => {
  const { name: SecretId, arn } = await scene.secret()
  const ClientRequestToken = randomUUID()
  const input = { SecretId, SecretString: 'two', ClientRequestToken }
  const first = await update(input)
  assert.equal((await update(input)).VersionId, first.VersionId)
  await refused(
    update({ ...input, SecretString: 'three' }),
    'ResourceExistsException',
    `You can't use ClientRequestToken ${ClientRequestToken} because that value is already in use for a version of secret ${arn}.`,
  )
  const { SecretString } = await scene.root.send(new GetSecretValueCommand({ SecretId }))
  assert.equal(SecretString, 'two')
})
