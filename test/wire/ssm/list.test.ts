/**
 * GetParametersByPath and DescribeParameters.
 * https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_GetParametersByPath.html
 */
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import {
  DescribeParametersCommand,
  type DescribeParametersCommandInput,
  GetParametersByPathCommand,
  type GetParametersByPathCommandInput,
  LabelParameterVersionCommand,
} from '@aws-sdk/client-ssm'
import { arn, raiseScene, refused, type Scene } from './scene.ts'

let scene: Scene
before(async () => {
  scene = await raiseScene()
  for (const Name of ['/a/one', '/a/b/two', '/a/b/c/three', '/a/z', '/ab/four', 'five']) {
    await scene.put({ Name, Value: `value of ${Name}` })
  }
  await scene.put({ Name: '/a/sealed', Value: 'hidden', Type: 'SecureString' })
  await scene.put({ Name: '/t/tagged', Tags: [{ Key: 'team', Value: 'blue' }], Tier: 'Advanced' })
  await scene.put({ Name: '/a/one', Value: 'newer', Overwrite: true })
  const label = { Name: '/a/one', ParameterVersion: 1, Labels: ['old'] }
  await scene.root.send(new LabelParameterVersionCommand(label))
})
after(() => scene[Symbol.asyncDispose]())

const below = async (input: Partial<GetParametersByPathCommandInput>) => {
  const names: (string | undefined)[] = []
  let NextToken: string | undefined
  do {
    const asked = { Path: '/a', ...input, NextToken: NextToken ?? input.NextToken }
    const page = await scene.root.send(new GetParametersByPathCommand(asked))
    names.push(...(page.Parameters ?? []).map(({ Name }) => Name))
    NextToken = page.NextToken
  } while (NextToken)
  return names
}
const described = async (input: DescribeParametersCommandInput) => {
  const names: (string | undefined)[] = []
  let NextToken: string | undefined
  do {
    const page = await scene.root.send(new DescribeParametersCommand({ ...input, NextToken }))
    names.push(...(page.Parameters ?? []).map(({ Name }) => Name))
    NextToken = page.NextToken
  } while (NextToken)
  return names
}

test('out of bounds: a path, pages, filters that cannot be', async () => {
  await refused(below({ Path: 'a' }), 'ValidationException', /must begin with a forward slash/)
  await refused(below({ MaxResults: 11 }), 'ValidationException')
  const filtered = (Key: string, Option: string, Values?: string[]) =>
    below({ ParameterFilters: [{ Key, Option, Values }] })
  await refused(filtered('Name', 'Equals', ['x']), 'InvalidFilterKey')
  await refused(filtered('Type', 'Contains', ['x']), 'InvalidFilterOption')
  await refused(filtered('Type', 'Equals'), 'InvalidFilterValue')
  await refused(below({ NextToken: 'forged' }), 'InvalidNextToken')
})

test('not allowed', async () => {
  const someone = await scene.as('ssm:GetParametersByPath', arn('/other*'))
  await refused(
    someone.send(new GetParametersByPathCommand({ Path: '/a' })),
    'AccessDeniedException',
    /on resource: arn:aws:ssm:us-east-1:000000000000:parameter\/a because/,
  )
  await refused(someone.send(new DescribeParametersCommand({})), 'AccessDeniedException')
})

test('one level, or all', async () => {
  assert.deepEqual(await below({}), ['/a/one', '/a/sealed', '/a/z'])
  assert.deepEqual(await below({ Path: '/a/' }), ['/a/one', '/a/sealed', '/a/z'])
  assert.deepEqual(await below({ Recursive: true }), [
    ...['/a/b/c/three', '/a/b/two', '/a/one', '/a/sealed', '/a/z'],
  ])
  assert.deepEqual(await below({ Path: '/' }), ['five'])
  assert.deepEqual(await below({ Path: '/absent' }), [])
})

test('page by page, the same list', async () => {
  for (const MaxResults of [1, 2, 3]) {
    assert.deepEqual(await below({ MaxResults }), ['/a/one', '/a/sealed', '/a/z'])
    assert.equal((await below({ MaxResults, Recursive: true })).length, 5)
  }
})

test('a level above a thousand others is found without looking at them', async () => {
  for (let n = 0; n < 1100; n += 100) {
    await Promise.all(
      Array.from({ length: 100 }, (_, i) => scene.put({ Name: `/deep/down/${n + i}` })),
    )
  }
  await scene.put({ Name: '/deep/last' })
  const { Parameters } = await scene.root.send(new GetParametersByPathCommand({ Path: '/deep' }))
  assert.deepEqual(
    Parameters?.map(({ Name }) => Name),
    ['/deep/last'],
  )
})

test('filters by type and label: a label means its version', async () => {
  const byType = [{ Key: 'Type', Values: ['SecureString'] }]
  assert.deepEqual(await below({ ParameterFilters: byType }), ['/a/sealed'])
  const ParameterFilters = [{ Key: 'Label', Values: ['old'] }]
  const asked = new GetParametersByPathCommand({ Path: '/a', ParameterFilters })
  assert.equal((await scene.root.send(asked)).Parameters?.[0]?.Value, 'value of /a/one')
})

test('decrypted where it was asked for', async () => {
  const ParameterFilters = [{ Key: 'Type', Values: ['SecureString'] }]
  const asked = { Path: '/a', ParameterFilters, WithDecryption: true }
  const { Parameters } = await scene.root.send(new GetParametersByPathCommand(asked))
  assert.equal(Parameters?.[0]?.Value, 'hidden')
})

for (const [Key, Option, Values, expected] of [
  ['Name', undefined, ['/a/one', '/a/z'], ['/a/one', '/a/z']],
  ['Name', 'Equals', ['/five'], ['five']],
  ['Name', 'BeginsWith', ['/a/b'], ['/a/b/c/three', '/a/b/two']],
  ['Name', 'Contains', ['our'], ['/ab/four']],
  ['Path', 'OneLevel', ['/a/b'], ['/a/b/two']],
  ['Path', 'Recursive', ['/a/b'], ['/a/b/c/three', '/a/b/two']],
  ['Type', 'Equals', ['SecureString'], ['/a/sealed']],
  ['KeyId', 'Equals', ['alias/aws/ssm'], ['/a/sealed']],
  ['Tier', 'Equals', ['Advanced'], ['/t/tagged']],
  ['tag:team', 'Equals', ['blue'], ['/t/tagged']],
  ['tag:team', undefined, undefined, ['/t/tagged']],
  ['tag:team', 'Equals', ['red'], []],
] as const) {
  test(`DescribeParameters by ${Key} ${Option ?? ''} ${Values ?? ''}`, async () => {
    const filter = { Key, Option, Values: Values && [...Values] }
    assert.deepEqual(await described({ ParameterFilters: [filter] }), [...expected])
  })
}

test('the older member, and both together', async () => {
  const Filters = [{ Key: 'Name' as const, Values: ['/ab'] }]
  assert.deepEqual(await described({ Filters }), ['/ab/four'])
  await refused(
    described({ Filters, ParameterFilters: [{ Key: 'Type', Values: ['String'] }] }),
    'ValidationException',
  )
})
