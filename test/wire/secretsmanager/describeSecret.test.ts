/** DescribeSecret: https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_DescribeSecret.html */
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import {
  DeleteSecretCommand,
  DescribeSecretCommand,
  GetSecretValueCommand,
  PutResourcePolicyCommand,
  UpdateSecretCommand,
} from '@aws-sdk/client-secrets-manager'
import { account, policy, raiseScene, refused, type Scene, said, unsigned } from './scene.ts'

let scene: Scene
before(async () => {
  scene = await raiseScene()
})
after(() => scene[Symbol.asyncDispose]())

test('not signed', async () => {
  const sent = unsigned(scene.house).send(new DescribeSecretCommand({ SecretId: 'absent' }))
  await refused(sent, 'MissingAuthenticationTokenException', 'Missing Authentication Token')
})

test('malformed: an id of another type', async () => {
  assert.partialDeepStrictEqual(await scene.raw('DescribeSecret', { SecretId: [] }), {
    status: 400,
    body: { __type: 'SerializationException' },
  })
})

test('out of bounds: an id that is no name', async () => {
  await refused(
    scene.root.send(new DescribeSecretCommand({ SecretId: 'no name' })),
    'ValidationException',
    said.badName,
  )
})

test('not allowed: even that it is absent is told to the entitled only', async () => {
  const { name } = await scene.secret()
  const nobody = await scene.as()
  for (const SecretId of [name, 'absent']) {
    await refused(
      nobody.send(new DescribeSecretCommand({ SecretId })),
      'AccessDeniedException',
      new RegExp(
        `is not authorized to perform: secretsmanager:DescribeSecret on resource: ${SecretId} because no identity-based policy allows the secretsmanager:DescribeSecret action$`,
      ),
    )
  }
})

test('absent', async () => {
  await refused(
    scene.root.send(new DescribeSecretCommand({ SecretId: 'absent' })),
    'ResourceNotFoundException',
    said.notFound,
  )
})

test('wrong state: a secret that was deleted is still described', async () => {
  const { name: SecretId, versionId } = await scene.secret()
  await scene.root.send(new DeleteSecretCommand({ SecretId }))
  const described = await scene.root.send(new DescribeSecretCommand({ SecretId }))
  assert.ok(described.DeletedDate)
  assert.deepEqual(described.VersionIdsToStages, { [versionId]: ['AWSCURRENT'] })
})

test('done: a plain secret has these members and no others', async () => {
  const { arn, name, versionId } = await scene.secret({ Description: '' })
  const { $metadata, ...described } = await scene.root.send(
    new DescribeSecretCommand({ SecretId: name }),
  )
  const { CreatedDate, LastChangedDate, ...rest } = described
  assert.deepEqual(rest, {
    ARN: arn,
    Name: name,
    VersionIdsToStages: { [versionId]: ['AWSCURRENT'] },
  })
  assert.deepEqual(CreatedDate, LastChangedDate)
})

test('done: the day of the last read, by a read and not by a description', async () => {
  const { name: SecretId } = await scene.secret()
  await scene.root.send(new DescribeSecretCommand({ SecretId }))
  // It may be midnight meanwhile.
  const today = () => new Date(`${new Date().toISOString().slice(0, 10)}T00:00:00Z`).getTime()
  const first = today()
  await scene.root.send(new GetSecretValueCommand({ SecretId }))
  const read = await scene.root.send(new DescribeSecretCommand({ SecretId }))
  assert.ok([first, today()].includes(read.LastAccessedDate?.getTime() ?? 0))
})

test('done: by name, by full ARN, by the ARN without its end', async () => {
  const { arn, name } = await scene.secret({ Name: 'many/names-a1b2' })
  for (const SecretId of [name, arn, arn.slice(0, -7)]) {
    const { ARN } = await scene.root.send(new DescribeSecretCommand({ SecretId }))
    assert.equal(ARN, arn)
  }
})

test('done: an ARN that ends like a full one is read as one', async () => {
  const { arn, name } = await scene.secret({ Name: 'tail-a1b2c3' })
  for (const SecretId of [name, arn]) {
    assert.equal((await scene.root.send(new DescribeSecretCommand({ SecretId }))).ARN, arn)
  }
  await refused(
    scene.root.send(new DescribeSecretCommand({ SecretId: arn.slice(0, -7) })),
    'ResourceNotFoundException',
    said.notFound,
  )
})

test('done: ARNs of another suffix, region, partition or account mean nobody here', async () => {
  const { arn } = await scene.secret()
  const others = [
    arn.slice(0, -6).concat('zzzzzz'),
    arn.replace('us-east-1', 'us-west-2'),
    arn.replace(account, '999999999999'),
  ]
  for (const SecretId of others) {
    await assert.rejects(scene.root.send(new DescribeSecretCommand({ SecretId })), {
      name: SecretId.includes(account) ? 'ResourceNotFoundException' : 'AccessDeniedException',
    })
  }
  await refused(
    scene.root.send(
      new DescribeSecretCommand({ SecretId: arn.replace('arn:aws:', 'arn:aws-cn:') }),
    ),
    'ValidationException',
    said.badName,
  )
})

test('done: another account describes by ARN what its policy and its own admit', async () => {
  const { arn, name } = await scene.secret()
  const { account: other, keys } = await scene.stranger()
  const stranger = scene.client(keys)
  const describe = () => stranger.send(new DescribeSecretCommand({ SecretId: arn }))
  await refused(describe(), 'AccessDeniedException', /secretsmanager:DescribeSecret/)
  const ResourcePolicy = policy({ Action: 'secretsmanager:*', Principal: { AWS: other } })
  await scene.root.send(new PutResourcePolicyCommand({ SecretId: name, ResourcePolicy }))
  assert.equal((await describe()).Name, name)
  await refused(
    stranger.send(new DescribeSecretCommand({ SecretId: name })),
    'ResourceNotFoundException',
    said.notFound,
  )
})

test('done twice: any change moves LastChangedDate, a change to the same, too', async () => {
  const { name: SecretId } = await scene.secret()
  const at = async () =>
    Number((await scene.root.send(new DescribeSecretCommand({ SecretId }))).LastChangedDate)
  const before = await at()
  await scene.root.send(new UpdateSecretCommand({ SecretId }))
  const between = await at()
  await scene.root.send(new UpdateSecretCommand({ SecretId, SecretString: 'value' }))
  assert.ok(before < between && between < (await at()))
})
