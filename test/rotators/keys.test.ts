/** The rotators that need no database: access keys, keys of an HTTP API, random strings. */
import assert from 'node:assert/strict'
import { once } from 'node:events'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { after, before, describe, test } from 'node:test'
import {
  CreateAccessKeyCommand,
  CreateUserCommand,
  ListAccessKeysCommand,
} from '@aws-sdk/client-iam'
import { GetCallerIdentityCommand, STSClient } from '@aws-sdk/client-sts'
import { raiseWorkshop, type Workshop } from './workshop.ts'

let workshop: Workshop
before(async () => {
  workshop = await raiseWorkshop()
})
after(() => workshop[Symbol.asyncDispose]())

describe('access keys of a user', () => {
  const user = async (username: string) => {
    await workshop.iam.send(new CreateUserCommand({ UserName: username, Path: '/rotated/' }))
    const made = await workshop.iam.send(new CreateAccessKeyCommand({ UserName: username }))
    const { AccessKeyId: accessKeyId = '', SecretAccessKey: secretAccessKey = '' } =
      made.AccessKey ?? {}
    return { username, accessKeyId, secretAccessKey }
  }

  const whoIs = async (keys: Record<string, string>) => {
    const { accessKeyId = '', secretAccessKey = '' } = keys
    const sts = new STSClient(workshop.house.client({ accessKeyId, secretAccessKey }))
    const named = await sts
      .send(new GetCallerIdentityCommand({}))
      .catch(({ name }) => ({ Arn: name }))
    return named.Arn
  }

  const countKeys = async (UserName: string) =>
    (await workshop.iam.send(new ListAccessKeysCommand({ UserName }))).AccessKeyMetadata?.length

  test('the last two count, the third is gone', async () => {
    const value = await user('batch')
    const attached = await workshop.attach({ using: 'iam', value })
    await attached.rotate()
    const first = await attached.json()
    await attached.rotate()
    const second = await attached.json()
    const arn = 'arn:aws:iam::000000000000:user/rotated/batch'
    assert.deepEqual([await whoIs(first), await whoIs(second)], [arn, arn])
    assert.equal(await whoIs(value), 'InvalidClientTokenId')
    assert.equal(await countKeys('batch'), 2)
    assert.ok(!workshop.lines.join('\n').includes(second.secretAccessKey ?? ''))
  })

  test('a key that was made and not kept is cleared away', async () => {
    const value = await user('stray')
    const attached = await workshop.attach({ using: 'iam', value })
    await workshop.iam.send(new CreateAccessKeyCommand({ UserName: 'stray' }))
    await attached.rotate()
    assert.match(String(await whoIs(await attached.json())), /stray$/)
  })

  test('keys of a user whose current key the secret does not hold are left alone', async () => {
    const value = { ...(await user('foreign')), accessKeyId: 'AKIAIOSFODNN7EXAMPLE' }
    const attached = await workshop.attach({ using: 'iam', value })
    await attached.begin()
    assert.equal(await attached.failed(1), 'createSecret: the current key is not one of this user')
    assert.equal(await countKeys('foreign'), 1)
  })

  test('the role may manage that user only', async () => {
    await workshop.iam.send(new CreateUserCommand({ UserName: 'outside' }))
    const value = { username: 'outside', accessKeyId: 'AKIA', secretAccessKey: 'x' }
    const attached = await workshop.attach({ using: 'iam', value })
    await attached.begin()
    assert.match(await attached.failed(1), /^createSecret: AccessDenied: .*iam:ListAccessKeys/)
  })
})

describe('keys of an HTTP API', () => {
  let server: Server
  const keys = new Map([['k0', 'zero']])
  const seen: string[] = []

  /** An API that makes, takes and revokes keys. */
  before(async () => {
    server = createServer((request, response) => {
      const { method, url = '', headers } = request
      const isKnown = [...keys.values()].some((key) => headers.authorization === `Bearer ${key}`)
      seen.push(`${method} ${url}`)
      if (url === '/moved') response.writeHead(302, { location: '/me' }).end()
      else if (!isKnown) response.writeHead(401).end('key refused')
      else if (method === 'POST') {
        const id = `k${keys.size + seen.length}`
        keys.set(id, `key of ${id}, made with ${headers['idempotency-key']}`)
        response.end(JSON.stringify({ id, key: keys.get(id) }))
      } else if (method === 'DELETE')
        response.writeHead(keys.delete(url.slice(6)) ? 204 : 404).end()
      else response.end('{}')
    }).listen(0, '127.0.0.1')
    await once(server, 'listening')
  })
  after(() => server.close())

  const value = (over = {}) => {
    const endpoint = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
    return { endpoint, keyId: 'k0', key: 'zero', ...over }
  }

  test('the last two count, the one before is revoked', async () => {
    const attached = await workshop.attach({ using: 'http', value: value() })
    await attached.rotate()
    const { keyId: first = '' } = await attached.json()
    assert.ok(keys.has('k0') && keys.has(first))
    await attached.rotate()
    const { keyId: second = '', key } = await attached.json()
    assert.ok(!keys.has('k0') && keys.has(first) && keys.has(second))
    assert.equal(key, keys.get(second))
    assert.ok(seen.includes('DELETE /keys/k0'))
  })

  test('a refusal is told by its status, without the answer’s words', async () => {
    const attached = await workshop.attach({ using: 'http', value: value({ key: 'wrong' }) })
    await attached.begin()
    assert.equal(await attached.failed(1), 'createSecret: POST /keys was answered with status 401')
  })

  test('a redirection is not followed', async () => {
    const [[keyId, key] = ['', '']] = keys
    const job = {
      using: 'http',
      value: value({ keyId, key }),
      environment: { TEST_PATH: '/moved' },
    }
    const attached = await workshop.attach(job)
    await attached.begin()
    assert.match(await attached.failed(1), /^testSecret: failed with /)
    assert.notEqual(seen.at(-1), 'GET /me')
  })

  test('nothing is sent in the clear beyond loopback', async () => {
    const attached = await workshop.attach({
      using: 'http',
      value: value({ endpoint: 'http://api.example' }),
    })
    await attached.begin()
    assert.equal(await attached.failed(1), 'createSecret: the endpoint is not https')
  })
})

describe('a random string', () => {
  test('is a new one, as the environment wants it', async () => {
    const environment = { PASSWORD_LENGTH: '20', EXCLUDE_PUNCTUATION: 'true' }
    const attached = await workshop.attach({ using: 'random', value: 'old', environment })
    await attached.rotate()
    assert.match(await attached.text(), /^[A-Za-z0-9]{20}$/)
    assert.equal(await attached.text('AWSPREVIOUS'), 'old')
  })

  test('or one key of an object, whose others stay', async () => {
    const value = { issuer: 'shop', pepper: 'old' }
    const job = { using: 'random', value, environment: { SECRET_KEY: 'pepper' } }
    const attached = await workshop.attach(job)
    await attached.rotate()
    const now = await attached.json()
    assert.equal(now.issuer, 'shop')
    assert.equal(now.pepper?.length, 32)
  })

  test('a secret that is no object is not quoted in the refusal', async () => {
    const job = { using: 'random', value: 'hunter2', environment: { SECRET_KEY: 'pepper' } }
    const attached = await workshop.attach(job)
    await attached.begin()
    assert.equal(await attached.failed(1), 'createSecret: failed with SyntaxError')
  })
})
