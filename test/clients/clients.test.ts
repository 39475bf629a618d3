/** A new user's first minutes, with the clients as they are: Node, Python, the AWS CLI. */
import assert from 'node:assert/strict'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { CreateSecretCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager'
import { type Keys, raiseHouse, type TestHouse } from '../house.ts'
import { run, userEnvironment, withoutAws, withoutBoto3 } from './tools.ts'

const program = (name: string) => fileURLToPath(new URL(`./programs/${name}`, import.meta.url))

describe('clients', () => {
  let house: TestHouse
  const aws = (keys: Keys | undefined, ...args: string[]) =>
    run('aws', [...args, '--output', 'json'], userEnvironment(house, keys))
  const awsJson = async (...args: string[]) => {
    const { code, stdout, stderr } = await aws(undefined, ...args)
    assert.equal(code, 0, stderr)
    return stdout ? JSON.parse(stdout) : undefined
  }

  before(async () => {
    house = await raiseHouse()
  })
  after(() => house[Symbol.asyncDispose]())

  test('a Node handler keeps a secret that it fetches once', async () => {
    const client = new SecretsManagerClient(house.client())
    await client.send(
      new CreateSecretCommand({ Name: 'prod/payment/gateway-key', SecretString: 'k'.repeat(24) }),
    )
    const { stdout, stderr } = await run(
      process.execPath,
      [program('gateway.mjs')],
      userEnvironment(house),
    )
    assert.match(stdout, /charged 3 with a key of 24 characters/, stderr)
  })

  test('the AWS CLI makes a secret and a Python handler reads it', {
    skip: withoutAws || withoutBoto3,
  }, async () => {
    const made = await awsJson(
      'secretsmanager',
      'create-secret',
      '--name',
      'thirdparty/weather-api-key',
      '--description',
      'Key of the weather service',
      '--secret-string',
      '{"api_key":"0123456789"}',
    )
    assert.match(made.ARN, /:secret:thirdparty\/weather-api-key-[A-Za-z0-9]{6}$/)
    const { stdout, stderr } = await run('python3', [program('weather.py')], userEnvironment(house))
    const expected = [
      { city: 'Bern', key_length: 10 },
      { city: 'Oslo', key_length: 10 },
    ]
    assert.deepEqual(JSON.parse(stdout || stderr), expected)
  })

  test('the AWS CLI looks events up', { skip: withoutAws }, async () => {
    const id = ['--secret-id', 'cli/looked-up']
    const name = ['--name', 'cli/looked-up', '--secret-string', 'one']
    await awsJson('secretsmanager', 'create-secret', ...name)
    await awsJson('secretsmanager', 'get-secret-value', ...id)
    const attribute = 'AttributeKey=ResourceName,AttributeValue=cli/looked-up'
    const { Events } = await awsJson(
      ...['cloudtrail', 'lookup-events', '--lookup-attributes', attribute],
    )
    assert.deepEqual(
      Events.map(({ EventName, Username }: Record<string, string>) => [EventName, Username]),
      [
        ['GetSecretValue', 'root'],
        ['CreateSecret', 'root'],
      ],
    )
    const paged = await awsJson(
      'cloudtrail',
      'lookup-events',
      '--page-size',
      '1',
      '--max-items',
      '3',
    )
    assert.equal(paged.Events.length, 3)
    assert.deepEqual(await awsJson('cloudtrail', 'list-trails'), { Trails: [] })
  })

  test('the life of a secret with the AWS CLI', { skip: withoutAws }, async () => {
    const secret = (operation: string, ...args: string[]) =>
      awsJson('secretsmanager', operation, ...args)
    const id = ['--secret-id', 'cli/life']
    await secret('create-secret', '--name', 'cli/life', '--secret-string', 'one')
    assert.equal((await secret('get-secret-value', ...id)).SecretString, 'one')
    await secret('put-secret-value', ...id, '--secret-string', 'two')
    await secret('update-secret', ...id, '--description', 'changed')
    const described = await secret('describe-secret', ...id)
    assert.equal(described.Description, 'changed')
    assert.deepEqual(Object.values(described.VersionIdsToStages).flat().sort(), [
      'AWSCURRENT',
      'AWSPREVIOUS',
    ])
    const names = await secret('list-secrets', '--query', 'SecretList[].Name')
    assert.ok(names.includes('cli/life'))
    await secret('delete-secret', ...id, '--recovery-window-in-days', '7')
    assert.match(
      (await aws(undefined, 'secretsmanager', 'get-secret-value', ...id)).stderr,
      /InvalidRequestException.*marked for deletion/,
    )
    await secret('restore-secret', ...id)
    assert.equal((await secret('get-secret-value', ...id)).SecretString, 'two')
  })

  test('binary values, pages and queries with the AWS CLI', { skip: withoutAws }, async () => {
    const bytes = Buffer.from([0, 255, 10, 13, 128, 1])
    const path = join(house.dataPath, 'value.bin')
    writeFileSync(path, bytes)
    const secret = (operation: string, ...args: string[]) =>
      awsJson('secretsmanager', operation, ...args)
    for (const name of ['cli/pages/a', 'cli/pages/b', 'cli/pages/c']) {
      await secret('create-secret', '--name', name, '--secret-binary', `fileb://${path}`)
    }
    const { SecretBinary, SecretString } = await secret(
      'get-secret-value',
      '--secret-id',
      'cli/pages/a',
    )
    assert.equal(SecretString, undefined)
    assert.deepEqual(Buffer.from(SecretBinary, 'base64'), bytes)
    const filter = ['--filters', 'Key=name,Values=cli/pages/']
    const first = await secret('list-secrets', ...filter, '--max-items', '2')
    assert.equal(first.SecretList.length, 2)
    const rest = await secret('list-secrets', ...filter, '--starting-token', first.NextToken)
    assert.deepEqual(
      [...first.SecretList, ...rest.SecretList].map((each: { Name: string }) => each.Name),
      ['cli/pages/a', 'cli/pages/b', 'cli/pages/c'],
    )
    const paged = await secret(
      'list-secrets',
      ...filter,
      '--page-size',
      '1',
      '--query',
      'SecretList[].Name',
    )
    assert.equal(paged.length, 3)
  })

  test('sts get-caller-identity tells the account and its root', { skip: withoutAws }, async () => {
    assert.deepEqual(await awsJson('sts', 'get-caller-identity'), {
      UserId: '000000000000',
      Account: '000000000000',
      Arn: 'arn:aws:iam::000000000000:root',
    })
  })

  for (const ending of ['-*', '-??????']) {
    test(`a user who may read one secret (${ending}) reads that and nothing else`, {
      skip: withoutAws,
    }, async () => {
      const user = `reader${ending.length}`
      const name = `cli/readable${ending.length}`
      const { ARN } = await awsJson(
        'secretsmanager',
        'create-secret',
        '--name',
        name,
        '--secret-string',
        'yours',
      )
      const other = await awsJson(
        'secretsmanager',
        'create-secret',
        '--name',
        `${name}/other`,
        '--secret-string',
        'not yours',
      )
      await awsJson('iam', 'create-user', '--user-name', user)
      const { AccessKey } = await awsJson('iam', 'create-access-key', '--user-name', user)
      const policy = {
        Version: '2012-10-17',
        Statement: {
          Effect: 'Allow',
          Action: 'secretsmanager:GetSecretValue',
          Resource: `arn:aws:secretsmanager:us-east-1:000000000000:secret:${name}${ending}`,
        },
      }
      await awsJson(
        'iam',
        'put-user-policy',
        '--user-name',
        user,
        '--policy-name',
        'read',
        '--policy-document',
        JSON.stringify(policy),
      )
      const keys = {
        accessKeyId: AccessKey.AccessKeyId,
        secretAccessKey: AccessKey.SecretAccessKey,
      }
      const as = (...args: string[]) => aws(keys, 'secretsmanager', ...args)

      const read = await as('get-secret-value', '--secret-id', name)
      assert.equal(JSON.parse(read.stdout).SecretString, 'yours')
      const byArn = await as('get-secret-value', '--secret-id', ARN)
      assert.equal(JSON.parse(byArn.stdout).SecretString, 'yours')

      const refused = await as('get-secret-value', '--secret-id', other.ARN)
      assert.equal(refused.code === 0, false)
      assert.ok(
        refused.stderr.includes(
          `An error occurred (AccessDeniedException) when calling the GetSecretValue operation: User: arn:aws:iam::000000000000:user/${user} is not authorized to perform: secretsmanager:GetSecretValue on resource: ${other.ARN} because no identity-based policy allows the secretsmanager:GetSecretValue action`,
        ),
        refused.stderr,
      )
      for (const args of [
        ['describe-secret', '--secret-id', name],
        ['put-secret-value', '--secret-id', name, '--secret-string', 'x'],
        ['list-secrets'],
        ['get-secret-value', '--secret-id', 'cli/never-was'],
      ]) {
        const { stderr } = await as(...args)
        assert.match(stderr, /AccessDeniedException.*is not authorized to perform: secretsmanager:/)
      }
    })
  }
})
