/** Starts without network: what was read last is on disk, sealed, for whoever read it, for a while. */
import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import {
  chmodSync,
  copyFileSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  statSync,
  writeFileSync,
} from 'node:fs'
import { type AddressInfo, connect, createServer } from 'node:net'
import { join } from 'node:path'
import { after, before, beforeEach, describe, test } from 'node:test'
import { IAM } from '@aws-sdk/client-iam'
import { SecretsManager } from '@aws-sdk/client-secrets-manager'
import type { LastSettings } from '../../src/agent/last-settings.ts'
import { Refusal } from '../../src/lib/fault.ts'
import { type Machine, raiseMachine, send } from './applications.ts'
import { type Options, type Running, setWorld } from './scene.ts'

const { world, pass } = setWorld()
const canary = 'canary of shop'
let machine: Machine
let folder: string
let last: LastSettings

before(async () => {
  machine = await raiseMachine({ house: { world: { clock: { now: world.now } } } })
})
after(() => machine[Symbol.asyncDispose]())

/** Between the agent and the house: while it is down, the address is the same and nobody answers. */
const network = { url: '', isUp: true, server: createServer() }
before(async () => {
  network.server.on('connection', (socket) => {
    if (!network.isUp) return socket.destroy()
    const behind = connect(machine.scene.house.port, '127.0.0.1')
    socket.pipe(behind).pipe(socket)
    for (const each of [socket, behind]) each.on('error', () => each.destroy())
    socket.on('close', () => behind.destroy())
    return behind.on('close', () => socket.destroy())
  })
  network.server.listen(0, '127.0.0.1')
  await once(network.server, 'listening')
  network.url = `http://127.0.0.1:${(network.server.address() as AddressInfo).port}`
})
after(() => network.server.close())

let count = 0
beforeEach(() => {
  network.isUp = true
  folder = join(machine.scene.house.dataPath, `last-${++count}`)
  mkdirSync(folder, { mode: 0o700 })
  const file = join(folder, 'key')
  writeFileSync(file, `${randomBytes(32).toString('hex')}\n`, { mode: 0o600 })
  last = { path: join(folder, 'last-known-good'), key: { file }, ageMsMax: 3_600_000 }
})

const start = (more: Options = {}) =>
  machine.run({
    world,
    ...more,
    told: { lastKnown: last, pushes: false, ...more.told },
    environment: { AWS_ENDPOINT_URL: network.url, ...more.environment },
  })
const socketOf = (name: string) => join(machine.folder, `${name}.sock`)
const readBy = (name: string, id = `${name}/db`) =>
  send(socketOf(name), `/secretsmanager/get?secretId=${id}`)

/** An agent that has read, and has ended. */
async function readOnce(): Promise<void> {
  await using _running = await start()
  for (const name of ['shop', 'blog']) assert.equal((await readBy(name)).status, 200)
}

const logOf = ({ log }: Running) => log.join('')

describe('a start without network', () => {
  test('serves each application what it had read, and nothing that it had not', async () => {
    await readOnce()
    network.isUp = false
    await using running = await start()
    for (const name of ['shop', 'blog']) {
      const { status, text } = await readBy(name)
      assert.equal(status, 200, text)
      assert.equal(JSON.parse(text).SecretString, `canary of ${name}`)
    }
    assert.equal((await readBy('shop', 'shop/mail')).status, 502)
    assert.equal((await readBy('blog', 'shop/db')).status, 502)
    assert.match(logOf(running), /2 values for a start without network/)
  })

  test('a role that is named in the query, too', async () => {
    const path = '/secretsmanager/get?secretId=shop/db&roleArn=arn:aws:iam::000000000000:role/shop'
    {
      await using running = await start()
      assert.equal((await running.ask(path)).status, 200)
    }
    network.isUp = false
    await using running = await start()
    assert.equal((await running.ask(path)).status, 200)
    assert.equal((await running.ask(path.replace('role/shop', 'role/blog'))).status, 502)
  })

  test('is over when the network is back: the new value, and a refusal that stands', async () => {
    await readOnce()
    network.isUp = false
    await using _running = await start()
    assert.equal(JSON.parse((await readBy('shop')).text).SecretString, canary)
    const { secrets, iam } = clientsOf(machine)
    await secrets.putSecretValue({ SecretId: 'shop/db', SecretString: 'the next' })
    network.isUp = true
    pass(30)
    assert.equal(JSON.parse((await readBy('shop')).text).SecretString, 'the next')
    await secrets.putSecretValue({ SecretId: 'shop/db', SecretString: canary })

    const [RoleName, PolicyName] = ['blog', 'inline']
    const { PolicyDocument = '' } = await iam.getRolePolicy({ RoleName, PolicyName })
    await iam.deleteRolePolicy({ RoleName, PolicyName })
    assert.equal((await readBy('blog')).status, 400)
    await _running.close()
    network.isUp = false
    await using again = await start()
    assert.equal((await readBy('blog')).status, 502)
    assert.equal((await readBy('shop')).status, 200)
    assert.ok(again)
    const document = decodeURIComponent(PolicyDocument)
    await iam.putRolePolicy({ RoleName, PolicyName, PolicyDocument: document })
  })

  test('serves nothing beyond the maximum age, nor when the clock was set back', async () => {
    await readOnce()
    network.isUp = false
    pass(3590)
    {
      await using _running = await start()
      assert.equal((await readBy('shop')).status, 200)
      pass(20)
      assert.equal((await readBy('shop')).status, 502)
    }
    {
      await using running = await start()
      assert.match(logOf(running), /: 0 values/)
    }
    network.isUp = true
    await readOnce()
    network.isUp = false
    pass(-7200)
    await using running = await start()
    assert.match(logOf(running), /: 0 values/)
    pass(7200)
  })
})

describe('the file', () => {
  test('holds nothing in clear, and is for its user alone', async () => {
    await readOnce()
    assert.equal(statSync(last.path).mode & 0o777, 0o600)
    assert.deepEqual(readdirSync(folder).sort(), ['key', 'last-known-good'])
    const bytes = readFileSync(last.path)
    for (const word of ['canary', 'shop', 'secret', 'arn:']) {
      assert.ok(!bytes.includes(word), word)
    }
  })

  test('does not open with another key, for another service, for other credentials, or altered', async () => {
    await readOnce()
    const kept = `${last.path}.kept`
    copyFileSync(last.path, kept)
    const other = join(folder, 'other')
    writeFileSync(other, 'ab'.repeat(32), { mode: 0o600 })
    const bytes = readFileSync(kept)
    const altered = Buffer.from(bytes)
    altered.writeUInt8(altered.readUInt8(60) ^ 1, 60)
    const cases: readonly (readonly [Options, Buffer])[] = [
      [{ told: { lastKnown: { ...last, key: { file: other } } } }, bytes],
      [{ environment: { AWS_ENDPOINT_URL: 'http://127.0.0.1:9' } }, bytes],
      [{ environment: { AWS_REGION: 'eu-central-1' } }, bytes],
      [{ environment: { AWS_ACCESS_KEY_ID: 'AKIAOTHER' } }, bytes],
      [{}, altered],
      [{}, bytes.subarray(0, 40)],
    ]
    network.isUp = false
    for (const [options, content] of cases) {
      writeFileSync(last.path, content, { mode: 0o600 })
      await using running = await start(options)
      assert.match(logOf(running), /is not used: it does not open/)
      assert.equal((await readBy('shop')).status, 502)
    }
    writeFileSync(last.path, bytes)
    await using running = await start()
    assert.match(logOf(running), /2 values/)
  })

  test('is not used where others can read it', async () => {
    await readOnce()
    network.isUp = false
    for (const mode of [0o640, 0o604]) {
      chmodSync(last.path, mode)
      await using running = await start()
      assert.match(logOf(running), /is not used: others can read it/)
      assert.equal((await readBy('shop')).status, 502)
    }
  })

  test('an application with less than before does not get what was more', async () => {
    await readOnce()
    network.isUp = false
    const { applications } = machine
    const all = applications.all.map((each) => ({ ...each, secrets: ['nothing/*'] }))
    await using _running = await start({ told: { applications: { ...applications, all } } })
    assert.equal((await readBy('shop')).status, 502)
  })
})

describe('it is refused to start', () => {
  const refuses = (words: RegExp, options: Options = {}) =>
    assert.rejects(start(options), (thrown) => {
      assert.ok(thrown instanceof Refusal)
      assert.match(thrown.message, words)
      return true
    })

  test('with a key that others can read, that is none, or that is not there', async () => {
    const { key } = last
    assert.ok('file' in key)
    chmodSync(key.file, 0o640)
    await refuses(/Others can read the key/)
    chmodSync(key.file, 0o600)
    writeFileSync(key.file, 'not a key')
    await refuses(/does not hold a key/)
    await refuses(/is missing/, {
      told: { lastKnown: { ...last, key: { file: `${folder}/none` } } },
    })
    await refuses(/There is no credential agent-key/, {
      told: { lastKnown: { ...last, key: { credential: 'agent-key' } } },
    })
  })

  test('in a folder that others can write', async () => {
    chmodSync(folder, 0o777)
    await refuses(/no folder that the agent alone may write/)
    assert.equal(existsSync(last.path), false)
  })
})

test('the key may be a credential of systemd', async () => {
  const credentials = join(folder, 'credentials')
  mkdirSync(credentials)
  writeFileSync(join(credentials, 'agent-key'), 'cd'.repeat(32), { mode: 0o440 })
  const options: Options = {
    told: { lastKnown: { ...last, key: { credential: 'agent-key' } } },
    environment: { CREDENTIALS_DIRECTORY: credentials },
  }
  {
    await using _running = await start(options)
    assert.equal((await readBy('shop')).status, 200)
  }
  network.isUp = false
  await using _running = await start(options)
  assert.equal((await readBy('shop')).status, 200)
})

/** Root's clients, by the tests' clock. */
function clientsOf({ scene }: Machine) {
  const config = { ...scene.house.client(), systemClockOffset: world.now() - Date.now() }
  return { secrets: new SecretsManager(config), iam: new IAM(config) }
}
