/** The caching client with the real AWS SDK against a real house. */
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import {
  GetSecretValueCommand,
  PutSecretValueCommand,
  SecretsManager,
} from '@aws-sdk/client-secrets-manager'
import { SecretsCache } from '../../src/cache/index.ts'
import { raiseScene, type Scene } from '../wire/secretsmanager/scene.ts'

let scene: Scene
before(async () => {
  scene = await raiseScene()
})
after(() => scene[Symbol.asyncDispose]())

const put = (SecretId: string, SecretString: string) =>
  scene.root.send(new PutSecretValueCommand({ SecretId, SecretString }))

test("the SDK's SecretsManager fits as it is", async () => {
  const { name, arn, versionId } = await scene.secret({ SecretString: '{"user":"app"}' })
  const cache = new SecretsCache({ client: new SecretsManager(scene.house.client()) })
  const secret = await cache.getSecret(name)
  assert.deepEqual([secret.arn, secret.name, secret.versionId], [arn, name, versionId])
  assert.deepEqual(secret.stages, ['AWSCURRENT'])
  assert.ok(secret.createdAt instanceof Date)
  assert.deepEqual(await cache.getJson(arn), { user: 'app' })
})

test('a bare client is lent by a line; stage and version reach the wire', async () => {
  const { name, versionId } = await scene.secret({ SecretString: 'one' })
  await put(name, 'two')
  const getSecretValue = (input: ConstructorParameters<typeof GetSecretValueCommand>[0]) =>
    scene.root.send(new GetSecretValueCommand(input))
  const cache = new SecretsCache({ client: { getSecretValue } })
  assert.equal((await cache.getSecret(name)).string, 'two')
  assert.equal((await cache.getSecret(name, { stage: 'AWSPREVIOUS' })).string, 'one')
  assert.equal((await cache.getSecret(name, { version: versionId })).string, 'one')
})

test('a refused use sees the new version', async () => {
  const { name } = await scene.secret({ SecretString: 'old' })
  const cache = new SecretsCache({ client: new SecretsManager(scene.house.client()) })
  await cache.getSecret(name)
  await put(name, 'new')
  const used = await cache.withSecret(name, (secret) => {
    if (secret.string === 'old') throw Object.assign(new Error('no'), { status: 401 })
    return secret.string
  })
  assert.equal(used, 'new')
})

test('who may not read is told so, and nothing old is served', async () => {
  const { name } = await scene.secret()
  const nobody = new SecretsManager(scene.house.client(await scene.user()))
  const cache = new SecretsCache({ client: nobody })
  await assert.rejects(cache.getSecret(name), { name: 'AccessDeniedException' })
})

test('a house that is away: the kept value is served, and the new one when it is back', async () => {
  await using own = await raiseScene()
  const { name } = await own.secret({ SecretString: 'kept' })
  const errors: boolean[] = []
  let at = Date.now()
  const client = {
    getSecretValue: (input: ConstructorParameters<typeof GetSecretValueCommand>[0]) =>
      new SecretsManager(own.house.client()).send(new GetSecretValueCommand(input)),
  }
  const cache = new SecretsCache({
    client,
    ttlSeconds: 60,
    hooks: { onError: ({ servesStale }) => errors.push(servesStale) },
    world: { now: () => at, random: Math.random, wait: async () => {} },
  })
  await cache.getSecret(name)
  await own.house.stop()
  at += 600_000
  assert.equal((await cache.getSecret(name)).string, 'kept')
  assert.deepEqual(errors, [true])
  await own.house.restart()
  at += 1000
  assert.equal((await cache.getSecret(name)).string, 'kept')
  assert.deepEqual(errors, [true])
})
