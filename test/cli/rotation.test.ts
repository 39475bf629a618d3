/** rotate, rotate status, rotate repair, rollback: as a person types them. */
import assert from 'node:assert/strict'
import { join } from 'node:path'
import { after, test } from 'node:test'
import {
  CancelRotateSecretCommand,
  DescribeSecretCommand,
  GetSecretValueCommand,
  ListSecretsCommand,
  RotateSecretCommand,
} from '@aws-sdk/client-secrets-manager'
import { until } from '../until.ts'
import {
  type Event,
  functionsOf,
  type Handler,
  OneLogin,
  singleUser,
} from '../wire/secretsmanager/functions.ts'
import { account, raiseScene } from '../wire/secretsmanager/scene.ts'
import { typed } from './command.ts'

const RotationLambdaARN = `arn:aws:lambda:us-east-1:${account}:function:rotate`
const login = new OneLogin('first')
/** What goes wrong before a step; nothing unless it is set. */
let trouble: (event: Event) => void = () => {}
const handler: Handler = async (event, source) => {
  trouble(event)
  await singleUser(() => scene.root, login)(event, source)
}
const scene = await raiseScene({
  world: { functions: functionsOf(handler), rotation: { lookMs: 50 } },
})
after(() => scene[Symbol.asyncDispose]())
const profile = join(scene.house.dataPath, 'root-credentials')
const command = (...words: string[]) => typed([...words, '--profile', profile])

const { name: SecretId, arn } = await scene.secret({ Name: 'app/db', SecretString: 'first' })
const current = async () => {
  const value = await scene.root.send(new GetSecretValueCommand({ SecretId }))
  return value.SecretString ?? ''
}
const names = async () =>
  ((await scene.root.send(new ListSecretsCommand({}))).SecretList ?? []).map(({ Name }) => Name)

test('rotate says so when the secret has no function', async () => {
  const { code, stdout, stderr } = await command('rotate', SecretId)
  assert.deepEqual([code, stdout], [1, ''])
  assert.match(stderr, /No Lambda rotation function ARN is associated with this secret\.\n$/)
})

test('rotate shows each step, and the new value opens', async () => {
  const RotationRules = { AutomaticallyAfterDays: 30 }
  const wish = { SecretId, RotationLambdaARN, RotationRules, RotateImmediately: false }
  await scene.root.send(new RotateSecretCommand(wish))
  const { code, stdout, stderr } = await command('rotate', SecretId)
  assert.deepEqual([code, stderr], [0, ''])
  const lines = stdout.trimEnd().split('\n')
  assert.equal(lines[0], arn)
  assert.deepEqual(
    lines.slice(1, 5).map((line) => line.split(/\s+/).slice(0, 2).join(' ')),
    ['createSecret', 'setSecret', 'testSecret', 'finishSecret'].map((step) => `${step} done`),
  )
  assert.match(lines[5] ?? '', /^rotated {2}AWSCURRENT is [0-9a-f-]{36}$/)
  assert.ok(await login.opens(await current()))
})

test('rotate status: one line each, the worst first; as JSON on demand', async () => {
  const { stdout } = await command('rotate', 'status')
  assert.match(stdout, /^scheduled {2}app\/db {2}by \d{4}-\d\d-\d\dT23:59:59Z\n$/)
  const [found] = JSON.parse((await command('rotate', 'status', '--json')).stdout)
  assert.deepEqual([found.Name, found.Turn.State], ['app/db', 'succeeded'])
})

test('rollback moves the labels, and says that the function was not asked', async () => {
  const before = await current()
  const { code, stdout, stderr } = await command('rollback', SecretId)
  assert.equal(code, 0)
  assert.match(stdout, /AWSCURRENT is [0-9a-f-]{36} {2}AWSPREVIOUS is [0-9a-f-]{36}\n$/)
  assert.match(stderr, /The rotation function was not asked/)
  assert.equal(await current(), 'first')
  await command('rollback', SecretId)
  assert.equal(await current(), before)
})

test('rollback --rotate has the function set the value, too', async () => {
  const { code, stdout } = await command('rollback', SecretId, '--rotate')
  assert.equal(code, 0)
  assert.match(stdout, /finishSecret {2}done/)
  assert.equal(await current(), 'first')
  assert.ok(await login.opens('first'))
})

test('a rehearsal is not begun without --yes, which says what it does', async () => {
  const { code, stderr } = await command('rotate', SecretId, '--rehearse')
  assert.equal(code, 1)
  assert.match(stderr, /changes? the login that the secret opens, and change it back.*--yes/)
  assert.deepEqual(await names(), ['app/db'])
})

test('a rehearsal goes there and back on a scratch copy, which is removed', async () => {
  const before = await current()
  const { code, stdout } = await command('rotate', SecretId, '--rehearse', '--yes')
  assert.equal(code, 0)
  assert.equal(stdout.match(/finishSecret {2}done/g)?.length, 2)
  assert.match(stdout, /rehearsed {2}there and back; the scratch copy was removed\n$/)
  assert.deepEqual(await names(), ['app/db'])
  assert.equal(await current(), before)
  assert.ok(await login.opens(before))
})

test('a rehearsal that fails after the login was changed still goes back, and tells where', async () => {
  const before = await current()
  let isFirst = true
  trouble = ({ Step }) => {
    if (Step !== 'testSecret' || !isFirst) return
    isFirst = false
    throw new RangeError()
  }
  const { code, stderr } = await command('rotate', SecretId, '--rehearse', '--yes')
  trouble = () => {}
  assert.equal(code, 1)
  assert.match(
    stderr,
    /during testSecret step: RangeError\. The secret itself was not touched\.\n$/,
  )
  assert.deepEqual(await names(), ['app/db'])
  assert.ok(await login.opens(before))
})

test('a rehearsal whose way back fails keeps the scratch copy', async () => {
  const before = await current()
  trouble = ({ Step }) => {
    if (Step === 'testSecret') throw new RangeError()
  }
  const { code, stderr } = await command('rotate', SecretId, '--rehearse', '--yes')
  trouble = () => {}
  assert.equal(code, 1)
  const [, kept = ''] = /value that only (\S+) holds: it was kept/.exec(stderr) ?? []
  assert.ok((await names()).includes(kept))
  await login.set(before, before).catch(() => {})
  assert.equal(await current(), before)
})

test('a rotation that fails tells where and why; repair takes it up again', async () => {
  trouble = ({ Step }) => {
    if (Step === 'createSecret') throw new RangeError()
  }
  const { code, stderr } = await command('rotate', SecretId)
  assert.equal(code, 1)
  assert.match(
    stderr,
    /during createSecret step: RangeError\. AWSCURRENT is what it was\. It is tried again at \S+\.\n$/,
  )
  const { stdout: status } = await command('rotate', 'status')
  assert.match(status, /^waiting .* during createSecret step: RangeError$/m)
  trouble = () => {}
  const { stdout } = await command('rotate', 'repair', SecretId)
  assert.match(stdout, /the rotation is taken up again with its version {2}[0-9a-f-]{36}\n$/)
  await until(async () => login.opens(await current()))
})

test('repair of what is left by a cancelled rotation', async () => {
  trouble = () => {
    throw new RangeError()
  }
  await command('rotate', SecretId)
  await scene.root.send(new CancelRotateSecretCommand({ SecretId }))
  const { stdout } = await command('rotate', 'repair', SecretId)
  assert.match(stdout, /AWSPENDING was taken off; the value stays under its version/)
  const { VersionIdsToStages } = await scene.root.send(new DescribeSecretCommand({ SecretId }))
  assert.ok(
    !Object.values(VersionIdsToStages ?? {})
      .flat()
      .includes('AWSPENDING'),
  )
})
