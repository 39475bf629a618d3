/**
 * GetParameter, GetParameters, GetParameterHistory.
 * https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_GetParameter.html
 */
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { CreateSecretCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager'
import {
  GetParameterCommand,
  GetParameterHistoryCommand,
  GetParametersCommand,
  LabelParameterVersionCommand,
  SSMClient,
} from '@aws-sdk/client-ssm'
import { account, arn, raiseScene, refused, type Scene } from './scene.ts'

let scene: Scene
before(async () => {
  scene = await raiseScene()
  await scene.put({ Name: '/get/one', Value: 'first' })
  await scene.put({ Name: '/get/one', Value: 'second', Overwrite: true })
  await scene.put({ Name: '/get/sealed', Value: 'hidden', Type: 'SecureString' })
  const label = { Name: '/get/one', ParameterVersion: 1, Labels: ['old'] }
  await scene.root.send(new LabelParameterVersionCommand(label))
})
after(() => scene[Symbol.asyncDispose]())

const get = async (Name: string, WithDecryption = false, client: SSMClient = scene.root) =>
  (await client.send(new GetParameterCommand({ Name, WithDecryption }))).Parameter

test('out of bounds: a name that cannot be', () =>
  refused(get('no name'), 'ValidationException', /Parameter name/))

test('not allowed: even that it is absent is told to the entitled only', async () => {
  const nobody = await scene.as('ssm:PutParameter')
  for (const name of ['/get/one', '/get/absent']) {
    await refused(
      get(name, false, nobody),
      'AccessDeniedException',
      new RegExp(
        `^User: arn:aws:iam::${account}:user/\\S+ is not authorized to perform: ssm:GetParameter on resource: ${arn(name)} because no identity-based policy allows the ssm:GetParameter action$`,
      ),
    )
  }
})

test('allowed by hierarchy', async () => {
  const someone = await scene.as('ssm:GetParameter', arn('/get/*'))
  assert.equal((await get('/get/one', false, someone))?.Value, 'second')
  await scene.put({ Name: '/other/one' })
  await refused(get('/other/one', false, someone), 'AccessDeniedException')
})

test('absent: the parameter, a version, a label', async () => {
  await refused(get('/get/absent'), 'ParameterNotFound')
  await refused(
    get('/get/one:9'),
    'ParameterVersionNotFound',
    'Systems Manager could not find version 9 of /get/one. Verify the version and try again.',
  )
  await refused(get('/get/one:nolabel'), 'ParameterVersionNotFound')
})

test('done: by name, ARN, version, label', async () => {
  const { LastModifiedDate, ...newest } = (await get('/get/one')) ?? {}
  assert.ok(LastModifiedDate instanceof Date)
  assert.deepEqual(newest, {
    ...{ Name: '/get/one', Type: 'String', Value: 'second', Version: 2 },
    ...{ ARN: arn('/get/one'), DataType: 'text' },
  })
  assert.equal((await get(arn('/get/one')))?.Value, 'second')
  for (const selector of [':1', ':old']) {
    assert.partialDeepStrictEqual(await get(`/get/one${selector}`), {
      ...{ Name: '/get/one', Value: 'first', Selector: selector },
    })
  }
})

test('a SecureString: bytes without decryption; the text for who may use the key', async () => {
  assert.match((await get('/get/sealed'))?.Value ?? '', /^[A-Za-z0-9+/=]{40,}$/)
  assert.equal((await get('/get/sealed', true))?.Value, 'hidden')
  // The default key admits everybody of the account who comes through this service.
  const reader = await scene.as('ssm:GetParameter')
  assert.equal((await get('/get/sealed', true, reader))?.Value, 'hidden')
})

test('GetParameters: what is absent is named, what is denied refuses all', async () => {
  const Names = ['/get/sealed', '/get/absent', '/get/one:1', '/get/one:77']
  const many = new GetParametersCommand({ Names, WithDecryption: true })
  const { Parameters = [], InvalidParameters } = await scene.root.send(many)
  assert.deepEqual(
    Parameters.map(({ Name, Value }) => [Name, Value]),
    [
      ['/get/one', 'first'],
      ['/get/sealed', 'hidden'],
    ],
  )
  assert.deepEqual(InvalidParameters, ['/get/absent', '/get/one:77'])
  const someone = await scene.as('ssm:GetParameters', arn('/get/one'))
  const two = new GetParametersCommand({ Names: ['/get/one', '/get/absent'] })
  await refused(someone.send(two), 'AccessDeniedException', /parameter\/get\/absent/)
})

test('history: every version, page by page', async () => {
  const Name = '/get/one'
  const first = await scene.root.send(new GetParameterHistoryCommand({ Name, MaxResults: 1 }))
  assert.deepEqual(
    first.Parameters?.map(({ Version, Value, Labels }) => [Version, Value, Labels]),
    [[1, 'first', ['old']]],
  )
  const { NextToken } = first
  const rest = await scene.root.send(new GetParameterHistoryCommand({ Name, NextToken }))
  assert.deepEqual(
    rest.Parameters?.map(({ Version, Value }) => [Version, Value]),
    [[2, 'second']],
  )
  await refused(
    scene.root.send(new GetParameterHistoryCommand({ Name, NextToken: 'forged' })),
    'InvalidNextToken',
  )
  await refused(
    scene.root.send(new GetParameterHistoryCommand({ Name: '/get/absent' })),
    'ParameterNotFound',
  )
})

test('another region is another shelf', async () => {
  const elsewhere = new SSMClient(scene.house.client(scene.house.root, 'eu-west-1'))
  await refused(get('/get/one', false, elsewhere), 'ParameterNotFound')
})

test('a reference to a secret: by the permission of the caller on the secret', async () => {
  const secrets = new SecretsManagerClient(scene.house.client())
  const Name = 'app/one+two'
  const made = await secrets.send(new CreateSecretCommand({ Name, SecretString: 'planted' }))
  const reference = `/aws/reference/secretsmanager/${Name}`
  await refused(
    get(reference),
    'ValidationException',
    'WithDecryption flag must be True for retrieving a Secret Manager secret.',
  )
  const { SourceResult = '{}', LastModifiedDate, ...shown } = (await get(reference, true)) ?? {}
  assert.ok(LastModifiedDate instanceof Date)
  assert.deepEqual(shown, {
    ...{ Name: reference, Type: 'SecureString', Value: 'planted', Version: 0 },
    ...{ ARN: made.ARN, DataType: 'text' },
  })
  assert.partialDeepStrictEqual(JSON.parse(SourceResult), {
    ...{ ARN: made.ARN, Name, SecretString: 'planted', VersionId: made.VersionId },
  })
  for (const selector of [':AWSCURRENT', `:${made.VersionId}`]) {
    assert.equal((await get(reference + selector, true))?.Selector, selector)
  }
  await refused(
    get('/aws/reference/secretsmanager/absent', true),
    'ParameterNotFound',
    'An error occurred (ParameterNotFound) when referencing Secrets Manager: Secret /aws/reference/secretsmanager/absent not found.',
  )
  const half = await scene.as('ssm:GetParameter')
  await refused(
    get(reference, true, half),
    'AccessDeniedException',
    /secretsmanager:GetSecretValue/,
  )
  const whole = await scene.as(['ssm:GetParameter', 'secretsmanager:GetSecretValue'])
  assert.equal((await get(reference, true, whole))?.Value, 'planted')
})
