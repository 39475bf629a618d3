/** PutParameter: https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_PutParameter.html */
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { CreateKeyCommand, KMSClient } from '@aws-sdk/client-kms'
import {
  DescribeParametersCommand,
  GetParameterCommand,
  GetParameterHistoryCommand,
  LabelParameterVersionCommand,
  PutParameterCommand,
  type PutParameterCommandInput,
} from '@aws-sdk/client-ssm'
import { raiseScene, refused, type Scene } from './scene.ts'

let scene: Scene
before(async () => {
  scene = await raiseScene()
})
after(() => scene[Symbol.asyncDispose]())

const put = (input: Partial<PutParameterCommandInput>) =>
  scene.root.send(
    new PutParameterCommand({ Name: '/put/one', Value: 'v', Type: 'String', ...input }),
  )
const describe = async (Name: string) => {
  const ParameterFilters = [{ Key: 'Name', Values: [Name] }]
  const { Parameters } = await scene.root.send(new DescribeParametersCommand({ ParameterFilters }))
  return Parameters?.[0]
}

test('malformed: a name of another type', async () => {
  const { status, body } = await scene.raw('PutParameter', { Name: [], Value: 'v' })
  assert.equal(status, 400)
  assert.equal(body.__type, 'SerializationException')
})

for (const [Name, code] of [
  ['aws-thing', 'ValidationException'],
  ['SSM.thing', 'ValidationException'],
  ['/ssmx/thing', 'ValidationException'],
  ['/aws/thing', 'AccessDeniedException'],
  ['a/b', 'ValidationException'],
  ['/a//b', 'ValidationException'],
  ['/a b', 'ValidationException'],
  ['/put/x:1', 'ValidationException'],
  [`/${'a/'.repeat(15)}a`, 'HierarchyLevelLimitExceededException'],
  [`/${'a'.repeat(1000)}`, 'ValidationException'],
] as const) {
  test(`out of bounds: the name ${Name.slice(0, 30)}`, () => refused(put({ Name }), code))
}

test('out of bounds: values, types, keys and tags that cannot be', async () => {
  await refused(put({ Value: '' }), 'ValidationException')
  await refused(
    put({ Name: '/put/untyped', Type: undefined }),
    'ValidationException',
    'A parameter type is required when you create a parameter.',
  )
  await refused(
    put({ KeyId: 'alias/mine' }),
    'ValidationException',
    /SecureString type parameter only/,
  )
  await refused(
    put({ DataType: 'aws:ec2:image' }),
    'ValidationException',
    /data type is not supported/,
  )
  await refused(
    put({ Overwrite: true, Tags: [{ Key: 'a', Value: 'b' }] }),
    'ValidationException',
    /tags and overwrite can't be used together/,
  )
  await refused(
    put({ Value: 'v'.repeat(4097) }),
    'ValidationException',
    /maximum parameter value of 4096/,
  )
  await refused(
    put({ Tier: 'Advanced', Value: 'v'.repeat(8193) }),
    'ValidationException',
    /maximum parameter value of 8192/,
  )
})

test('a pattern: fits, does not fit, is none, never ends', async () => {
  assert.equal(
    (await put({ Name: '/put/pattern', AllowedPattern: '^\\d{1,8}$', Value: '42' })).Version,
    1,
  )
  await refused(
    put({ Name: '/put/pattern', Overwrite: true, Value: 'x' }),
    'ParameterPatternMismatchException',
    'Parameter value, cannot be validated against allowedPattern: ^\\d{1,8}$',
  )
  await refused(put({ AllowedPattern: '(' }), 'InvalidAllowedPatternException')
  await refused(
    put({ AllowedPattern: '^(a+)+$', Value: `${'a'.repeat(60)}!` }),
    'InvalidAllowedPatternException',
    'The allowed pattern takes too long.',
  )
  // Terraform always sends an empty one.
  assert.equal(
    (await put({ Name: '/put/pattern', AllowedPattern: '', Overwrite: true, Value: 'x' })).Version,
    2,
  )
})

test('not allowed: neither to put, nor to overwrite where a policy asks', async () => {
  const nobody = await scene.as('ssm:GetParameter')
  await refused(
    nobody.send(new PutParameterCommand({ Name: '/put/denied', Value: 'v', Type: 'String' })),
    'AccessDeniedException',
    /not authorized to perform: ssm:PutParameter on resource: arn:aws:ssm:us-east-1:000000000000:parameter\/put\/denied because/,
  )
})

test('done: a text, described as it was put', async () => {
  const Tags = [{ Key: 'team', Value: 'one' }]
  assert.partialDeepStrictEqual(
    await put({ Name: '/put/text', Value: 'first', Description: 'told', Tags }),
    { Version: 1, Tier: 'Standard' },
  )
  const { LastModifiedDate, ...described } = (await describe('/put/text')) ?? {}
  assert.ok(LastModifiedDate instanceof Date)
  assert.deepEqual(described, {
    Name: '/put/text',
    ARN: 'arn:aws:ssm:us-east-1:000000000000:parameter/put/text',
    Type: 'String',
    LastModifiedUser: 'arn:aws:iam::000000000000:root',
    Description: 'told',
    Version: 1,
    Tier: 'Standard',
    Policies: [],
    DataType: 'text',
  })
})

test('done twice: refused without Overwrite, a version with it; what is left out stays', async () => {
  await put({ Name: '/put/twice', Description: 'kept' })
  await refused(
    put({ Name: '/put/twice' }),
    'ParameterAlreadyExists',
    'The parameter already exists. To overwrite this value, set the overwrite option in the request to true.',
  )
  const again = { Name: '/put/twice', Value: 'second', Overwrite: true }
  assert.equal((await put({ ...again, Type: undefined })).Version, 2)
  assert.equal((await describe('/put/twice'))?.Description, 'kept')
  await refused(put({ ...again, Type: 'SecureString' }), 'HierarchyTypeMismatchException')
})

test('x and /x are the same parameter', async () => {
  await put({ Name: 'rooted' })
  await refused(put({ Name: '/rooted' }), 'ParameterAlreadyExists')
})

test('a tier goes up, by wish or by need, and never down', async () => {
  const input = { Name: '/put/tier', Overwrite: true }
  assert.equal((await put({ ...input, Tier: 'Intelligent-Tiering' })).Tier, 'Standard')
  const large = { ...input, Tier: 'Intelligent-Tiering', Value: 'v'.repeat(5000) } as const
  assert.equal((await put(large)).Tier, 'Advanced')
  assert.equal((await put(input)).Tier, 'Advanced')
  await refused(put({ ...input, Tier: 'Standard' }), 'ValidationException', /can't downgrade/)
})

for (const Tier of ['Standard', 'Advanced'] as const) {
  test(`a SecureString of tier ${Tier} is sealed, opened, and kept under its key`, async () => {
    const kms = new KMSClient(scene.house.client())
    const { KeyMetadata } = await kms.send(new CreateKeyCommand({}))
    const KeyId = KeyMetadata?.KeyId ?? ''
    const Name = `/put/sealed/${Tier}`
    await put({ Name, Type: 'SecureString', Tier, KeyId, Value: 'planted-value' })
    await put({ Name, Type: 'SecureString', Value: 'planted-again', Overwrite: true })
    assert.equal((await describe(Name))?.KeyId, KeyId)
    const sealed = await scene.root.send(new GetParameterCommand({ Name }))
    assert.ok(!sealed.Parameter?.Value?.includes('planted'))
    const opened = await scene.root.send(new GetParameterCommand({ Name, WithDecryption: true }))
    assert.equal(opened.Parameter?.Value, 'planted-again')
  })
}

test('a key that is not there, or may not be used', async () => {
  const sealed = { Type: 'SecureString', Value: 'v' } as const
  await refused(
    put({ ...sealed, Name: '/put/nokey', KeyId: '12345678-1234-1234-1234-123456789012' }),
    'InvalidKeyId',
    /key/i,
  )
  const { KeyMetadata } = await new KMSClient(scene.house.client()).send(new CreateKeyCommand({}))
  const someone = await scene.as('ssm:*')
  await refused(
    someone.send(
      new PutParameterCommand({ ...sealed, Name: '/put/nokey', KeyId: KeyMetadata?.Arn }),
    ),
    'AccessDeniedException',
    /kms:Encrypt/,
  )
})

test('a hundred versions are kept; a labelled oldest one stands in the way', async () => {
  const Name = '/put/many'
  for (let n = 0; n < 101; n++) await put({ Name, Value: `${n}`, Overwrite: true })
  const { Parameters = [] } = await scene.root.send(new GetParameterHistoryCommand({ Name }))
  assert.equal(Parameters[0]?.Version, 2)
  await scene.root.send(
    new LabelParameterVersionCommand({ Name, ParameterVersion: 2, Labels: ['keep'] }),
  )
  await refused(
    put({ Name, Overwrite: true }),
    'ParameterMaxVersionLimitExceeded',
    /oldest version/,
  )
})
