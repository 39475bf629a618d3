/** Roles by `roleArn`, values that are fetched ahead, web identity's shape of failure, bounds of the door. */
import assert from 'node:assert/strict'
import { connect } from 'node:net'
import { after, before, describe, test } from 'node:test'
import { CreateRoleCommand, IAMClient, PutRolePolicyCommand } from '@aws-sdk/client-iam'
import { TagResourceCommand } from '@aws-sdk/client-secrets-manager'
import { until } from '../until.ts'
import { account, policy, raiseScene, type Scene } from '../wire/secretsmanager/scene.ts'
import { StrongroomRecords } from '../wire/strongroom/records.ts'
import { environmentOf, type Running, runAgent } from './scene.ts'

let scene: Scene
let running: Running

const roleArn = (name: string) => `arn:aws:iam::${account}:role/${name}`

async function role(RoleName: string, Resource: string): Promise<void> {
  const iam = new IAMClient(scene.house.client())
  const trust = { Effect: 'Allow', Principal: { AWS: account }, Action: 'sts:AssumeRole' }
  const AssumeRolePolicyDocument = JSON.stringify({ Version: '2012-10-17', Statement: [trust] })
  await iam.send(new CreateRoleCommand({ RoleName, AssumeRolePolicyDocument }))
  const PolicyDocument = policy({
    Action: ['secretsmanager:GetSecretValue', 'secretsmanager:BatchGetSecretValue'],
    Resource,
  })
  await iam.send(new PutRolePolicyCommand({ RoleName, PolicyName: 'own', PolicyDocument }))
}

const ofName = (name: string) => `arn:aws:secretsmanager:us-east-1:${account}:secret:${name}-*`

before(async () => {
  scene = await raiseScene()
  for (const Name of ['red/db', 'blue/db']) await scene.secret({ Name, SecretString: `of ${Name}` })
  await role('red', ofName('red/db'))
  await role('blue', ofName('blue/db'))
  const keys = await scene.user(
    policy({ Action: 'sts:AssumeRole' }, { Action: 'secretsmanager:*' }),
  )
  running = await runAgent(scene.house, {
    environment: environmentOf(scene.house, keys),
    told: { rolesMax: 2, pushes: false, receiptsMs: 0 },
  })
})
after(async () => {
  await running.close()
  await scene[Symbol.asyncDispose]()
})

const read = (id: string, name?: string) =>
  running.ask(`/v1/${id}${name ? `?roleArn=${roleArn(name)}` : ''}`)

describe('roleArn', () => {
  test('reads by that role, and what it has read is kept for it alone', async () => {
    assert.equal((await read('red/db', 'red')).json().SecretString, 'of red/db')
    const other = await read('red/db', 'blue')
    assert.deepEqual([other.status, other.json().__type], [400, 'AccessDeniedException'])
    assert.equal((await read('blue/db', 'blue')).json().SecretString, 'of blue/db')
  })

  test("names its sessions as AWS's agent does", async () => {
    const all = await new StrongroomRecords(scene.house).newest(30)
    const arns = all.map(({ userIdentity }) => String(userIdentity.arn))
    assert.ok(arns.includes(`arn:aws:sts::${account}:assumed-role/red/secrets-manager-provider`))
  })

  test('of more roles than may be is refused', async () => {
    const { status, json } = await read('red/db', 'third')
    assert.deepEqual([status, json().__type], [400, 'MaxRolesExceeded'])
  })

  test('that may not be assumed is refused, and takes no place', async () => {
    await using other = await runAgent(scene.house, {
      environment: environmentOf(scene.house, await scene.user()),
      told: { rolesMax: 1, pushes: false, receiptsMs: 0 },
    })
    for (const name of ['none', 'red']) {
      const { status, json } = await other.ask(`/v1/red/db?roleArn=${roleArn(name)}`)
      assert.equal(status, 403)
      assert.deepEqual(json(), {
        __type: 'AccessDeniedException',
        message: `Failed to create caching client from role: ${roleArn(name)}`,
      })
    }
  })
})

describe('connections', () => {
  test('beyond the limit are told so; whoever pings is heard all the same', async () => {
    await using small = await runAgent(scene.house, { told: { connectionsMax: 4, pushes: false } })
    const { port } = new URL(small.url)
    const held = Array.from({ length: 4 }, () => connect(Number(port), '127.0.0.1'))
    await Promise.all(held.map((socket) => new Promise((go) => socket.once('connect', go))))
    const say = async (path: string) => {
      const socket = connect(Number(port), '127.0.0.1')
      socket.write(`GET ${path} HTTP/1.1\r\nHost: localhost:${port}\r\nConnection: close\r\n\r\n`)
      let text = ''
      for await (const chunk of socket) text += chunk
      return text
    }
    assert.match(await say('/v1/red/db'), /^HTTP\/1\.1 429 [\s\S]*Connection limit exceeded$/)
    assert.match(await say('/ping'), /^HTTP\/1\.1 200 [\s\S]*healthy$/)
    for (const socket of held) socket.destroy()
  })

  test('with headers beyond all bounds are closed', async () => {
    const { port } = new URL(running.url)
    const socket = connect(Number(port), '127.0.0.1')
    socket.on('error', () => {})
    socket.write(`GET /ping HTTP/1.1\r\nHost: localhost\r\nX: ${'x'.repeat(80 << 10)}\r\n\r\n`)
    let text = ''
    for await (const chunk of socket) text += chunk
    assert.match(text, /^HTTP\/1\.1 431 /)
  })
})

// The last one: it stops the house.
describe('fetching ahead', () => {
  test('by ids and by a tag: what is wished for is there without a call', async () => {
    const names = ['ahead/a', 'ahead/b', 'ahead/tagged']
    for (const Name of names) await scene.secret({ Name, SecretString: Name })
    const Tags = [{ Key: 'ahead', Value: 'x' }]
    await scene.root.send(new TagResourceCommand({ SecretId: 'ahead/tagged', Tags }))
    await using other = await runAgent(scene.house, {
      told: {
        pushes: false,
        receiptsMs: 0,
        prefetch: {
          bufferRatio: 0.8,
          jitterMsMax: 0,
          secrets: [{ id: 'ahead/a' }, { id: 'ahead/b' }, { id: 'ahead/none' }],
          tags: [{ key: 'ahead' }],
        },
      },
    })
    await until(() => other.log.some((line) => line.includes('tag ahead')))
    assert.ok(other.log.some((line) => /ahead\/none: ResourceNotFound/.test(line)))
    await scene.house.stop()
    for (const name of names) {
      assert.equal((await other.ask(`/v1/${name}`)).json().SecretString, name)
    }
  })
})
