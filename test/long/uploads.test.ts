/** The largest code that there may be, from several at once, to a server whose memory stays bounded. */
import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { Worker } from 'node:worker_threads'
import { CreateRoleCommand, IAMClient } from '@aws-sdk/client-iam'
import { CreateFunctionCommand, LambdaClient, ListFunctionsCommand } from '@aws-sdk/client-lambda'
import { zipSync } from 'fflate'
import { type Served, serveProcess } from '../process.ts'
import { functionInput, trust } from '../wire/lambda/scene.ts'

const zipOf = (bytes: number) => zipSync({ 'large.bin': [randomBytes(bytes), { level: 0 }] })

const megabytesOf = (pid: number | undefined): number =>
  Number(/VmRSS:\s+(\d+) kB/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]) >> 10

const residentMegabytesMax = 1024

/** Asks for health in a thread of its own: the clients here are busy with their bodies. */
const watching = `
const { parentPort, workerData } = require('node:worker_threads')
let isOver = false
parentPort.once('message', () => { isOver = true })
;(async () => {
  let slowest = 0
  while (!isOver) {
    const began = performance.now()
    await (await fetch(workerData + '/-/health')).text()
    slowest = Math.max(slowest, performance.now() - began)
    await new Promise((go) => setTimeout(go, 10))
  }
  parentPort.postMessage(slowest)
})()
`

test('four deploy 49 MB each at once, one of them 50 MB and a byte', async (t) => {
  const dataPath = mkdtempSync(join(tmpdir(), 'strongroom-uploads-'))
  const served: Served = await serveProcess(dataPath)
  t.after(async () => {
    await served.end()
    rmSync(dataPath, { recursive: true, force: true })
  })
  const settings = {
    ...{ endpoint: served.url, region: 'us-east-1', credentials: served.root },
    maxAttempts: 1,
  }
  const client = new LambdaClient(settings)
  const AssumeRolePolicyDocument = trust('lambda.amazonaws.com')
  const role = { RoleName: 'worker', AssumeRolePolicyDocument }
  await new IAMClient(settings).send(new CreateRoleCommand(role))

  const watcher = new Worker(watching, { eval: true, workerData: served.url })
  let peak = 0
  const looking = setInterval(() => {
    peak = Math.max(peak, megabytesOf(served.child.pid))
  }, 20)
  const create = (name: string, bytes: number) => {
    const Code = { ZipFile: zipOf(bytes) }
    return client.send(new CreateFunctionCommand({ ...functionInput(name), Code }))
  }
  const large = 49 << 20
  const results = await Promise.allSettled([
    ...['a', 'b', 'c', 'd'].map((name) => create(name, large)),
    create('too-large', 50 << 20),
  ])
  clearInterval(looking)
  watcher.postMessage('end')
  const [slowest] = (await once(watcher, 'message')) as [number]
  t.diagnostic(`resident at most ${peak} MB; health answered within ${slowest.toFixed(0)} ms`)
  const { Functions } = await client.send(new ListFunctionsCommand({}))
  assert.deepEqual(
    results.map(({ status }) => status),
    [...Array(4).fill('fulfilled'), 'rejected'],
  )
  assert.match(
    String((results[4] as PromiseRejectedResult).reason),
    /Zipped size must be smaller than 52428800 bytes/,
  )
  assert.equal(Functions?.length, 4)
  assert.ok(peak < residentMegabytesMax, `${peak} MB`)
})
