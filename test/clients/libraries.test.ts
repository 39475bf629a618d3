/** Libraries that applications read their secrets with, from npm and unmodified, against a house. */
import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { SecretsManager } from '@aws-sdk/client-secrets-manager'
import { SSM } from '@aws-sdk/client-ssm'
import { raiseHouse, type TestHouse } from '../house.ts'
import { StrongroomRecords } from '../wire/strongroom/records.ts'
import { run, userEnvironment, withoutPowertools } from './tools.ts'

describe('libraries', () => {
  let house: TestHouse
  let secrets: SecretsManager
  const tellOf = async (name: string) => {
    const program = fileURLToPath(new URL(`./programs/${name}`, import.meta.url))
    const interpreter = name.endsWith('.py') ? 'python3' : process.execPath
    const ran = await run(interpreter, [program], userEnvironment(house))
    assert.equal(ran.code, 0, ran.stderr)
    return JSON.parse(ran.stdout)
  }

  before(async () => {
    house = await raiseHouse()
    secrets = new SecretsManager(house.client())
  })
  after(() => house[Symbol.asyncDispose]())

  test('Powertools parameters', async () => {
    await secrets.createSecret({ Name: 'powertools/text', SecretString: 'first' })
    await secrets.putSecretValue({ SecretId: 'powertools/text', SecretString: 'second' })
    await secrets.createSecret({ Name: 'powertools/json', SecretString: '{"port":5432}' })
    const SecretBinary = Uint8Array.of(0, 255, 10)
    await secrets.createSecret({ Name: 'powertools/bytes', SecretBinary })
    const { sealed, ...told } = await tellOf('powertools.mjs')
    assert.doesNotMatch(sealed, /hunter2/)
    assert.deepEqual(told, {
      secret: 'second',
      json: { port: 5432 },
      bytes: '00ff0a',
      previous: 'first',
      absent: {
        name: 'GetParameterError',
        message: "Secrets Manager can't find the specified secret.",
      },
      version: 1,
      overwritten: 2,
      parameter: 'two',
      opened: { password: 'hunter2' },
      byPath: {
        plain: 'two',
        sealed: '{"password":"hunter2"}',
        'deep/base64': Buffer.from('decoded').toString('base64'),
      },
      shallow: ['plain', 'sealed'],
      byName: {
        '/powertools/plain': 'two',
        '/powertools/sealed': '{"password":"hunter2"}',
        '/powertools/deep/base64': 'decoded',
        _errors: ['/powertools/absent'],
      },
    })
  })

  test('Powertools parameters for Python', { skip: withoutPowertools }, async () => {
    await secrets.createSecret({ Name: 'python/text', SecretString: 'plain' })
    await secrets.createSecret({ Name: 'python/json', SecretString: '{"port":5432}' })
    const parameters = new SSM(house.client())
    await parameters.putParameter({ Name: '/python/plain', Value: 'one', Type: 'String' })
    await parameters.putParameter({ Name: '/python/sealed', Value: 'two', Type: 'SecureString' })
    assert.deepEqual(await tellOf('powertools.py'), {
      secret: 'plain',
      json: { port: 5432 },
      parameter: 'one',
      opened: 'two',
      by_path: { plain: 'one', sealed: 'two' },
      by_name: { '/python/plain': 'one', '/python/sealed': 'two' },
    })
  })

  test("middy's secrets-manager middleware", async () => {
    await secrets.createSecret({ Name: 'middy/database', SecretString: '{"password":"hunter2"}' })
    await secrets.createSecret({ Name: 'middy/text', SecretString: 'plain' })
    const event = { password: 'hunter2', text: 'plain' }
    assert.deepEqual(await tellOf('middy.mjs'), {
      events: [event, event, event],
      refused: {
        message: 'Failed to resolve internal values',
        causes: ["ResourceNotFoundException: Secrets Manager can't find the specified secret."],
      },
    })
    const records = await new StrongroomRecords(house).newest(20)
    const reads = records.filter(({ eventName }) => eventName === 'GetSecretValue')
    // Three events and one that is refused: each secret is fetched once, and the absent one.
    assert.equal(reads.filter(({ errorCode }) => errorCode === undefined).length, 2)
  })
})
