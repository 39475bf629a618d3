/** BatchGetSecretValue: https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_BatchGetSecretValue.html */
import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { after, before, test } from 'node:test'
import {
  BatchGetSecretValueCommand,
  type BatchGetSecretValueCommandInput,
  DeleteSecretCommand,
} from '@aws-sdk/client-secrets-manager'
import { raiseScene, refused, type Scene, said, unsigned } from './scene.ts'

let scene: Scene
before(async () => {
  scene = await raiseScene()
})
after(() => scene[Symbol.asyncDispose]())

const batch = (input: BatchGetSecretValueCommandInput) =>
  scene.root.send(new BatchGetSecretValueCommand(input))

test('not signed', async () => {
  const sent = unsigned(scene.house).send(new BatchGetSecretValueCommand({ SecretIdList: ['a'] }))
  await refused(sent, 'MissingAuthenticationTokenException', 'Missing Authentication Token')
})

test('malformed: a list of another type', async () => {
  assert.partialDeepStrictEqual(await scene.raw('BatchGetSecretValue', { SecretIdList: 'a' }), {
    status: 400,
    body: { __type: 'SerializationException' },
  })
})

test('out of bounds: twenty at once', async () => {
  await refused(
    batch({ SecretIdList: Array.from({ length: 21 }, (_, at) => `s${at}`) }),
    'ValidationException',
    /at 'secretIdList' failed to satisfy constraint: Member must have length less than or equal to 20$/,
  )
  await refused(
    batch({ Filters: [{ Key: 'name', Values: ['a'] }], MaxResults: 21 }),
    'ValidationException',
    /at 'maxResults' failed to satisfy constraint: Member must have value less than or equal to 20$/,
  )
})

test('out of bounds: named or filtered, not both, not neither', async () => {
  const words = "Either 'SecretIdList' or 'Filters' must be provided, but not both."
  const Filters = [{ Key: 'name' as const, Values: ['a'] }]
  await refused(batch({}), 'InvalidParameterException', words)
  await refused(batch({ SecretIdList: ['a'], Filters }), 'InvalidParameterException', words)
  await refused(
    batch({ SecretIdList: ['a'], MaxResults: 1 }),
    'InvalidParameterException',
    "'Filters' not specified. 'Filters' must also be specified when 'MaxResults' is provided.",
  )
})

test('not allowed: without the permission for batches', async () => {
  const { arn } = await scene.secret()
  const reader = await scene.as({ Action: 'secretsmanager:GetSecretValue' })
  await refused(
    reader.send(new BatchGetSecretValueCommand({ SecretIdList: [arn] })),
    'AccessDeniedException',
    /is not authorized to perform: secretsmanager:BatchGetSecretValue/,
  )
})

test('not allowed: filters without the permission to list', async () => {
  const reader = await scene.as({
    Action: ['secretsmanager:GetSecretValue', 'secretsmanager:BatchGetSecretValue'],
  })
  await refused(
    reader.send(new BatchGetSecretValueCommand({ Filters: [{ Key: 'name', Values: ['a'] }] })),
    'AccessDeniedException',
    /is not authorized to perform: secretsmanager:ListSecrets/,
  )
})

test('not allowed: one secret of two is an entry, and not its value', async () => {
  const mine = await scene.secret({ SecretString: 'mine' })
  const other = await scene.secret({ SecretString: 'other' })
  const reader = await scene.as(
    { Action: 'secretsmanager:BatchGetSecretValue' },
    { Action: 'secretsmanager:GetSecretValue', Resource: mine.arn },
  )
  const { SecretValues, Errors = [] } = await reader.send(
    new BatchGetSecretValueCommand({ SecretIdList: [mine.arn, other.arn] }),
  )
  assert.deepEqual(
    SecretValues?.map(({ SecretString }) => SecretString),
    ['mine'],
  )
  assert.deepEqual([Errors.length, Errors[0]?.SecretId], [1, other.arn])
  assert.equal(Errors[0]?.ErrorCode, 'AccessDeniedException')
  assert.match(Errors[0]?.Message ?? '', /secretsmanager:GetSecretValue/)
})

test('absent and in a wrong state: entries of a batch that succeeds', async () => {
  const { name: deleted } = await scene.secret()
  await scene.root.send(new DeleteSecretCommand({ SecretId: deleted }))
  const { SecretValues, Errors } = await batch({ SecretIdList: ['absent', deleted, 'no name'] })
  assert.deepEqual(SecretValues, [])
  assert.deepEqual(Errors, [
    { SecretId: 'absent', ErrorCode: 'ResourceNotFoundException', Message: said.notFound },
    { SecretId: deleted, ErrorCode: 'InvalidRequestException', Message: said.deleted },
    { SecretId: 'no name', ErrorCode: 'ValidationException', Message: said.badName },
  ])
})

test('done: by name and by ARN, texts and bytes, in the order of the request', async () => {
  const text = await scene.secret({ SecretString: 'text' })
  const bytes = await scene.secret({ SecretString: undefined, SecretBinary: Buffer.from('bytes') })
  const { SecretValues = [], Errors } = await batch({ SecretIdList: [bytes.arn, text.name] })
  assert.deepEqual(Errors, [])
  assert.deepEqual(
    SecretValues.map((each) => [each.ARN, each.Name, each.VersionId, each.VersionStages]),
    [bytes, text].map((each) => [each.arn, each.name, each.versionId, ['AWSCURRENT']]),
  )
  assert.deepEqual(Buffer.from(SecretValues[0]?.SecretBinary ?? []), Buffer.from('bytes'))
  assert.equal(SecretValues[1]?.SecretString, 'text')
})

test('done twice: by filters, page by page', async () => {
  const start = `batch-${randomUUID()}`
  for (const at of [1, 2, 3]) await scene.secret({ Name: `${start}/${at}`, SecretString: `${at}` })
  const values: (string | undefined)[] = []
  let NextToken: string | undefined
  do {
    const Filters = [{ Key: 'name' as const, Values: [start] }]
    const page = await batch({ Filters, MaxResults: 2, NextToken })
    values.push(...(page.SecretValues ?? []).map(({ SecretString }) => SecretString))
    NextToken = page.NextToken
  } while (NextToken)
  assert.deepEqual(values, ['1', '2', '3'])
})
