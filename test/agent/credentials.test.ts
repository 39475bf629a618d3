/** Credentials that the agent lends: the container's endpoint and the instance's metadata. */
import assert from 'node:assert/strict'
import { readFileSync, statSync } from 'node:fs'
import { networkInterfaces } from 'node:os'
import { join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import { GetSecretValueCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager'
import { GetCallerIdentityCommand, STSClient } from '@aws-sdk/client-sts'
import type { Keys } from '../house.ts'
import { roleArn } from '../wire/sts/scene.ts'
import { type Machine, raiseMachine, send } from './applications.ts'
import { type Running, setWorld, token } from './scene.ts'

const { world, pass } = setWorld()
let machine: Machine
let agent: Running
const tokenOf = (name: string) => readFileSync(join(machine.folder, `${name}.token`), 'utf8')

before(async () => {
  machine = await raiseMachine({ house: { world: { clock: { now: world.now } } } })
  agent = await machine.run({ world })
})
after(async () => {
  await agent.close()
  await machine[Symbol.asyncDispose]()
})

const clientOf = (keys: Keys) => ({
  ...machine.scene.house.client(keys),
  systemClockOffset: world.now() - Date.now(),
})
const keysOf = (lent: Record<string, string>): Keys => ({
  accessKeyId: lent.AccessKeyId ?? '',
  secretAccessKey: lent.SecretAccessKey ?? '',
  sessionToken: lent.Token ?? '',
})

describe('the container endpoint', () => {
  const ask = (headers: Record<string, string>, method?: string) =>
    send(agent.url, '/credentials', headers, method)

  test('nobody without a token, with a wrong one, or with that of the readings', async () => {
    for (const headers of [
      {},
      { Authorization: 'wrong' },
      { Authorization: `Bearer ${tokenOf('shop')}` },
      { 'X-Aws-Parameters-Secrets-Token': 'token-of-the-applications' },
    ]) {
      const { status, text } = await ask(headers as Record<string, string>)
      assert.equal(status, 401)
      assert.deepEqual(JSON.parse(text), {
        Code: 'AccessDenied',
        Message: 'The authorization token is not right.',
      })
    }
  })

  test('nothing that was forwarded, came from a page, or was sent to another name', async () => {
    const Authorization = tokenOf('shop')
    for (const [header, status] of [
      [{ 'X-Forwarded-For': '10.0.0.1' }, 400],
      [{ Origin: 'http://evil.example' }, 403],
      [{ Host: 'evil.example' }, 403],
    ] as const) {
      const answer = await ask({ Authorization, ...header } as Record<string, string>)
      assert.equal(answer.status, status)
      assert.doesNotMatch(answer.text, /AccessKeyId/)
    }
    assert.equal((await ask({ Authorization }, 'POST')).status, 405)
  })

  test("the token's file is its user's alone and has no line end", () => {
    const { mode, uid } = statSync(join(machine.folder, 'shop.token'))
    assert.deepEqual([mode & 0o777, uid], [0o600, process.getuid?.()])
    assert.match(tokenOf('shop'), /^[\w-]{43}$/)
    assert.notEqual(tokenOf('shop'), tokenOf('blog'))
  })

  test('each token gives the short-lived credentials of its role', async () => {
    for (const name of ['shop', 'blog']) {
      const { status, text, headers } = await ask({ Authorization: tokenOf(name) })
      assert.equal(status, 200, text)
      assert.equal(headers['cache-control'], 'no-store')
      const { AccessKeyId, SecretAccessKey, Token, Expiration, ...rest } = JSON.parse(text)
      const RoleArn = `arn:aws:iam::000000000000:role/${name}`
      assert.deepEqual(rest, { AccountId: '000000000000', RoleArn })
      assert.match(AccessKeyId, /^ASIA/)
      assert.match(Expiration, /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/)
      const keys = keysOf({ AccessKeyId, SecretAccessKey, Token })
      const sts = new STSClient(clientOf(keys))
      const { Arn } = await sts.send(new GetCallerIdentityCommand({}))
      assert.equal(Arn, `arn:aws:sts::000000000000:assumed-role/${name}/${name}`)
    }
  })

  test('secrets that an application is not for are not in its credentials either', async () => {
    const { text } = await ask({ Authorization: tokenOf('blog') })
    const secrets = new SecretsManagerClient(clientOf(keysOf(JSON.parse(text))))
    const read = (SecretId: string) => secrets.send(new GetSecretValueCommand({ SecretId }))
    assert.equal((await read('blog/db')).SecretString, 'canary of blog')
    await assert.rejects(read('blog/mail'), { name: 'AccessDeniedException' })
    await assert.rejects(read('shop/db'), { name: 'AccessDeniedException' })
  })

  test('what is lent holds for half an hour at least, and is not renewed before', async () => {
    const lend = async () => JSON.parse((await ask({ Authorization: tokenOf('shop') })).text)
    const first = await lend()
    pass(29 * 60)
    assert.deepEqual(await lend(), first)
    pass(2 * 60)
    const second = await lend()
    assert.notEqual(second.AccessKeyId, first.AccessKeyId)
    assert.ok(Date.parse(second.Expiration) - world.now() > 59 * 60_000)
  })
})

describe('the metadata of the instance', () => {
  const life = { 'X-aws-ec2-metadata-token-ttl-seconds': '60' }
  const roles = '/latest/meta-data/iam/security-credentials/'
  const put = (headers: Record<string, string>) =>
    send(agent.url, '/latest/api/token', headers, 'PUT')
  const get = (path: string, token?: string) =>
    send(agent.url, path, token === undefined ? {} : { 'X-aws-ec2-metadata-token': token })

  test('a token for as long as is asked, within bounds', async () => {
    for (const seconds of ['', '0', '21601', '-1', '1e3']) {
      const { status } = await put({ 'X-aws-ec2-metadata-token-ttl-seconds': seconds })
      assert.equal(status, 400, seconds)
    }
    assert.equal((await put({})).status, 400)
    assert.equal((await put({ ...life, 'X-Forwarded-For': '10.0.0.1' })).status, 400)
    assert.equal((await put({ ...life, Host: '169.254.169.254' })).status, 403)
    const { status, headers } = await put(life)
    assert.deepEqual([status, headers['x-aws-ec2-metadata-token-ttl-seconds']], [200, '60'])
    assert.equal((await send(agent.url, '/latest/api/token', life)).status, 405)
  })

  test('version 1, a wrong token and one that has ended get nothing', async () => {
    const { text: token } = await put(life)
    for (const path of [roles, `${roles}shop`, '/latest/meta-data/placement/region']) {
      assert.equal((await get(path)).status, 401)
      assert.equal((await get(path, `Z${token.slice(1)}`)).status, 401)
      assert.equal((await get(path, '')).status, 401)
      assert.equal((await get(path, token)).status, 200)
    }
    pass(61)
    assert.equal((await get(roles, token)).status, 401)
  })

  test('the role, its credentials, the region', async () => {
    const { text: token } = await put(life)
    assert.equal((await get(roles, token)).text, 'shop')
    const { Code, LastUpdated, Type, Expiration, ...lent } = JSON.parse(
      (await get(`${roles}shop`, token)).text,
    )
    assert.deepEqual([Code, Type], ['Success', 'AWS-HMAC'])
    assert.ok(Date.parse(Expiration) > Date.parse(LastUpdated))
    const sts = new STSClient(clientOf(keysOf(lent)))
    const { Arn } = await sts.send(new GetCallerIdentityCommand({}))
    assert.equal(Arn, 'arn:aws:sts::000000000000:assumed-role/shop/shop')
    assert.equal((await get('/latest/meta-data/placement/region', token)).text, 'us-east-1')
    const document = await get('/latest/dynamic/instance-identity/document', token)
    assert.deepEqual(JSON.parse(document.text), { region: 'us-east-1', accountId: '000000000000' })
    assert.equal((await get(`${roles}blog`, token)).status, 404)
    assert.equal((await get('/latest/user-data', token)).status, 403)
  })
})

const outer = Object.values(networkInterfaces())
  .flat()
  .find((each) => each?.family === 'IPv4' && !each.internal)?.address

test('no credentials beyond loopback, wherever the agent listens', {
  skip: outer === undefined && 'this machine has loopback only',
}, async () => {
  const { applications } = machine
  const told = {
    listen: [{ host: '0.0.0.0', port: 0 }],
    applications: { ...applications, folder: `${machine.folder}-outer` },
  }
  await using running = await machine.run({ world, told })
  const url = running.url.replace('0.0.0.0', outer ?? '')
  const Authorization = readFileSync(`${machine.folder}-outer/shop.token`, 'utf8')
  const life = { 'X-aws-ec2-metadata-token-ttl-seconds': '60' }
  assert.equal((await send(url, '/ping')).status, 200)
  assert.equal((await send(url, '/credentials', { Authorization })).status, 403)
  assert.equal((await send(url, '/latest/api/token', life, 'PUT')).status, 403)
})

describe('what goes wrong behind', () => {
  const askOf = async (running: Running, folder: string) => {
    const Authorization = readFileSync(join(folder, 'shop.token'), 'utf8')
    const { status, text } = await send(running.url, '/credentials', { Authorization })
    return { status, code: JSON.parse(text).Code, text }
  }
  const withRole = (name: string, folder: string) =>
    machine.run({
      world,
      told: {
        applications: {
          folder,
          all: [{ name: 'shop', user: String(process.getuid?.()), roleArn: roleArn(name) }],
        },
      },
    })

  test('a role that may not be assumed is told', async () => {
    const folder = `${machine.folder}-denied`
    await using running = await withRole('nobodys', folder)
    const { status, code } = await askOf(running, folder)
    assert.deepEqual([status, code], [403, 'AccessDenied'])
  })

  test('while the service is away what is held is lent, and nothing else', async () => {
    const { status } = await askOf(agent, machine.folder)
    assert.equal(status, 200)
    await machine.scene.house.stop()
    pass(45 * 60)
    const { text } = await askOf(agent, machine.folder)
    assert.ok(Date.parse(JSON.parse(text).Expiration) - world.now() < 16 * 60_000)
    const folder = `${machine.folder}-away`
    await using running = await withRole('shop', folder)
    const away = await askOf(running, folder)
    assert.deepEqual([away.status, away.code], [503, 'ServiceUnavailable'])
    pass(16 * 60)
    assert.equal((await askOf(agent, machine.folder)).status, 503)
  })

  test('no log line holds a key or a token', () => {
    assert.ok(agent.log.some((line) => line.includes('shop.sock')))
    assert.doesNotMatch(agent.log.join(''), new RegExp(`ASIA|${token}`))
  })
})
