/** The service is away, and comes back; the agent's own credentials end, and are renewed. */
import assert from 'node:assert/strict'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { PutSecretValueCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager'
import { AssumeRoleCommand, STSClient } from '@aws-sdk/client-sts'
import { raiseHouse, type TestHouse } from '../house.ts'
import { raiseScene } from '../wire/secretsmanager/scene.ts'
import { addSecret, environmentOf, type Running, runAgent, setWorld } from './scene.ts'

const folder = mkdtempSync(join(tmpdir(), 'strongroom-away-'))
after(() => rmSync(folder, { recursive: true, force: true }))

const text = async (running: Running, path: string) => (await running.ask(path)).json().SecretString

describe('a house that is away', () => {
  let house: TestHouse
  before(async () => {
    // A port that is the same when it comes back.
    const first = await raiseHouse()
    const { port } = first
    await first[Symbol.asyncDispose]()
    house = await raiseHouse({ flags: { listen: `127.0.0.1:${port}` } })
  })
  after(() => house[Symbol.asyncDispose]())

  test('for ten minutes: what is kept is served, and what is new is not; then it recovers alone', async () => {
    const { world, pass } = setWorld()
    await addSecret(house, 'away/db', 'old')
    await using running = await runAgent(house, { world, told: { secretsTtlMs: 60_000 } })
    assert.equal(await text(running, '/v1/away/db'), 'old')
    await house.stop()
    for (let minute = 0; minute < 10; minute++) {
      pass(60)
      assert.equal(await text(running, '/v1/away/db'), 'old')
    }
    const { status, json } = await running.ask('/v1/away/other')
    assert.equal(status, 502)
    assert.deepEqual(json(), { __type: 'ConnectionError', message: 'Read Error' })
    assert.ok(running.log.some((line) => /away\/db.*served meanwhile/.test(line)))

    await house.restart()
    const client = new SecretsManagerClient(house.client())
    await client.send(new PutSecretValueCommand({ SecretId: 'away/db', SecretString: 'new' }))
    // The watch finds it again by itself: its pauses are short in this world, but time stands still.
    while ((await text(running, '/v1/away/db')) !== 'new') {
      pass(1)
      await sleep(20)
    }
  })

  test('longer than values may be old: then they are not served any more', async () => {
    const { world, pass } = setWorld()
    await addSecret(house, 'away/old', 'old')
    await using running = await runAgent(house, {
      world,
      told: { secretsTtlMs: 60_000, staleMsMax: 300_000, pushes: false, receiptsMs: 0 },
    })
    await text(running, '/v1/away/old')
    await house.stop()
    pass(359)
    assert.equal(await text(running, '/v1/away/old'), 'old')
    pass(2)
    assert.equal((await running.ask('/v1/away/old')).status, 502)
    await house.restart()
  })

  test('is told at once where nothing old may be served', async () => {
    const { world, pass } = setWorld()
    await using running = await runAgent(house, {
      world,
      told: { secretsTtlMs: 60_000, staleMsMax: 0, pushes: false, receiptsMs: 0 },
    })
    await text(running, '/v1/away/old')
    await house.stop()
    pass(61)
    assert.equal((await running.ask('/v1/away/old')).status, 502)
    await house.restart()
  })
})

describe("the agent's own credentials", () => {
  test('may be missing at the start, and come later', async () => {
    await using house = await raiseHouse()
    await addSecret(house, 'late/db', 'there')
    const { world, pass } = setWorld()
    const path = join(folder, 'credentials')
    const environment = {
      ...environmentOf(house),
      AWS_ACCESS_KEY_ID: undefined,
      AWS_SECRET_ACCESS_KEY: undefined,
      AWS_SHARED_CREDENTIALS_FILE: path,
    }
    await using running = await runAgent(house, { world, environment, told: { pushes: false } })
    const { status, text: body } = await running.ask('/v1/late/db')
    assert.deepEqual([status, body], [500, '{"__type":"InternalFailure"}'])
    assert.equal(running.log.filter((line) => line.startsWith('ERROR')).length, 1)
    const { accessKeyId, secretAccessKey } = house.root
    writeFileSync(
      path,
      `[default]\naws_access_key_id = ${accessKeyId}\naws_secret_access_key = ${secretAccessKey}\n`,
    )
    pass(30)
    assert.equal(await text(running, '/v1/late/db'), 'there')
  })

  test('in a file are read again, and the last good ones hold for ten minutes', async () => {
    await using scene = await raiseScene()
    const { house } = scene
    await addSecret(house, 'role/db', 'hunter2')
    const { world, pass } = setWorld()
    const path = join(folder, 'lent')
    const borrower = await scene.user(
      JSON.stringify({
        Version: '2012-10-17',
        Statement: [{ Effect: 'Allow', Action: 'sts:AssumeRole', Resource: '*' }],
      }),
    )
    const lend = async () => {
      const sts = new STSClient(house.client(borrower))
      const { Credentials } = await sts.send(
        new AssumeRoleCommand({ RoleArn: await roleIn(scene.house), RoleSessionName: 'agent' }),
      )
      writeFileSync(
        path,
        `[default]\naws_access_key_id = ${Credentials?.AccessKeyId}\naws_secret_access_key = ${Credentials?.SecretAccessKey}\naws_session_token = ${Credentials?.SessionToken}\n`,
      )
    }
    await lend()
    await using running = await runAgent(house, {
      world,
      told: { credentialsPath: path, secretsTtlMs: 0, pushes: false, receiptsMs: 0 },
    })
    assert.equal(await text(running, '/v1/role/db'), 'hunter2')
    rmSync(path)
    pass(301)
    // The file is gone, and the last good ones hold for ten minutes.
    assert.equal(await text(running, '/v1/role/db'), 'hunter2')
    pass(301)
    assert.equal((await running.ask('/v1/role/db')).status, 500)
    await lend()
    pass(30)
    assert.equal(await text(running, '/v1/role/db'), 'hunter2')
  })

  test("that are nobody's any more end what was kept", async () => {
    await using scene = await raiseScene()
    const { house } = scene
    await addSecret(house, 'cut/db', 'hunter2')
    const { world, pass } = setWorld()
    const keys = await scene.user(
      JSON.stringify({
        Version: '2012-10-17',
        Statement: [{ Effect: 'Allow', Action: 'secretsmanager:GetSecretValue', Resource: '*' }],
      }),
    )
    await using running = await runAgent(house, {
      world,
      environment: environmentOf(house, keys),
      told: { secretsTtlMs: 60_000, pushes: false, receiptsMs: 0 },
    })
    assert.equal(await text(running, '/v1/cut/db'), 'hunter2')
    await cut(house, keys.accessKeyId)
    pass(61)
    assert.equal((await running.ask('/v1/cut/db')).json().__type, 'UnrecognizedClientException')
  })
})

async function roleIn(house: TestHouse): Promise<string> {
  const { CreateRoleCommand, GetRoleCommand, IAMClient, PutRolePolicyCommand } = await import(
    '@aws-sdk/client-iam'
  )
  const iam = new IAMClient(house.client())
  const RoleName = 'agent'
  const known = await iam.send(new GetRoleCommand({ RoleName })).catch(() => undefined)
  if (known?.Role?.Arn) return known.Role.Arn
  const trust = { Effect: 'Allow', Principal: { AWS: '000000000000' }, Action: 'sts:AssumeRole' }
  const AssumeRolePolicyDocument = JSON.stringify({ Version: '2012-10-17', Statement: [trust] })
  const { Role } = await iam.send(new CreateRoleCommand({ RoleName, AssumeRolePolicyDocument }))
  const read = { Effect: 'Allow', Action: 'secretsmanager:GetSecretValue', Resource: '*' }
  const PolicyDocument = JSON.stringify({ Version: '2012-10-17', Statement: [read] })
  await iam.send(new PutRolePolicyCommand({ RoleName, PolicyName: 'read', PolicyDocument }))
  return Role?.Arn ?? ''
}

async function cut(house: TestHouse, AccessKeyId: string): Promise<void> {
  const { GetAccessKeyLastUsedCommand, IAMClient, UpdateAccessKeyCommand } = await import(
    '@aws-sdk/client-iam'
  )
  const iam = new IAMClient(house.client())
  const { UserName } = await iam.send(new GetAccessKeyLastUsedCommand({ AccessKeyId }))
  await iam.send(new UpdateAccessKeyCommand({ UserName, AccessKeyId, Status: 'Inactive' }))
}
