/** PutSecretValue: https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_PutSecretValue.html */
import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { after, before, test } from 'node:test'
import {
  CreateSecretCommand,
  DeleteSecretCommand,
  DescribeSecretCommand,
  GetSecretValueCommand,
  PutResourcePolicyCommand,
  PutSecretValueCommand,
  type PutSecretValueCommandInput,
} from '@aws-sdk/client-secrets-manager'
import { policy, raiseScene, refused, type Scene, said, unsigned } from './scene.ts'

let scene: Scene
before(async () => {
  scene = await raiseScene()
})
after(() => scene[Symbol.asyncDispose]())

const put = (input: PutSecretValueCommandInput) => scene.root.send(new PutSecretValueCommand(input))

const stagesOf = async (SecretId: string) =>
  (await scene.root.send(new DescribeSecretCommand({ SecretId }))).VersionIdsToStages

test('not signed', async () => {
  const sent = unsigned(scene.house).send(
    new PutSecretValueCommand({ SecretId: 'absent', SecretString: 'x' }),
  )
  await refused(sent, 'MissingAuthenticationTokenException', 'Missing Authentication Token')
})

test('malformed: an id of another type', async () => {
  assert.partialDeepStrictEqual(await scene.raw('PutSecretValue', { SecretId: [] }), {
    status: 400,
    body: { __type: 'SerializationException' },
  })
})

test('out of bounds: too large, and too many labels', async () => {
  await refused(
    put({ SecretId: 'a', SecretString: 'x'.repeat(65_537) }),
    'ValidationException',
    /at 'secretString'.* less than or equal to 65536$/,
  )
  const VersionStages = Array.from({ length: 21 }, (_, at) => `L${at}`)
  await refused(
    put({ SecretId: 'a', SecretString: 'x', VersionStages }),
    'ValidationException',
    /at 'versionStages' failed to satisfy constraint: Member must have length less than or equal to 20$/,
  )
})

test('out of bounds: the token is mandatory, before the secret is looked up', async () => {
  assert.deepEqual(await scene.raw('PutSecretValue', { SecretId: 'absent', SecretString: 'x' }), {
    status: 400,
    body: { __type: 'InvalidRequestException', Message: said.noToken },
  })
})

test('out of bounds: one value, neither two nor none', async () => {
  const { name: SecretId } = await scene.secret()
  await refused(
    put({ SecretId, SecretString: 'x', SecretBinary: Buffer.from('x') }),
    'InvalidParameterException',
    "You can't specify both a binary secret value and a string secret value in the same secret.",
  )
  await refused(
    put({ SecretId }),
    'InvalidRequestException',
    'You must provide either SecretString or SecretBinary.',
  )
})

test('out of bounds: an id that is no name', async () => {
  await refused(
    scene.root.send(new PutSecretValueCommand({ SecretId: 'no name', SecretString: 'x' })),
    'ValidationException',
    said.badName,
  )
})

test('not allowed: even that it is absent is told to the entitled only', async () => {
  const { name } = await scene.secret()
  const nobody = await scene.as()
  for (const SecretId of [name, 'absent']) {
    await refused(
      nobody.send(new PutSecretValueCommand({ SecretId, SecretString: 'x' })),
      'AccessDeniedException',
      new RegExp(
        `is not authorized to perform: secretsmanager:PutSecretValue on resource: ${SecretId} because no identity-based policy allows the secretsmanager:PutSecretValue action$`,
      ),
    )
  }
})

test('absent', async () => {
  await refused(
    scene.root.send(new PutSecretValueCommand({ SecretId: 'absent', SecretString: 'x' })),
    'ResourceNotFoundException',
    said.notFound,
  )
})

test('wrong state: marked for deletion', async () => {
  const { name: SecretId } = await scene.secret()
  await scene.root.send(new DeleteSecretCommand({ SecretId }))
  await refused(
    scene.root.send(new PutSecretValueCommand({ SecretId, SecretString: 'x' })),
    'InvalidRequestException',
    said.deleted,
  )
})

test('wrong state: a replica only follows its primary', async () => {
  const { name: SecretId } = await scene.secret({ AddReplicaRegions: [{ Region: 'eu-west-1' }] })
  await refused(
    scene.at('eu-west-1').send(new PutSecretValueCommand({ SecretId, SecretString: 'x' })),
    'InvalidParameterException',
    said.replica,
  )
})

test('wrong state: more than 20 labels in a secret', async () => {
  const { name: SecretId } = await scene.secret()
  const labels = (from: number) => Array.from({ length: 19 }, (_, at) => `L${from + at}`)
  await put({ SecretId, SecretString: 'x', VersionStages: labels(0) })
  await refused(
    put({ SecretId, SecretString: 'y', VersionStages: ['more'] }),
    'LimitExceededException',
    "You can't have more than 20 staging labels in a secret.",
  )
})

test('wrong state: another account, and a secret under the default key', async () => {
  const { arn } = await scene.secret()
  const { account: other, keys } = await scene.stranger()
  const ResourcePolicy = policy({ Action: 'secretsmanager:*', Principal: { AWS: other } })
  await scene.root.send(new PutResourcePolicyCommand({ SecretId: arn, ResourcePolicy }))
  await refused(
    scene.client(keys).send(new PutSecretValueCommand({ SecretId: arn, SecretString: 'x' })),
    'InvalidRequestException',
    /^You can't access a secret from a different AWS account/,
  )
})

test('done: AWSCURRENT moves, and leaves AWSPREVIOUS behind', async () => {
  const { name: SecretId, arn, versionId } = await scene.secret()
  const answer = await put({ SecretId, SecretString: 'two' })
  assert.deepEqual([answer.ARN, answer.Name, answer.VersionStages], [arn, SecretId, ['AWSCURRENT']])
  assert.deepEqual(await stagesOf(SecretId), {
    [versionId]: ['AWSPREVIOUS'],
    [answer.VersionId ?? '']: ['AWSCURRENT'],
  })
})

test('done: labels of its own leave AWSCURRENT where it is, and move if named again', async () => {
  const { name: SecretId, versionId } = await scene.secret()
  const first = await put({ SecretId, SecretString: 'a', VersionStages: ['blue', 'green'] })
  const second = await put({ SecretId, SecretString: 'b', VersionStages: ['blue', 'AWSSOMETHING'] })
  assert.deepEqual(await stagesOf(SecretId), {
    [versionId]: ['AWSCURRENT'],
    [first.VersionId ?? '']: ['green'],
    [second.VersionId ?? '']: ['AWSSOMETHING', 'blue'],
  })
})

test('done: AWSPENDING goes with the AWSCURRENT that it stood beside', async () => {
  const { name: SecretId } = await scene.secret()
  const both = await put({
    SecretId,
    SecretString: 'a',
    VersionStages: ['AWSCURRENT', 'AWSPENDING'],
  })
  const next = await put({ SecretId, SecretString: 'b' })
  assert.deepEqual(await stagesOf(SecretId), {
    [both.VersionId ?? '']: ['AWSPREVIOUS'],
    [next.VersionId ?? '']: ['AWSCURRENT'],
  })
})

test('done: the former AWSPREVIOUS keeps its own labels', async () => {
  const { name: SecretId } = await scene.secret()
  const kept = await put({ SecretId, SecretString: 'a', VersionStages: ['AWSCURRENT', 'kept'] })
  await put({ SecretId, SecretString: 'b' })
  await put({ SecretId, SecretString: 'c' })
  assert.deepEqual((await stagesOf(SecretId))?.[kept.VersionId ?? ''], ['kept'])
})

test('done: the first value is current, whatever else it is called', async () => {
  const SecretId = `empty/${randomUUID()}`
  await scene.root.send(new CreateSecretCommand({ Name: SecretId }))
  const { VersionStages } = await put({ SecretId, SecretString: 'a', VersionStages: ['mine'] })
  assert.deepEqual(VersionStages, ['AWSCURRENT', 'mine'])
})

test('done: a label can have any name', async () => {
  const { name: SecretId } = await scene.secret()
  await put({ SecretId, SecretString: 'odd', VersionStages: ['__proto__', 'constructor'] })
  for (const VersionStage of ['__proto__', 'constructor']) {
    const read = await scene.root.send(new GetSecretValueCommand({ SecretId, VersionStage }))
    assert.equal(read.SecretString, 'odd')
  }
})

test('done twice: the same token and value make one version', async () => {
  const { name: SecretId } = await scene.secret()
  const input = { SecretId, SecretString: 'two', ClientRequestToken: randomUUID() }
  const first = await put(input)
  const before = await stagesOf(SecretId)
  const second = await put(input)
  assert.deepEqual(second.VersionStages, first.VersionStages)
  assert.deepEqual(await stagesOf(SecretId), before)
})

test('done twice: the same token with another value, or as bytes', async () => {
  const { name: SecretId, arn } = await scene.secret()
  const ClientRequestToken = randomUUID()
  await put({ SecretId, SecretString: 'two', ClientRequestToken })
  const words = `You can't use ClientRequestToken ${ClientRequestToken} because that value is already in use for a version of secret ${arn}.`
  for (const value of [{ SecretString: 'three' }, { SecretBinary: Buffer.from('two') }]) {
    await refused(put({ SecretId, ClientRequestToken, ...value }), 'ResourceExistsException', words)
  }
})

test('done at once: sixteen writers, every version there, one of them current', async () => {
  const { name: SecretId } = await scene.secret()
  const answers = await Promise.all(
    Array.from({ length: 16 }, (_, at) => put({ SecretId, SecretString: `${at}` })),
  )
  const stages = (await stagesOf(SecretId)) ?? {}
  assert.deepEqual(Object.values(stages).flat().sort(), ['AWSCURRENT', 'AWSPREVIOUS'])
  for (const [at, { VersionId }] of answers.entries()) {
    const read = await scene.root.send(new GetSecretValueCommand({ SecretId, VersionId }))
    assert.equal(read.SecretString, `${at}`)
  }
})
