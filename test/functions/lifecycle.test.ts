/** An environment's life: warm, late, crashed, of old code, of old credentials, closed. */
import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { after, test } from 'node:test'
import { setTimeout as wait } from 'node:timers/promises'
import { until } from '../until.ts'
import { children, deploy, packed, raiseRunners, roleKeys } from './fixture.ts'

const fleet = raiseRunners()
after(() => fleet[Symbol.asyncDispose]())

const requestId = '11111111-2222-4333-8444-555555555555'
const counting = 'let n = 0; export const handler = async () => ++n'

test('a warm environment is used again, by one invocation after the other', async () => {
  const before = fleet.opened()
  const deployed = deploy(counting)
  const values: unknown[] = []
  for (let count = 0; count < 5; count++) values.push((await fleet.invoke(deployed)).value)
  assert.deepEqual(values, [1, 2, 3, 4, 5])
  assert.equal(fleet.opened() - before, 1)
})

test('at the same time there are several, each with one invocation', async () => {
  const before = fleet.opened()
  const deployed = deploy(
    'let n = 0; export const handler = async () => { await new Promise((go) => setTimeout(go, 400)); return ++n }',
  )
  const results = await Promise.all([1, 2, 3].map(() => fleet.invoke(deployed)))
  assert.deepEqual(
    results.map(({ value }) => value),
    [1, 1, 1],
  )
  assert.equal(fleet.opened() - before, 3)
})

test('a time-out ends the environment and says so as AWS does', async () => {
  const code =
    'let n = 0; export const handler = async (e) => { n++; if (e.hang) for (;;); return n }'
  const deployed = deploy(code, { timeoutSeconds: 1 })
  assert.equal((await fleet.invoke(deployed)).value, 1)
  const late = await fleet.invoke(deployed, { hang: true }, { requestId })
  assert.deepEqual(
    [late.value, late.error],
    [
      {
        errorType: 'Sandbox.Timedout',
        errorMessage: `RequestId: ${requestId} Error: Task timed out after 1.00 seconds`,
      },
      'Unhandled',
    ],
  )
  assert.match(
    late.tail,
    /^START .*\n\S+Z 11111111-\S+ Task timed out after 1\.00 seconds\nEND .*\nREPORT .*\tDuration: 1000\.00 ms\t.*\tStatus: timeout\t\n$/,
  )
  assert.equal((await fleet.invoke(deployed)).value, 1)
})

test('a runtime that never gets ready is given the first ten seconds and its time', async () => {
  await using quick = raiseRunners({ limits: { initMilliseconds: 500 } })
  const deployed = deploy('await new Promise((go) => setTimeout(go, 60000))', { timeoutSeconds: 1 })
  const { value } = await quick.invoke(deployed, {}, { requestId })
  assert.equal((value as Record<string, string>).errorType, 'Sandbox.Timedout')
})

test('a crash is told with how it ended', async () => {
  const deployed = deploy(
    'export const handler = async ({ how }) => { if (how) process.kill(process.pid, how); await new Promise((go) => setTimeout(go, 5000)) }',
  )
  const how = async (signal: string) =>
    (await fleet.invoke(deployed, { how: signal }, { requestId })).value
  const words = (text: string) => ({
    errorType: 'Runtime.ExitError',
    errorMessage: `RequestId: ${requestId} Error: Runtime exited with error: ${text}`,
  })
  assert.deepEqual(await how('SIGKILL'), words('signal: killed'))
  assert.deepEqual(await how('SIGSEGV'), words('signal: segmentation fault'))
})

test('what broke while it was warm costs nobody an invocation', async () => {
  const deployed = deploy(
    'let n = 0; export const handler = async () => { setTimeout(() => process.exit(1), 30); return ++n }',
  )
  const before = children()
  assert.equal((await fleet.invoke(deployed)).value, 1)
  await until(() => children().every((pid) => before.includes(pid)))
  assert.equal((await fleet.invoke(deployed)).value, 1)
})

test('another revision is another environment, and the old one goes', async () => {
  const old = deploy(counting)
  assert.equal((await fleet.invoke(old)).value, 1)
  const next = { ...old, ...packed({ 'index.mjs': "export const handler = async () => 'next'" }) }
  assert.equal((await fleet.invoke({ ...next, revisionId: randomUUID() })).value, 'next')
  assert.equal((await fleet.invoke(old)).value, 1)
})

test('what is forgotten is dropped: the warm at once, the working when it has answered', async () => {
  const deployed = deploy(
    `let n = 0
    export const handler = async ({ ms }) => {
      if (ms) console.log('at work')
      await new Promise((go) => setTimeout(go, ms))
      return ++n
    }`,
  )
  assert.equal((await fleet.invoke(deployed)).value, 1)
  const working = fleet.invoke(deployed, { ms: 300 })
  await until(() => fleet.lines.some((line) => line.includes('at work')))
  fleet.runners.forget(deployed.arn)
  assert.equal((await working).value, 2)
  assert.equal((await fleet.invoke(deployed)).value, 1)
})

test('before its credentials expire an environment is replaced', async () => {
  let now = Date.now()
  await using aging = raiseRunners({
    ports: {
      clock: { now: () => now },
      roleCredentials: async () => ({
        ...roleKeys,
        sessionToken: `t-${now}`,
        expiresAt: now + 3_600_000,
      }),
    },
  })
  const deployed = deploy(
    'let n = 0; export const handler = async () => [++n, process.env.AWS_SESSION_TOKEN]',
  )
  const early = now
  assert.deepEqual((await aging.invoke(deployed)).value, [1, `t-${early}`])
  assert.deepEqual((await aging.invoke(deployed)).value, [2, `t-${early}`])
  now += 3_600_000 - 15 * 60_000
  assert.deepEqual((await aging.invoke(deployed)).value, [1, `t-${now}`])
})

test('one that nobody asks for is closed', async () => {
  await using short = raiseRunners({ limits: { idleMilliseconds: 200 } })
  const deployed = deploy(counting)
  assert.equal((await short.invoke(deployed)).value, 1)
  await wait(700)
  assert.equal((await short.invoke(deployed)).value, 1)
})

test('what keeps an environment from being built is thrown, and costs no room', async () => {
  await using refused = raiseRunners({
    limits: { environmentsMax: 1 },
    ports: { roleCredentials: () => Promise.reject(new Error('not assumed')) },
  })
  const deployed = deploy(counting)
  for (let count = 0; count < 3; count++)
    await assert.rejects(refused.invoke(deployed), /not assumed/)
})

test('closing ends what works', async () => {
  const closing = raiseRunners()
  const deployed = deploy(
    'export const handler = () => { console.log("begun"); return new Promise((go) => setTimeout(go, 60000)) }',
    { timeoutSeconds: 60 },
  )
  const working = closing.invoke(deployed)
  await until(() => closing.lines.some((line) => line.includes('begun')))
  await closing[Symbol.asyncDispose]()
  assert.equal(((await working).value as Record<string, string>).errorType, 'Runtime.ExitError')
  await assert.rejects(closing.invoke(deployed), { name: 'TooBusy' })
})
