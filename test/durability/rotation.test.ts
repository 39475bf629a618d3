/**
 * kill -9 of the server at twelve points of a rotation: before each step's effect, after it, and when the
 * function has answered. The function is deployed and runs in a process of its own, the database is
 * PostgreSQL where there is one. Each time the server that comes after goes on by itself, and the secret
 * opens the database.
 */

import assert from 'node:assert/strict'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { json } from 'node:stream/consumers'
import { after, test } from 'node:test'
import {
  CreateSecretCommand,
  DescribeSecretCommand,
  GetSecretValueCommand,
  RotateSecretCommand,
  SecretsManagerClient,
} from '@aws-sdk/client-secrets-manager'
import { Client } from 'pg'
import { callStrongroom } from '../../src/cli/client.ts'
import { raisePostgres, type TestPostgres, withoutPostgres } from '../postgres.ts'
import { type Served, serveProcess } from '../process.ts'
import { admit, deploy, makeRole } from '../rotation/rotator.ts'
import { sampled } from '../scale.ts'
import { until } from '../until.ts'
import { type Logins, OneLogin } from '../wire/secretsmanager/functions.ts'

const dataPath = mkdtempSync(join(tmpdir(), 'strongroom-rotation-'))
const SecretId = 'login/killed'

/** The log-in of one user of a database. */
class DatabaseLogin implements Logins {
  readonly #port: number

  constructor({ admin: { port } }: TestPostgres) {
    this.#port = port
  }

  async set(password: string, by: string): Promise<void> {
    const client = await this.#connect(by)
    await client.query(`ALTER ROLE app PASSWORD ${client.escapeLiteral(password)}`)
    await client.end()
  }

  async opens(password: string): Promise<boolean> {
    try {
      await (await this.#connect(password)).end()
      return true
    } catch {
      return false
    }
  }

  async #connect(password: string): Promise<Client> {
    const settings = { user: 'app', host: '127.0.0.1', database: 'postgres' }
    const client = new Client({ ...settings, port: this.#port, password })
    await client.connect()
    return client
  }
}

const postgres = withoutPostgres === false ? await raisePostgres() : undefined
await postgres?.run("CREATE ROLE app LOGIN PASSWORD 'first'")
const login: Logins = postgres ? new DatabaseLogin(postgres) : new OneLogin('first')

let house: Served
let killAt: string | undefined
const passed: string[] = []

/** What the function asks: the log-in, for which it has no driver; and it tells here where it is. */
const watcher = createServer(async (request, response) => {
  const { password = '', by = '', point } = (await json(request)) as Record<string, string>
  if (point !== undefined) {
    passed.push(point)
    if (point === killAt) {
      killAt = undefined
      // The function's answer is on its way when this one has reached it.
      if (point.endsWith('answers')) setTimeout(() => house.child.kill('SIGKILL'), 10)
      else house.child.kill('SIGKILL')
    }
    response.end('{}')
    return
  }
  const isChange = request.url === '/password'
  const isFine = isChange
    ? await login.set(password, by).then(
        () => true,
        () => false,
      )
    : await login.opens(password)
  response.writeHead(isFine ? 200 : 403).end('{}')
})
watcher.listen(0, '127.0.0.1')
await once(watcher, 'listening')
const url = `http://127.0.0.1:${(watcher.address() as AddressInfo).port}`

after(async () => {
  house.child.kill('SIGKILL')
  watcher.close()
  watcher.closeAllConnections()
  await postgres?.[Symbol.asyncDispose]()
  rmSync(dataPath, { recursive: true, force: true })
})

const config = () => ({
  endpoint: house.url,
  region: 'us-east-1',
  credentials: house.root,
  maxAttempts: 1,
})
const root = () => new SecretsManagerClient(config())

/** A secret that opens the log-in, and its function. */
async function prepare(): Promise<string> {
  const RotationLambdaARN = await deploy(config(), await makeRole(config(), 'login/'), {
    runtime: 'nodejs22.x',
    files: ['index.mjs', 'checkpoint.mjs'],
    handler: 'checkpoint.handler',
    variables: { WATCHER_URL: url },
  })
  const SecretString = JSON.stringify({ url, password: 'first' })
  const { ARN = '' } = await root().send(new CreateSecretCommand({ Name: SecretId, SecretString }))
  await admit(config(), RotationLambdaARN, 'rotation', ARN)
  return RotationLambdaARN
}

async function currentId(): Promise<string | undefined> {
  const { VersionIdsToStages = {} } = await root().send(new DescribeSecretCommand({ SecretId }))
  const holders = Object.keys(VersionIdsToStages).filter((id) => {
    return VersionIdsToStages[id]?.includes('AWSCURRENT')
  })
  assert.equal(holders.length, 1, 'AWSCURRENT is never lost, nor doubled')
  return holders[0]
}

const steps = ['createSecret', 'setSecret', 'testSecret', 'finishSecret']
const points = sampled(
  steps.flatMap((step) => [`${step} begins`, `${step} took effect`, `${step} answers`]),
  3,
)

test(`a server that is killed at any of ${points.length} points goes on, and the secret opens`, async (t) => {
  house = await serveProcess(dataPath)
  const RotationLambdaARN = await prepare()
  for (const point of points) {
    const before = await currentId()
    passed.length = 0
    killAt = point
    const wish = { SecretId, RotationLambdaARN }
    const gone = once(house.child, 'exit')
    const { VersionId } = await root().send(new RotateSecretCommand(wish))
    await gone
    assert.ok(passed.includes(point), `${point} was passed`)
    house = await serveProcess(dataPath)
    const holder = await currentId()
    assert.ok(holder === before || holder === VersionId)
    await until(async () => (await currentId()) === VersionId)
    const { SecretString = '{}' } = await root().send(new GetSecretValueCommand({ SecretId }))
    assert.ok(await login.opens(JSON.parse(SecretString).password), `after a kill when ${point}`)
    await rests()
  }
  const where = postgres ? 'PostgreSQL' : 'a log-in in memory, for want of PostgreSQL'
  t.diagnostic(`${points.length} kills, ${points.length} rotations completed; opened: ${where}`)
})

/** The next rotation begins when this one's last step was committed. */
async function rests(): Promise<void> {
  await until(async () => {
    const { url, root: credentials } = house
    const endpoint = { url, credentials, region: 'us-east-1' }
    const { Rotation } = await callStrongroom<{ Rotation: { Turn?: { State: string } } }>(
      endpoint,
      'DescribeRotation',
      { SecretId },
    )
    return Rotation.Turn?.State === 'succeeded'
  })
}
