/** ListSecrets: https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_ListSecrets.html */
import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { after, before, test } from 'node:test'
import {
  CreateSecretCommand,
  type Filter,
  GetSecretValueCommand,
  ListSecretsCommand,
  type ListSecretsCommandInput,
  UpdateSecretCommand,
} from '@aws-sdk/client-secrets-manager'
import { raiseScene, refused, type Scene, unsigned } from './scene.ts'

let scene: Scene
before(async () => {
  scene = await raiseScene()
})
after(() => scene[Symbol.asyncDispose]())

const list = async (input: ListSecretsCommandInput = {}) =>
  scene.root.send(new ListSecretsCommand(input))

/** Every page of a list. */
async function all(input: ListSecretsCommandInput): Promise<string[]> {
  const names: string[] = []
  let NextToken: string | undefined
  do {
    const page: Awaited<ReturnType<typeof list>> = await list({ ...input, NextToken })
    names.push(...(page.SecretList ?? []).map(({ Name = '' }) => Name))
    NextToken = page.NextToken
  } while (NextToken)
  return names
}

const found = (...Filters: Filter[]) => all({ Filters })

test('not signed', async () => {
  const sent = unsigned(scene.house).send(new ListSecretsCommand({}))
  await refused(sent, 'MissingAuthenticationTokenException', 'Missing Authentication Token')
})

test('malformed: filters of another type', async () => {
  assert.partialDeepStrictEqual(await scene.raw('ListSecrets', { Filters: 'name' }), {
    status: 400,
    body: { __type: 'SerializationException' },
  })
})

test('out of bounds: pages, filters, values, keys', async () => {
  const bad: readonly (readonly [object, RegExp])[] = [
    [{ MaxResults: 101 }, /at 'maxResults' .* less than or equal to 100$/],
    [{ Filters: Array(11).fill({ Key: 'name', Values: ['a'] }) }, /at 'filters' .* equal to 10$/],
    [{ Filters: [{ Key: 'name', Values: Array(11).fill('a') }] }, /values' .* equal to 10$/],
    [{ Filters: [{ Key: 'kind', Values: ['a'] }] }, /Member must satisfy enum value set: \[/],
    [{ SortBy: 'size' }, /at 'sortBy' .*enum value set: \[/],
  ]
  for (const [input, words] of bad) await refused(list(input), 'ValidationException', words)
})

test('out of bounds: a filter without key or values', async () => {
  await refused(
    list({ Filters: [{ Values: ['a'] } as Filter] }),
    'InvalidParameterException',
    'Invalid filter key',
  )
  await refused(
    list({ Filters: [{ Key: 'name' } as Filter] }),
    'InvalidParameterException',
    'Invalid filter values for key: name',
  )
})

test('not allowed', async () => {
  const nobody = await scene.as({ Action: 'secretsmanager:Get*' })
  await refused(
    nobody.send(new ListSecretsCommand({})),
    'AccessDeniedException',
    /is not authorized to perform: secretsmanager:ListSecrets/,
  )
})

test('wrong state: a token of nobody, of another query, of another caller', async () => {
  for (const Name of ['token/1', 'token/2', 'token/3']) await scene.secret({ Name })
  const input = { MaxResults: 1 }
  const { NextToken = '' } = await list(input)
  const colleague = await scene.as({ Action: 'secretsmanager:*' })
  const altered = `${NextToken.slice(0, -2)}${NextToken.endsWith('AA') ? 'BB' : 'AA'}`
  const sent = [
    list({ ...input, NextToken: 'made-up' }),
    list({ ...input, NextToken: altered }),
    list({ ...input, NextToken, SortOrder: 'desc' }),
    list({ ...input, NextToken, SortBy: 'name' }),
    list({ ...input, NextToken, IncludePlannedDeletion: true }),
    list({ ...input, NextToken, Filters: [{ Key: 'name', Values: ['token'] }] }),
    scene.at('eu-west-1').send(new ListSecretsCommand({ ...input, NextToken })),
    colleague.send(new ListSecretsCommand({ ...input, NextToken })),
  ]
  // All at once: whichever is refused first.
  await Promise.all(
    sent.map((each) => refused(each, 'InvalidNextTokenException', 'Invalid NextToken')),
  )
  assert.doesNotMatch(Buffer.from(NextToken, 'base64url').toString('latin1'), /token\/1/)
})

test('done: the own secrets of this region, with what is told of them', async () => {
  const { name, arn, versionId } = await scene.secret({
    Name: 'told/whole',
    Description: 'about it',
    Tags: [{ Key: 'a', Value: 'b' }],
    Type: 'SnowflakePat',
  })
  const { keys } = await scene.stranger()
  const page = await list({ Filters: [{ Key: 'name', Values: [name] }] })
  const [{ CreatedDate, LastChangedDate, ...entry } = {}] = page.SecretList ?? []
  assert.ok(CreatedDate && LastChangedDate)
  assert.deepEqual(entry, {
    ARN: arn,
    Name: name,
    Type: 'SnowflakePat',
    Description: 'about it',
    Tags: [{ Key: 'a', Value: 'b' }],
    SecretVersionsToStages: { [versionId]: ['AWSCURRENT'] },
  })
  for (const elsewhere of [scene.at('eu-west-1'), scene.client(keys)]) {
    assert.deepEqual((await elsewhere.send(new ListSecretsCommand({}))).SecretList, [])
  }
})

test('done: each order, both ways', async () => {
  const start = `order-${randomUUID()}`
  const names = ['b', 'a', 'c'].map((end) => `${start}/${end}`)
  const [b = '', a = '', c = ''] = names
  for (const Name of names) await scene.secret({ Name })
  await scene.root.send(new GetSecretValueCommand({ SecretId: a }))
  await scene.root.send(new UpdateSecretCommand({ SecretId: b, Description: 'changed' }))
  const Filters: Filter[] = [{ Key: 'name', Values: [start] }]
  const orders: readonly (readonly [ListSecretsCommandInput['SortBy'], readonly string[]])[] = [
    [undefined, [b, a, c]],
    ['created-date', [b, a, c]],
    ['name', [a, b, c]],
    ['last-changed-date', [a, c, b]],
    ['last-accessed-date', [b, c, a]],
  ]
  for (const [SortBy, sorted] of orders) {
    for (const MaxResults of [1, 100]) {
      const input = { Filters, SortBy, MaxResults }
      assert.deepEqual(await all(input), sorted, `${SortBy} by ${MaxResults}`)
      const backwards = await all({ ...input, SortOrder: 'desc' })
      assert.deepEqual(backwards, sorted.toReversed(), `${SortBy} back by ${MaxResults}`)
    }
  }
})

test('done: names by their beginning, in their case, several beginnings at once', async () => {
  const id = randomUUID()
  const names = ['Alpha', 'alpha', 'alphabet', 'beta', 'b'].map((name) => `${id}${name}`)
  for (const Name of names) await scene.secret({ Name })
  const find = (...values: string[]) =>
    found({ Key: 'name', Values: values.map((value) => `${id}${value}`) })
  assert.deepEqual(await find('alpha'), [`${id}alpha`, `${id}alphabet`])
  assert.deepEqual(await find('b', 'beta', 'Al'), [`${id}Alpha`, `${id}beta`, `${id}b`])
  assert.deepEqual(await find('lpha'), [])
  const both = await all({
    Filters: [{ Key: 'name', Values: [`${id}beta`, `${id}alpha`] }],
    SortBy: 'name',
    SortOrder: 'desc',
    MaxResults: 1,
  })
  assert.deepEqual(both, [`${id}beta`, `${id}alphabet`, `${id}alpha`])
})

test('done: filters together, and what must not be', async () => {
  const id = randomUUID()
  await scene.secret({ Name: `${id}/1`, Tags: [{ Key: 'team', Value: 'red' }] })
  await scene.secret({ Name: `${id}/2`, Tags: [{ Key: 'team', Value: 'blue' }] })
  await scene.secret({ Name: `${id}/3`, Tags: [{ Key: 'Team', Value: 'red' }] })
  const mine: Filter = { Key: 'name', Values: [id] }
  const ends = async (...filters: Filter[]) =>
    (await found(mine, ...filters)).map((name) => name.slice(-1)).join('')
  assert.equal(await ends({ Key: 'tag-key', Values: ['team'] }), '12')
  assert.equal(await ends({ Key: 'tag-value', Values: ['re'] }), '13')
  const red: Filter = { Key: 'tag-value', Values: ['red'] }
  assert.equal(await ends({ Key: 'tag-key', Values: ['team'] }, red), '1')
  assert.equal(await ends({ Key: 'tag-key', Values: ['!team'] }), '3')
  assert.equal(await ends({ Key: 'name', Values: [`!${id}/1`] }), '23')
  assert.equal(await ends({ Key: 'name', Values: [`${id}/1`, `!${id}/2`] }), '13')
  assert.equal(await ends({ Key: 'owning-service', Values: ['rds'] }), '')
  assert.equal(await ends({ Key: 'primary-region', Values: ['us-'] }), '')
})

test('done twice: page by page, each secret once', async () => {
  const region = 'ca-central-1'
  const client = scene.at(region)
  const names = Array.from({ length: 7 }, (_, at) => `page/${at}`)
  for (const Name of names) await client.send(new CreateSecretCommand({ Name }))
  const seen: string[] = []
  let NextToken: string | undefined
  do {
    const page = await client.send(new ListSecretsCommand({ MaxResults: 3, NextToken }))
    seen.push(...(page.SecretList ?? []).map(({ Name = '' }) => Name))
    NextToken = page.NextToken
  } while (NextToken)
  assert.deepEqual(seen, names)
  const whole = await client.send(new ListSecretsCommand({ MaxResults: 7 }))
  assert.equal('NextToken' in whole, false)
})
