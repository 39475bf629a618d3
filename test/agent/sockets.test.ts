/** One Unix socket for each application: who opens it, whom it stands for, what is in the way. */
import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import {
  chmodSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  statSync,
  writeFileSync,
} from 'node:fs'
import { join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import { Refusal } from '../../src/lib/fault.ts'
import { main } from '../program.ts'
import { StrongroomRecords } from '../wire/strongroom/records.ts'
import { type Machine, raiseMachine, send } from './applications.ts'
import type { Running } from './scene.ts'

const isRoot = process.getuid?.() === 0
/** Two users of this machine without powers. */
const users = isRoot
  ? readFileSync('/etc/passwd', 'utf8')
      .split('\n')
      .map((line) => line.split(':')[2] ?? '')
      .filter((number) => Number(number) > 0)
      .slice(0, 2)
  : []

let machine: Machine
let agent: Running
const socketOf = (name: string) => join(machine.folder, `${name}.sock`)

before(async () => {
  machine = await raiseMachine({ users })
  agent = await machine.run()
})
after(async () => {
  await agent.close()
  await machine[Symbol.asyncDispose]()
})

const read = (name: string, id: string) =>
  send(socketOf(name), `/secretsmanager/get?secretId=${id}`)

describe('a socket', () => {
  test("is its user's alone, in a folder that only the agent writes", () => {
    assert.equal(statSync(machine.folder).mode & 0o777, 0o711)
    for (const [n, name] of ['shop', 'blog'].entries()) {
      for (const path of [socketOf(name), join(machine.folder, `${name}.token`)]) {
        const { mode, uid } = statSync(path)
        assert.deepEqual([mode & 0o777, uid], [0o600, Number(users[n] ?? process.getuid?.())])
      }
    }
  })

  test('stands for its role: each reads its own, without a token', async () => {
    for (const [name, other] of [
      ['shop', 'blog'],
      ['blog', 'shop'],
    ] as const) {
      const own = await read(name, `${name}/db`)
      assert.equal(JSON.parse(own.text).SecretString, `canary of ${name}`)
      const path = await send(socketOf(name), `/v1/${name}/db`)
      assert.equal(path.text, own.text)
      const { status, text } = await read(name, `${other}/db`)
      assert.deepEqual([status, JSON.parse(text).__type], [400, 'AccessDeniedException'])
      assert.doesNotMatch(text, /canary/)
    }
  })

  test('what one has read is kept for it alone', async () => {
    await read('shop', 'shop/mail')
    assert.equal((await read('blog', 'shop/mail')).status, 400)
  })

  test('no more than its secrets, and no other role', async () => {
    assert.equal((await read('blog', 'blog/mail')).status, 400)
    const role = 'arn:aws:iam::000000000000:role/shop'
    const { status, text } = await read('blog', `shop/db&roleArn=${role}`)
    assert.equal(status, 403)
    assert.deepEqual(JSON.parse(text), {
      __type: 'AccessDeniedException',
      message: 'This application may not take another role.',
    })
  })

  test('credentials of its role, without a token', async () => {
    const lent = JSON.parse((await send(socketOf('blog'), '/credentials')).text)
    assert.equal(lent.RoleArn, 'arn:aws:iam::000000000000:role/blog')
    assert.match(lent.AccessKeyId, /^ASIA/)
  })

  test('nothing that was forwarded or came from a page', async () => {
    for (const [header, status] of [
      [{ 'X-Forwarded-For': '10.0.0.1' }, 400],
      [{ Origin: 'http://localhost' }, 403],
    ] as const) {
      for (const path of ['/credentials', '/secretsmanager/get?secretId=shop/db']) {
        const answer = await send(socketOf('shop'), path, header as Record<string, string>)
        assert.equal(answer.status, status)
      }
    }
  })

  test('the audit names the application that read', async () => {
    const records = await new StrongroomRecords(machine.scene.house).newest(60)
    const reads = records.filter(({ eventName }) => eventName === 'GetSecretValue')
    const arns = new Set(reads.map(({ userIdentity }) => userIdentity.arn))
    assert.deepEqual(
      [...arns].sort(),
      ['blog', 'shop'].map((name) => `arn:aws:sts::000000000000:assumed-role/${name}/${name}`),
    )
  })

  test('of another user does not open', {
    skip: isRoot ? false : 'only root can be two users',
  }, async () => {
    const [shop, blog] = users.map(Number)
    assert.equal(await askAs(shop, 'shop'), '200')
    assert.equal(await askAs(blog, 'blog'), '200')
    assert.equal(await askAs(shop, 'blog'), 'EACCES')
    assert.equal(await askAs(blog, 'shop'), 'EACCES')
    for (const name of ['shop', 'blog']) {
      const other = name === 'shop' ? blog : shop
      assert.equal(await readAs(other, join(machine.folder, `${name}.token`)), 'EACCES')
    }
    assert.equal(await readAs(shop, machine.folder), 'EACCES')
  })
})

const asks = `
const [socketPath, name] = process.argv.slice(1)
require('node:http').get({ socketPath, path: '/secretsmanager/get?secretId=' + name + '/db' })
  .once('response', (response) => { console.log(response.statusCode); response.resume() })
  .once('error', ({ code }) => console.log(code))
`
const reads = `
try { require('node:fs').opendirSync(process.argv[1]); console.log('open') } catch ({ code }) {
  if (code !== 'ENOTDIR') console.log(code)
  else try { require('node:fs').readFileSync(process.argv[1]); console.log('open') } catch ({ code }) { console.log(code) }
}
`
const askAs = (uid: number | undefined, name: string) => runAs(uid, asks, socketOf(name), name)
const readAs = (uid: number | undefined, path: string) => runAs(uid, reads, path)

/** What a program of this user prints. */
async function runAs(uid: number | undefined, program: string, ...args: string[]) {
  if (uid === undefined) throw new Error('no user')
  const child = spawn(process.execPath, ['-e', program, '--', ...args], {
    ...{ uid, gid: uid, cwd: '/', env: {} },
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  let printed = ''
  for await (const chunk of child.stdout) printed += chunk
  return printed.trim()
}

describe('a start', () => {
  const again = (folder: string, user = String(process.getuid?.())) =>
    machine.run({
      told: {
        applications: {
          folder,
          all: [{ name: 'shop', user, roleArn: 'arn:aws:iam::000000000000:role/shop' }],
        },
      },
    })
  const refuses = (folder: string, words: RegExp, user?: string) =>
    assert.rejects(again(folder, user), (thrown) => {
      assert.ok(thrown instanceof Refusal)
      assert.match(thrown.message, words)
      return true
    })

  test('leaves a socket that somebody answers at', async () => {
    await refuses(machine.folder, /Another agent answers at .*shop\.sock/)
    assert.equal((await read('shop', 'shop/db')).status, 200)
  })

  test('takes the place of one that ended without leaving', async () => {
    const folder = `${machine.folder}-left`
    mkdirSync(folder, { mode: 0o711 })
    const path = join(folder, 'shop.sock')
    await leaveSocket(path)
    assert.ok(existsSync(path))
    const running = await again(folder)
    assert.equal((await send(path, '/ping')).status, 200)
    await running.close()
    assert.equal(existsSync(path), false)
    assert.equal(existsSync(join(folder, 'shop.token')), false)
  })

  test('refuses a folder that others write, something in the way, a user who is not', async () => {
    const folder = `${machine.folder}-open`
    mkdirSync(folder)
    chmodSync(folder, 0o777)
    await refuses(folder, /no folder that the agent alone may write/)
    chmodSync(folder, 0o711)
    writeFileSync(join(folder, 'shop.sock'), '')
    await refuses(folder, /in the way of a socket/)
    await refuses(
      `${machine.folder}-none`,
      /There is no user nobody-of-this-name/,
      'nobody-of-this-name',
    )
    await refuses('/proc/nowhere', /Can't make \/proc\/nowhere/)
  })
})

test('strongroom agent with a file: sockets while it runs, none after', async () => {
  const folder = `${machine.folder}-process`
  const config = `${machine.folder}.toml`
  writeFileSync(
    config,
    `[strongroom]
sockets = "${folder}"
metadata = "shop"

[[strongroom.applications]]
name = "shop"
user = "${process.getuid?.()}"
role_arn = "arn:aws:iam::000000000000:role/shop"
`,
  )
  const child = spawn(
    process.execPath,
    [main, 'agent', '--config', config, '--listen', '127.0.0.1:0'],
    { stdio: ['ignore', 'pipe', 'pipe'], env: { PATH: process.env.PATH, ...machine.environment } },
  )
  let stderr = ''
  child.stderr.on('data', (chunk) => {
    stderr += chunk
  })
  const [, url = ''] = /listening on (\S+)\n/.exec(await firstLine(child.stdout)) ?? []
  assert.notEqual(url, '', stderr)
  const path = join(folder, 'shop.sock')
  assert.equal((await send(path, '/v1/shop/db')).status, 200)
  const Authorization = readFileSync(join(folder, 'shop.token'), 'utf8')
  assert.equal((await send(url, '/credentials', { Authorization })).status, 200)
  child.kill('SIGTERM')
  const [code] = await once(child, 'exit')
  assert.equal(code, 0, stderr)
  assert.deepEqual(readdirSync(folder), [])
})

async function firstLine(stream: AsyncIterable<Buffer>): Promise<string> {
  let text = ''
  for await (const chunk of stream) {
    text += chunk
    if (text.includes('\n')) break
  }
  return text
}

/** A socket whose process was killed. */
async function leaveSocket(path: string): Promise<void> {
  const program = `require('node:net').createServer().listen(process.argv[1], () => process.kill(process.pid, 'SIGKILL'))`
  const child = spawn(process.execPath, ['-e', program, '--', path])
  await new Promise((resolve) => child.once('exit', resolve))
}
