/**
 * kill -9 at twelve points of a rotation: before each step's effect, after it, and after the function's
 * answer. Each time the process that comes after goes on by itself, and the secret opens its login.
 */
import assert from 'node:assert/strict'
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { json } from 'node:stream/consumers'
import { after, test } from 'node:test'
import { fileURLToPath } from 'node:url'
import {
  CreateSecretCommand,
  DescribeSecretCommand,
  GetSecretValueCommand,
  RotateSecretCommand,
  SecretsManagerClient,
} from '@aws-sdk/client-secrets-manager'
import { parse } from 'ini'
import { OneLogin } from '../wire/secretsmanager/functions.ts'
import { until } from '../wire/secretsmanager/scene.ts'

const rotator = fileURLToPath(new URL('rotator.ts', import.meta.url))
const dataPath = mkdtempSync(join(tmpdir(), 'strongroom-rotation-'))
const SecretId = 'killed'
const RotationLambdaARN = 'arn:aws:lambda:us-east-1:000000000000:function:rotate'

const login = new OneLogin('first')
let killAt: string | undefined
let house: ChildProcess | undefined
const passed: string[] = []

/** The login service: it lives on when the house is killed, as a database does. */
const service = createServer(async (request, response) => {
  const { password = '', by = '', point = '' } = (await json(request)) as Record<string, string>
  let answer = {}
  if (request.url === '/pass') {
    passed.push(point)
    if (point === killAt) {
      killAt = undefined
      house?.kill('SIGKILL')
      return
    }
  }
  if (request.url === '/opens') answer = { opens: await login.opens(password) }
  if (request.url === '/set') await login.set(password, by)
  response.end(JSON.stringify(answer))
})
service.listen(0, '127.0.0.1')
await once(service, 'listening')
const loginUrl = `http://127.0.0.1:${(service.address() as AddressInfo).port}`

after(() => {
  house?.kill('SIGKILL')
  service.close()
  service.closeAllConnections()
  rmSync(dataPath, { recursive: true, force: true })
})

/** Starts the house; gives root's client. */
async function start(): Promise<SecretsManagerClient> {
  const child = spawn(process.execPath, [rotator, dataPath, loginUrl], {
    stdio: ['ignore', 'pipe', 'inherit'],
    env: { PATH: process.env.PATH },
  })
  house = child
  let text = ''
  for await (const chunk of child.stdout) {
    text += chunk
    if (text.includes('\n')) break
  }
  const endpoint = /listens on (\S+)/.exec(text)?.[1]
  assert.ok(endpoint, 'the house listens')
  const { strongroom = {} } = parse(readFileSync(join(dataPath, 'root-credentials'), 'utf8'))
  return new SecretsManagerClient({
    endpoint,
    region: 'us-east-1',
    maxAttempts: 1,
    credentials: {
      accessKeyId: strongroom.aws_access_key_id,
      secretAccessKey: strongroom.aws_secret_access_key,
    },
  })
}

async function gone(): Promise<void> {
  if (house?.exitCode === null && house.signalCode === null) await once(house, 'exit')
}

const steps = ['createSecret', 'setSecret', 'testSecret', 'finishSecret']
const points = steps.flatMap((step) => [
  `${step} begins`,
  `${step} took effect`,
  `${step} answered`,
])

test('a house that is killed at any of twelve points goes on, and the secret opens', async (t) => {
  let root = await start()
  await root.send(new CreateSecretCommand({ Name: SecretId, SecretString: 'first' }))
  const currentId = async () => {
    const { VersionIdsToStages = {} } = await root.send(new DescribeSecretCommand({ SecretId }))
    const holders = Object.keys(VersionIdsToStages).filter((id) => {
      return VersionIdsToStages[id]?.includes('AWSCURRENT')
    })
    assert.equal(holders.length, 1, 'AWSCURRENT is never lost, nor doubled')
    return holders[0]
  }
  for (const point of points) {
    const before = await currentId()
    killAt = point
    passed.length = 0
    const { VersionId } = await root.send(new RotateSecretCommand({ SecretId, RotationLambdaARN }))
    await gone()
    assert.equal(passed.at(-1), point)
    root = await start()
    const holder = await currentId()
    assert.ok(holder === before || holder === VersionId)
    await until(async () => passed.at(-1) === 'finishSecret answered')
    await until(async () => (await currentId()) === VersionId)
    const { SecretString = '' } = await root.send(new GetSecretValueCommand({ SecretId }))
    assert.ok(await login.opens(SecretString), `after a kill when ${point}`)
  }
  t.diagnostic(`${points.length} kills, ${points.length} rotations completed by the next process`)
})
