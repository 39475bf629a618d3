/** GetSecretValue: https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_GetSecretValue.html */
import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { after, before, test } from 'node:test'
import {
  CreateSecretCommand,
  DeleteSecretCommand,
  GetSecretValueCommand,
  PutResourcePolicyCommand,
  PutSecretValueCommand,
  UpdateSecretVersionStageCommand,
} from '@aws-sdk/client-secrets-manager'
import { policy, raiseScene, refused, type Scene, said, unsigned } from './scene.ts'

let scene: Scene
before(async () => {
  scene = await raiseScene()
})
after(() => scene[Symbol.asyncDispose]())

test('not signed', async () => {
  const sent = unsigned(scene.house).send(new GetSecretValueCommand({ SecretId: 'absent' }))
  await refused(sent, 'MissingAuthenticationTokenException', 'Missing Authentication Token')
})

test('malformed: an id of another type', async () => {
  assert.partialDeepStrictEqual(await scene.raw('GetSecretValue', { SecretId: [] }), {
    status: 400,
    body: { __type: 'SerializationException' },
  })
})

test('out of bounds: the length of a version id', async () => {
  await refused(
    scene.root.send(new GetSecretValueCommand({ SecretId: 'a', VersionId: 'short' })),
    'ValidationException',
    /at 'versionId' failed to satisfy constraint: Member must have length greater than or equal to 32$/,
  )
})

test('out of bounds: an id that is no name', async () => {
  await refused(
    scene.root.send(new GetSecretValueCommand({ SecretId: 'no name' })),
    'ValidationException',
    said.badName,
  )
})

test('not allowed: even that it is absent is told to the entitled only', async () => {
  const { name } = await scene.secret()
  const nobody = await scene.as()
  for (const SecretId of [name, 'absent']) {
    await refused(
      nobody.send(new GetSecretValueCommand({ SecretId })),
      'AccessDeniedException',
      new RegExp(
        `is not authorized to perform: secretsmanager:GetSecretValue on resource: ${SecretId} because no identity-based policy allows the secretsmanager:GetSecretValue action$`,
      ),
    )
  }
})

test('absent', async () => {
  await refused(
    scene.root.send(new GetSecretValueCommand({ SecretId: 'absent' })),
    'ResourceNotFoundException',
    said.notFound,
  )
})

test('not allowed: by stage, however the version is named', async () => {
  const { arn, versionId } = await scene.secret()
  await scene.root.send(new PutSecretValueCommand({ SecretId: arn, SecretString: 'two' }))
  const reader = await scene.as(
    { Action: 'secretsmanager:GetSecretValue' },
    {
      Effect: 'Deny',
      Action: '*',
      Condition: { 'ForAnyValue:StringEquals': { 'secretsmanager:VersionStage': 'AWSPREVIOUS' } },
    },
  )
  const read = (choice: object) =>
    reader.send(new GetSecretValueCommand({ SecretId: arn, ...choice }))
  assert.equal((await read({})).SecretString, 'two')
  for (const choice of [{ VersionStage: 'AWSPREVIOUS' }, { VersionId: versionId }]) {
    await refused(read(choice), 'AccessDeniedException', /with an explicit deny/)
  }
})

test('not allowed: by the tags of the secret, and of the caller', async () => {
  const red = await scene.secret({ Tags: [{ Key: 'team', Value: 'red' }] })
  const blue = await scene.secret({ Tags: [{ Key: 'team', Value: 'blue' }] })
  for (const key of ['aws:ResourceTag/team', 'secretsmanager:ResourceTag/team']) {
    const reader = await scene.as({
      Action: 'secretsmanager:GetSecretValue',
      Condition: { StringEquals: { [key]: 'red' } },
    })
    await reader.send(new GetSecretValueCommand({ SecretId: red.arn }))
    await refused(
      reader.send(new GetSecretValueCommand({ SecretId: blue.arn })),
      'AccessDeniedException',
      /secretsmanager:GetSecretValue/,
    )
  }
})

test('absent: versions and labels', async () => {
  const { name: SecretId } = await scene.secret()
  const VersionId = randomUUID()
  await refused(
    scene.root.send(new GetSecretValueCommand({ SecretId, VersionId })),
    'ResourceNotFoundException',
    `Secrets Manager can't find the specified secret value for VersionId: ${VersionId}`,
  )
  for (const VersionStage of ['AWSPREVIOUS', 'constructor', '__proto__']) {
    await refused(
      scene.root.send(new GetSecretValueCommand({ SecretId, VersionStage })),
      'ResourceNotFoundException',
      said.noValue(VersionStage),
    )
  }
})

test('absent: a version id that no key of the store could hold', async () => {
  const { name: SecretId } = await scene.secret()
  await refused(
    scene.root.send(new GetSecretValueCommand({ SecretId, VersionId: '\u0001'.repeat(32) })),
    'ResourceNotFoundException',
    /for VersionId/,
  )
})

test('wrong state: marked for deletion', async () => {
  const { name: SecretId } = await scene.secret()
  await scene.root.send(new DeleteSecretCommand({ SecretId }))
  await refused(
    scene.root.send(new GetSecretValueCommand({ SecretId })),
    'InvalidRequestException',
    said.deleted,
  )
})

test('wrong state: id and label disagree', async () => {
  const { name: SecretId, versionId: VersionId } = await scene.secret()
  await scene.root.send(new PutSecretValueCommand({ SecretId, SecretString: 'two' }))
  await refused(
    scene.root.send(new GetSecretValueCommand({ SecretId, VersionId, VersionStage: 'AWSCURRENT' })),
    'InvalidRequestException',
    'You provided a VersionStage that is not associated to the provided VersionId.',
  )
})

test('wrong state: another account, and a secret under the default key', async () => {
  const { arn } = await scene.secret()
  const { account: other, keys } = await scene.stranger()
  const ResourcePolicy = policy({ Action: 'secretsmanager:*', Principal: { AWS: other } })
  await scene.root.send(new PutResourcePolicyCommand({ SecretId: arn, ResourcePolicy }))
  await refused(
    scene.client(keys).send(new GetSecretValueCommand({ SecretId: arn })),
    'InvalidRequestException',
    "You can't access a secret from a different AWS account if you encrypt the secret with the default KMS service key.",
  )
})

test('done: a text, and no other member beside it', async () => {
  const text = 'käse \u0000 \u{1f511}\n'
  const { name, arn, versionId } = await scene.secret({ SecretString: text })
  const { $metadata, CreatedDate, ...read } = await scene.root.send(
    new GetSecretValueCommand({ SecretId: name }),
  )
  assert.deepEqual(read, {
    ARN: arn,
    Name: name,
    VersionId: versionId,
    VersionStages: ['AWSCURRENT'],
    SecretString: text,
  })
  assert.ok(CreatedDate)
})

test('done: bytes', async () => {
  const SecretBinary = Buffer.from(Array.from({ length: 256 }, (_, at) => at))
  const Name = `bytes/${randomUUID()}`
  await scene.root.send(new CreateSecretCommand({ Name, SecretBinary }))
  const read = await scene.root.send(new GetSecretValueCommand({ SecretId: Name }))
  assert.deepEqual(Buffer.from(read.SecretBinary ?? []), SecretBinary)
  assert.equal('SecretString' in read, false)
})

test('done: by label and by id', async () => {
  const { name: SecretId, versionId } = await scene.secret({ SecretString: 'one' })
  await scene.root.send(new PutSecretValueCommand({ SecretId, SecretString: 'two' }))
  const read = async (choice: object) =>
    (await scene.root.send(new GetSecretValueCommand({ SecretId, ...choice }))).SecretString
  assert.equal(await read({}), 'two')
  assert.equal(await read({ VersionStage: 'AWSPREVIOUS' }), 'one')
  assert.equal(await read({ VersionId: versionId }), 'one')
  assert.equal(await read({ VersionId: versionId, VersionStage: 'AWSPREVIOUS' }), 'one')
})

test('done: a version that lost its labels is read by its id', async () => {
  const { name: SecretId, versionId: VersionId } = await scene.secret({ SecretString: 'one' })
  for (const SecretString of ['two', 'three']) {
    await scene.root.send(new PutSecretValueCommand({ SecretId, SecretString }))
  }
  const read = await scene.root.send(new GetSecretValueCommand({ SecretId, VersionId }))
  assert.equal(read.SecretString, 'one')
  assert.deepEqual(read.VersionStages ?? [], [])
})

test('done twice: two labels on one version, sorted', async () => {
  const { name: SecretId, versionId: MoveToVersionId } = await scene.secret()
  await scene.root.send(
    new UpdateSecretVersionStageCommand({ SecretId, VersionStage: 'A', MoveToVersionId }),
  )
  for (let time = 0; time < 2; time++) {
    const { VersionStages } = await scene.root.send(new GetSecretValueCommand({ SecretId }))
    assert.deepEqual(VersionStages, ['A', 'AWSCURRENT'])
  }
})
