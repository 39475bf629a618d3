/** What AWS's agent and AWS's Lambda extension serve, in front of a real house. */
import assert from 'node:assert/strict'
import { request } from 'node:http'
import { after, before, describe, test } from 'node:test'
import {
  GetSecretValueCommand,
  PutSecretValueCommand,
  SecretsManagerClient,
} from '@aws-sdk/client-secrets-manager'
import { PutParameterCommand, SSMClient } from '@aws-sdk/client-ssm'
import { raiseHouse, type TestHouse } from '../house.ts'
import { addSecret, ask, type Running, runAgent, token } from './scene.ts'

let house: TestHouse
let running: Running
let arn: string

before(async () => {
  house = await raiseHouse()
  running = await runAgent(house, {
    told: {
      listen: [
        { host: '127.0.0.1', port: 0 },
        { host: '::1', port: 0 },
      ],
      pushes: false,
    },
  })
  arn = await addSecret(house, 'app/db', '{"password":"hunter1"}')
})

after(async () => {
  await running.close()
  await house[Symbol.asyncDispose]()
})

/** A request with headers that fetch does not let through. */
function bare(
  headers: Record<string, string>,
  method = 'GET',
  path = '/secretsmanager/get?secretId=app/db',
) {
  const { promise, resolve, reject } = Promise.withResolvers<{ status: number; text: string }>()
  const sent = request(`${running.url}${path}`, {
    method,
    headers: { 'X-Aws-Parameters-Secrets-Token': token, ...headers },
  })
  sent.on('error', reject)
  sent.on('response', (response) => {
    let text = ''
    response.on('data', (chunk) => {
      text += chunk
    })
    response.on('end', () => resolve({ status: response.statusCode ?? 0, text }))
  })
  sent.end()
  return promise
}

describe('a door', () => {
  test('says that it lives to whoever asks', async () => {
    const response = await fetch(`${running.url}/ping`)
    assert.deepEqual([response.status, await response.text()], [200, 'healthy'])
    assert.equal(response.headers.get('content-type'), null)
  })

  test('is open at ::1 as at 127.0.0.1', async (t) => {
    const [, six] = running.agent.urls
    if (six === undefined) return t.skip('no IPv6 here')
    assert.equal(new URL(six).port, new URL(running.url).port)
    assert.equal((await ask(six, '/v1/app/db')).status, 200)
  })

  const refused: readonly (readonly [name: string, Record<string, string>, number, string])[] = [
    ['what was forwarded', { 'X-Forwarded-For': '10.0.0.1' }, 400, 'Forwarded'],
    ['what was forwarded, by the other header', { Forwarded: 'for=10.0.0.1' }, 400, 'Forwarded'],
    ['a wrong token', { 'X-Aws-Parameters-Secrets-Token': 'no' }, 403, 'Bad Token'],
    ['a page', { Origin: 'http://evil.example' }, 403, 'Forbidden'],
    ["another host's name", { Host: 'evil.example' }, 403, 'Forbidden'],
    ['another port', { Host: 'localhost:1' }, 403, 'Forbidden'],
  ]
  for (const [name, headers, status, text] of refused) {
    test(`refuses ${name}`, async () => {
      assert.deepEqual(await bare(headers), { status, text })
    })
  }

  test('refuses whoever shows no token', async () => {
    const response = await fetch(`${running.url}/secretsmanager/get?secretId=app/db`)
    assert.deepEqual([response.status, await response.text()], [403, 'Bad Token'])
  })

  test('takes the token in either header, and its own name', async () => {
    const { port } = new URL(running.url)
    const headers = { 'X-Aws-Parameters-Secrets-Token': '', 'X-Vault-Token': token }
    assert.equal((await bare({ ...headers, Host: `localhost:${port}` })).status, 200)
  })

  test('asks for the token before the method, and for the method before the path', async () => {
    assert.equal((await bare({ 'X-Aws-Parameters-Secrets-Token': 'no' }, 'POST', '/x')).status, 403)
    assert.deepEqual(await bare({}, 'POST', '/x'), { status: 405, text: 'Not allowed' })
    assert.deepEqual(await bare({}, 'GET', '/x'), { status: 404, text: 'Not found' })
  })
})

describe('a secret', () => {
  test('is read as AWS prints it, with its date as a text of seconds', async () => {
    const { status, json } = await running.ask('/secretsmanager/get?secretId=app/db')
    const client = new SecretsManagerClient(house.client())
    const value = await client.send(new GetSecretValueCommand({ SecretId: 'app/db' }))
    assert.equal(status, 200)
    assert.deepEqual(json(), {
      ARN: arn,
      Name: 'app/db',
      VersionId: value.VersionId,
      SecretString: '{"password":"hunter1"}',
      VersionStages: ['AWSCURRENT'],
      CreatedDate: String((value.CreatedDate?.getTime() ?? 0) / 1000),
    })
  })

  test('is read by its path, its ARN, a version and a stage', async () => {
    const { VersionId } = (await running.ask('/v1/app/db')).json()
    for (const path of [
      `/v1/${arn}`,
      `/secretsmanager/get?secretId=${encodeURIComponent(arn)}`,
      `/v1/app/db?versionId=${VersionId}`,
      '/v1/app/db?versionStage=AWSCURRENT',
    ]) {
      assert.equal((await running.ask(path)).json().VersionId, VersionId, path)
    }
  })

  test('is kept, and read anew where refreshNow is said', async () => {
    const client = new SecretsManagerClient(house.client())
    await addSecret(house, 'app/kept', 'one')
    const read = async (path: string) => (await running.ask(path)).json().SecretString
    assert.equal(await read('/v1/app/kept'), 'one')
    await client.send(new PutSecretValueCommand({ SecretId: 'app/kept', SecretString: 'two' }))
    assert.equal(await read('/v1/app/kept?refreshNow=false'), 'one')
    assert.equal(await read('/v1/app/kept?refreshNow=TRUE'), 'two')
    assert.equal(await read('/v1/app/kept'), 'two')
  })

  const wrong: readonly (readonly [path: string, text: string])[] = [
    ['/secretsmanager/get', 'missing parameter secretId'],
    ['/secretsmanager/get?secretId=a&x=1', 'unknown parameter: x'],
    ['/v1/', 'missing secret ID'],
    ['/v1/a?secretId=b', 'unknown parameter: secretId'],
    ['/v1/a?refreshNow=maybe', 'invalid refreshNow value'],
    [
      '/v1/a?roleArn=admin',
      'invalid roleArn format, expected arn:<partition>:iam::<account>:role/<name>',
    ],
  ]
  for (const [path, text] of wrong) {
    test(`${path}: ${text}`, async () => {
      const answer = await running.ask(path)
      assert.deepEqual([answer.status, answer.text], [400, text])
    })
  }

  test("that is not there is refused in the service's words", async () => {
    const { status, json } = await running.ask('/v1/app/none')
    assert.equal(status, 400)
    assert.deepEqual(json(), {
      __type: 'ResourceNotFoundException',
      message: "Secrets Manager can't find the specified secret.",
    })
  })
})

describe('a parameter', () => {
  before(async () => {
    const client = new SSMClient(house.client())
    const Name = '/app/mode'
    await client.send(new PutParameterCommand({ Name, Value: 'slow', Type: 'String' }))
    await client.send(
      new PutParameterCommand({ Name, Value: 'fast', Type: 'String', Overwrite: true }),
    )
    await client.send(
      new PutParameterCommand({ Name: '/app/key', Value: 'hunter3', Type: 'SecureString' }),
    )
  })

  const value = async (path: string) => {
    const { Parameter } = (await running.ask(`/systemsmanager/parameters/${path}`)).json()
    return (Parameter as { Value: string }).Value
  }

  test('is read by name and by version, with and without the slash', async () => {
    assert.equal(await value('get?name=/app/mode'), 'fast')
    assert.equal(await value('get/?name=%2Fapp%2Fmode'), 'fast')
    assert.equal(await value('get?name=/app/mode&version=1&label=none'), 'slow')
  })

  test('that is secure is decrypted where that is said', async () => {
    assert.equal(await value('get/?withDecryption=true&name=/app/key'), 'hunter3')
    assert.notEqual(await value('get?name=/app/key'), 'hunter3')
  })

  test('may stand for a secret', async () => {
    const name = '/aws/reference/secretsmanager/app/db'
    assert.equal(await value(`get?withDecryption=true&name=${name}`), '{"password":"hunter1"}')
  })

  test('is printed as the extension prints it', async () => {
    const answer = (await running.ask('/systemsmanager/parameters/get?name=/app/mode')).json()
    const { LastModifiedDate } = answer.Parameter as { LastModifiedDate: string }
    assert.match(LastModifiedDate, /^\d{4}-\d\d-\d\dT/)
    assert.deepEqual(answer.ResultMetadata, {})
  })
})
