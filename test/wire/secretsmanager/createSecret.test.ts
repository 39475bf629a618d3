/** CreateSecret: https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_CreateSecret.html */
import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { after, before, test } from 'node:test'
import {
  CreateSecretCommand,
  type CreateSecretCommandInput,
  DeleteSecretCommand,
  DescribeSecretCommand,
  GetSecretValueCommand,
  PutSecretValueCommand,
} from '@aws-sdk/client-secrets-manager'
import { account, raiseScene, refused, type Scene, said, unsigned } from './scene.ts'

let scene: Scene
before(async () => {
  scene = await raiseScene()
})
after(() => scene[Symbol.asyncDispose]())

const create = (input: CreateSecretCommandInput) => scene.root.send(new CreateSecretCommand(input))
const nameOf = () => `new/${randomUUID()}`

test('not signed: nothing is made', async () => {
  const sent = unsigned(scene.house).send(new CreateSecretCommand({ Name: 'unsigned' }))
  await refused(sent, 'MissingAuthenticationTokenException', /^Missing Authentication Token$/)
  await refused(
    scene.root.send(new DescribeSecretCommand({ SecretId: 'unsigned' })),
    'ResourceNotFoundException',
    said.notFound,
  )
})

test('malformed: a body that is no JSON, a member of another type', async () => {
  assert.partialDeepStrictEqual(await scene.raw('CreateSecret', '{'), {
    status: 400,
    body: { __type: 'SerializationException' },
  })
  assert.partialDeepStrictEqual(await scene.raw('CreateSecret', { Name: 7 }), {
    status: 400,
    body: { __type: 'SerializationException' },
  })
})

test('out of bounds: the limits of the contract', async () => {
  await refused(
    create({ Name: '' }),
    'ValidationException',
    "1 validation error detected: Value '' at 'name' failed to satisfy constraint: Member must have length greater than or equal to 1",
  )
  await refused(
    create({ Name: 'a'.repeat(513) }),
    'ValidationException',
    /less than or equal to 512$/,
  )
  await refused(
    create({ Name: nameOf(), SecretString: 'x'.repeat(65_537) }),
    'ValidationException',
    /at 'secretString' failed to satisfy constraint: Member must have length less than or equal to 65536$/,
  )
})

test('out of bounds: 64 KiB are bytes, whatever the characters', async () => {
  await refused(
    create({ Name: nameOf(), SecretString: 'é'.repeat(40_000) }),
    'LimitExceededException',
    'The secret value is larger than 65536 bytes.',
  )
  const largest = 'é'.repeat(32_768)
  const { ARN } = await create({ Name: nameOf(), SecretString: largest })
  const read = await scene.root.send(new GetSecretValueCommand({ SecretId: ARN }))
  assert.equal(read.SecretString, largest)
})

test('out of bounds: a name has few kinds of characters', async () => {
  for (const Name of ['a b', 'a:b', 'ä', 'a\n']) {
    await refused(create({ Name }), 'ValidationException', said.badName)
  }
})

test('out of bounds: the token is mandatory on the wire', async () => {
  assert.deepEqual(await scene.raw('CreateSecret', { Name: nameOf(), SecretString: 'x' }), {
    status: 400,
    body: { __type: 'InvalidRequestException', Message: said.noToken },
  })
})

test('out of bounds: one value, not two', async () => {
  await refused(
    create({ Name: nameOf(), SecretString: 'x', SecretBinary: Buffer.from('x') }),
    'InvalidParameterException',
    "You can't specify both a binary secret value and a string secret value in the same secret.",
  )
})

test('out of bounds: tags that are reserved, twice, or too many', async () => {
  const Tags = (keys: readonly string[]) => keys.map((Key) => ({ Key, Value: 'v' }))
  const bad: readonly (readonly [readonly string[], string])[] = [
    [['aws:mine'], 'Tag keys that begin with aws: are reserved for AWS use.'],
    [['a', 'a'], 'Tag keys must be unique.'],
    [Array.from({ length: 51 }, (_, at) => `k${at}`), 'A secret can have at most 50 tags.'],
  ]
  for (const [keys, words] of bad) {
    await refused(create({ Name: nameOf(), Tags: Tags(keys) }), 'InvalidParameterException', words)
  }
})

test('out of bounds: replicas only in other regions that are served, each once', async () => {
  for (const regions of [
    ['us-east-1'],
    ['xx-none-1'],
    ['cn-north-1'],
    ['eu-west-1', 'eu-west-1'],
  ]) {
    const AddReplicaRegions = regions.map((Region) => ({ Region }))
    await refused(
      create({ Name: nameOf(), AddReplicaRegions }),
      'InvalidParameterException',
      'Invalid replica region.',
    )
  }
})

test('not allowed: without permission, and told by the name that was asked for', async () => {
  const nobody = await scene.as()
  await refused(
    nobody.send(new CreateSecretCommand({ Name: 'mine' })),
    'AccessDeniedException',
    /is not authorized to perform: secretsmanager:CreateSecret on resource: mine because no identity-based policy allows the secretsmanager:CreateSecret action$/,
  )
})

test('not allowed: tags and replicas need their own permissions', async () => {
  const maker = await scene.as({ Action: 'secretsmanager:CreateSecret' })
  await refused(
    maker.send(new CreateSecretCommand({ Name: nameOf(), Tags: [{ Key: 'a', Value: 'b' }] })),
    'AccessDeniedException',
    /secretsmanager:TagResource/,
  )
  await refused(
    maker.send(
      new CreateSecretCommand({ Name: nameOf(), AddReplicaRegions: [{ Region: 'eu-west-1' }] }),
    ),
    'AccessDeniedException',
    /secretsmanager:ReplicateSecretToRegions/,
  )
})

test('not allowed: conditions on what the request carries', async () => {
  const keys = {
    'secretsmanager:Name': 'cond/*',
    'secretsmanager:Description': 'about*',
    'secretsmanager:Type': 'Salesforce*',
    'aws:RequestTag/team': 'red',
  }
  const Action = ['secretsmanager:CreateSecret', 'secretsmanager:TagResource']
  const maker = await scene.as({ Action, Condition: { StringLike: keys } })
  const fit = {
    Description: 'about something',
    Type: 'SalesforceClientSecret',
    Tags: [{ Key: 'team', Value: 'red' }],
  }
  await maker.send(new CreateSecretCommand({ Name: `cond/${randomUUID()}`, ...fit }))
  const unfit = [
    { Description: 'other' },
    { Type: 'Other' },
    { Tags: [{ Key: 'team', Value: 'x' }] },
  ]
  for (const change of unfit) {
    await refused(
      maker.send(new CreateSecretCommand({ Name: `cond/${randomUUID()}`, ...fit, ...change })),
      'AccessDeniedException',
      /secretsmanager:CreateSecret/,
    )
  }
})

test('absent: a KMS key that nobody has', async () => {
  const KmsKeyId = '00000000-0000-4000-8000-000000000000'
  await refused(
    create({ Name: nameOf(), SecretString: 'x', KmsKeyId }),
    'EncryptionFailure',
    /^Secrets Manager can't encrypt the protected secret text using the provided KMS key\./,
  )
})

test('wrong state: the name is taken', async () => {
  const { name } = await scene.secret()
  await refused(
    create({ Name: name, SecretString: 'x' }),
    'ResourceExistsException',
    `The operation failed because the secret ${name} already exists.`,
  )
})

test('wrong state: the name waits for its deletion', async () => {
  const { name } = await scene.secret()
  await scene.root.send(new DeleteSecretCommand({ SecretId: name }))
  await refused(
    create({ Name: name, SecretString: 'x' }),
    'InvalidRequestException',
    "You can't create this secret because a secret with this name is already scheduled for deletion.",
  )
})

test('done: an ARN with six characters behind the name, and the token as the version', async () => {
  const Name = 'every/_+=.@-!kind'
  const ClientRequestToken = randomUUID()
  const made = await create({ Name, ClientRequestToken, SecretString: 'x' })
  assert.equal(made.Name, Name)
  assert.equal(made.VersionId, ClientRequestToken)
  const [start, suffix] = made.ARN?.split(`${Name}-`) ?? []
  assert.equal(start, `arn:aws:secretsmanager:us-east-1:${account}:secret:`)
  assert.match(suffix ?? '', /^[A-Za-z0-9]{6}$/)
})

test('done: without a value there is no version, and the first one that is put is current', async () => {
  const Name = nameOf()
  const made = await create({ Name })
  assert.equal('VersionId' in made, false)
  const described = await scene.root.send(new DescribeSecretCommand({ SecretId: Name }))
  assert.equal(described.VersionIdsToStages, undefined)
  await refused(
    scene.root.send(new GetSecretValueCommand({ SecretId: Name })),
    'ResourceNotFoundException',
    said.noValue('AWSCURRENT'),
  )
  await scene.root.send(new PutSecretValueCommand({ SecretId: Name, SecretString: 'first' }))
  const read = await scene.root.send(new GetSecretValueCommand({ SecretId: Name }))
  assert.deepEqual([read.SecretString, read.VersionStages], ['first', ['AWSCURRENT']])
})

test('done: a deleted name is free, and gets another suffix', async () => {
  const { name, arn } = await scene.secret()
  await scene.root.send(
    new DeleteSecretCommand({ SecretId: name, ForceDeleteWithoutRecovery: true }),
  )
  const again = await create({ Name: name })
  assert.notEqual(again.ARN, arn)
})

test('done: the kind of a managed external secret is kept', async () => {
  const Name = nameOf()
  await create({ Name, SecretString: '{}', Type: 'SalesforceClientSecret' })
  const { Type } = await scene.root.send(new DescribeSecretCommand({ SecretId: Name }))
  assert.equal(Type, 'SalesforceClientSecret')
})

test('done twice: the same token and value are answered as before', async () => {
  const input = { Name: nameOf(), ClientRequestToken: randomUUID(), SecretString: 'x' }
  const first = await create(input)
  const second = await create(input)
  assert.deepEqual([second.ARN, second.VersionId], [first.ARN, first.VersionId])
  const empty = { Name: nameOf(), ClientRequestToken: randomUUID() }
  assert.equal((await create(empty)).ARN, (await create(empty)).ARN)
})

test('done twice: the same token with another value', async () => {
  const input = { Name: nameOf(), ClientRequestToken: randomUUID(), SecretString: 'x' }
  const { ARN } = await create(input)
  await refused(
    create({ ...input, SecretString: 'y' }),
    'ResourceExistsException',
    `You can't use ClientRequestToken ${input.ClientRequestToken} because that value is already in use for a version of secret ${ARN}.`,
  )
})

test('done at once: one name, and one of eight gets it', async () => {
  const Name = nameOf()
  const outcomes = await Promise.allSettled(
    Array.from({ length: 8 }, (_, at) => create({ Name, SecretString: `${at}` })),
  )
  const codes = outcomes.map((each) => (each.status === 'fulfilled' ? 'made' : each.reason.name))
  assert.deepEqual(codes.sort(), [...Array(7).fill('ResourceExistsException'), 'made'])
})

test('done at once: the first eight secrets of a region, whose default key comes to be with them', async () => {
  const there = scene.at('sa-east-1')
  const names = Array.from({ length: 8 }, nameOf)
  await Promise.all(
    names.map((Name) => there.send(new CreateSecretCommand({ Name, SecretString: Name }))),
  )
  for (const SecretId of names) {
    const { SecretString } = await there.send(new GetSecretValueCommand({ SecretId }))
    assert.equal(SecretString, SecretId)
  }
  assert.deepEqual(scene.house.complaints, [])
})
