/**
 * Functions that mean harm: each is stopped within its limits, while a secret that is read beside it
 * keeps answering. Limits are small: the machine is shared.
 */
import assert from 'node:assert/strict'
import { readdirSync, statSync } from 'node:fs'
import { after, before, describe, test } from 'node:test'
import {
  CreateSecretCommand,
  GetSecretValueCommand,
  SecretsManagerClient,
} from '@aws-sdk/client-secrets-manager'
import type { Deployed } from '../../src/functions/function.ts'
import { raiseHouse } from '../house.ts'
import { until, untilEqual } from '../until.ts'
import { children, deploy, deployPython, type Result, raiseRunners } from './fixture.ts'

const house = await raiseHouse()
const secrets = new SecretsManagerClient(house.client())
const limits = { processesMax: 64, temporaryMegabytes: 16, watchMilliseconds: 50 }
const fleet = raiseRunners({ limits })
before(() => secrets.send(new CreateSecretCommand({ Name: 'beside', SecretString: 'still here' })))
after(async () => {
  await fleet[Symbol.asyncDispose]()
  secrets.destroy()
  await house[Symbol.asyncDispose]()
})

/** Invokes, and reads the secret all the while. */
async function besideReads(deployed: Deployed, event: unknown = {}): Promise<Result> {
  let isOver = false
  const result = fleet.invoke(deployed, event).finally(() => {
    isOver = true
  })
  do {
    const { SecretString } = await secrets.send(new GetSecretValueCommand({ SecretId: 'beside' }))
    assert.equal(SecretString, 'still here')
    await new Promise((go) => setTimeout(go, 10))
  } while (!isOver)
  return result
}

const typeOf = ({ value }: Result) => (value as Record<string, string>).errorType

/** Processes of this user that live on this machine. */
const processesOf = (user: number): string[] =>
  readdirSync('/proc').filter((name) => {
    try {
      return /^\d+$/.test(name) && statSync(`/proc/${name}`).uid === user
    } catch {
      return false
    }
  })

const untilNone = (user: number): Promise<void> => untilEqual(() => processesOf(user), [])

const ownUser = 'def user():\n  import os\n  return os.stat("/proc/self").st_uid\n'

describe('hostile functions', () => {
  // First, so that the bomb is not lit where nothing would hold it.
  let isGuarded = false
  test('a function may have so many processes and no more', async () => {
    const code = `import os, time
def handler(event, context):
  made = 0
  for _ in range(100):
    try:
      if os.fork() == 0:
        time.sleep(1)
        os._exit(0)
      made += 1
    except OSError:
      return made
  return made
`
    const { value } = await besideReads(deployPython(code, { timeoutSeconds: 5 }))
    isGuarded = Number(value) < 64
    assert.ok(isGuarded, `${value} processes`)
  })

  test('a fork bomb', async (context) => {
    if (!isGuarded) return context.skip('there is no guard')
    const code = `import os
print("user", os.getuid(), flush=True)
def handler(event, context):
  while True:
    try:
      os.fork()
    except OSError:
      pass
`
    const result = await besideReads(deployPython(code, { timeoutSeconds: 2 }))
    assert.match(typeOf(result) ?? '', /^(?:Sandbox\.Timedout|Runtime\.ExitError)$/)
    const user = fleet.lines.findLast((line) => line.startsWith('user '))?.slice(5)
    if (process.getuid?.() === 0) await untilNone(Number(user))
  })

  test('10 GB of output', async () => {
    const before = fleet.lines.length
    const code = `import os
def handler(event, context):
  for _ in range(10 * 1024):
    os.write(1, b"x" * 1023 + b"\\n" + b"\\n" * (1 << 20))
`
    const result = await besideReads(deployPython(code, { timeoutSeconds: 3 }))
    assert.equal(typeOf(result), 'Sandbox.Timedout')
    const kept = fleet.lines.slice(before).reduce((sum, line) => sum + line.length, 0)
    assert.ok(kept < 1.5 * 2 ** 20, `${kept} bytes kept`)
    assert.match(result.tail, /bytes of output were dropped/)
  })

  test('one line without an end', async () => {
    const code =
      'import os\ndef handler(event, context):\n  while True:\n    os.write(2, b"x" * 65536)\n'
    const result = await besideReads(deployPython(code, { timeoutSeconds: 2 }))
    assert.equal(typeOf(result), 'Sandbox.Timedout')
    assert.ok(fleet.lines.every((line) => line.length <= 256 << 10))
  })

  test('an endless loop, and one that goes on after the answer', async () => {
    const looping = deployPython('def handler(event, context):\n  while True:\n    pass\n', {
      timeoutSeconds: 1,
    })
    assert.equal(typeOf(await besideReads(looping)), 'Sandbox.Timedout')
  })

  test('what burns the CPU between invocations is closed', async () => {
    await using strict = raiseRunners({ limits: { ...limits, idleCpuMillisecondsMax: 200 } })
    const code = `import threading
count = 0
def burn():
  while True:
    pass
def handler(event, context):
  global count
  count += 1
  threading.Thread(target=burn, daemon=True).start()
  return count
`
    const deployed = deployPython(code)
    const before = children()
    assert.equal((await strict.invoke(deployed)).value, 1)
    await until(() => children().every((pid) => before.includes(pid)))
    assert.equal((await strict.invoke(deployed)).value, 1)
  })

  const killed = /Runtime exited with error: signal: killed$/

  test('an eater of memory', async () => {
    const code = `def handler(event, context):
  kept = []
  while True:
    kept.append(bytearray(1 << 20))
`
    const result = await besideReads(deployPython(code, { memoryMegabytes: 128 }))
    assert.match((result.value as Record<string, string>).errorMessage ?? '', killed)
  })

  test('eaters of memory that share the work', async () => {
    const code = `import os, time
def handler(event, context):
  for _ in range(8):
    if os.fork() == 0:
      kept = bytearray(40 << 20)
      time.sleep(8)
      os._exit(0)
  time.sleep(8)
`
    const result = await besideReads(deployPython(code, { memoryMegabytes: 128 }))
    assert.match((result.value as Record<string, string>).errorMessage ?? '', killed)
  })

  test('an eater of files', async () => {
    const code = `import os
def handler(event, context):
  written = 0
  try:
    for n in range(1000):
      with open(os.environ["TMPDIR"] + "/" + str(n), "wb") as file:
        written += file.write(b"x" * (1 << 20))
  except OSError as error:
    return [error.errno, written >> 20]
`
    const { value } = await besideReads(deployPython(code))
    const [code_, megabytes] = value as [number, number]
    assert.ok([27, 28].includes(code_) && megabytes <= 16, String(value))
  })

  test('a reader of the data folder, of memory and of variables of the server', async () => {
    const code = `${ownUser}import os
def attempt(path):
  try:
    with open(path, "rb") as file:
      return len(file.read(16))
  except OSError as error:
    return type(error).__name__
def listing(path):
  try:
    return os.listdir(path)
  except OSError as error:
    return type(error).__name__
def handler(event, context):
  pid = event["pid"]
  files = [event["folder"] + "/" + name for name in ["root.key", "store.db", "store.db-wal", "anchor", "root-credentials"]]
  files += [f"/proc/{pid}/{name}" for name in ["environ", "mem", "maps", "cwd/package.json", "root/etc/passwd"]]
  files += ["/etc/shadow", "/proc/kcore", "/proc/1/mem"]
  return [[path for path in files if isinstance(attempt(path), int)], listing(event["folder"])]
`
    const event = { folder: house.dataPath, pid: process.pid }
    assert.ok(readdirSync(house.dataPath).includes('root.key'))
    const { value } = await besideReads(deployPython(code), event)
    const [read, listed] = value as [string[], unknown]
    // Its own first process is as little privileged as itself.
    assert.deepEqual(
      read.filter((path) => path !== '/proc/1/mem'),
      [],
    )
    assert.match(String(listed), /^(?:FileNotFoundError|PermissionError)$/)
  })

  test('a flood of requests to its own Runtime API', async () => {
    const code = `import { Agent, get } from 'node:http'
const [host, port] = process.env.AWS_LAMBDA_RUNTIME_API.split(':')
const agent = new Agent({ keepAlive: true, maxSockets: 40 })
const ping = () => new Promise((go) => get({ host, port, path: '/2018-06-01/ping', agent }, (r) => r.resume().on('end', go)).on('error', go))
export const handler = async () => { for (;;) await Promise.all(Array.from({ length: 40 }, ping)) }`
    const result = await besideReads(deploy(code, { timeoutSeconds: 2 }))
    assert.equal(typeOf(result), 'Sandbox.Timedout')
  })

  test('many answers at once: one is taken', async () => {
    const code = `export const handler = async (event, { awsRequestId }) => {
  const url = 'http://' + process.env.AWS_LAMBDA_RUNTIME_API + '/2018-06-01/runtime/invocation/' + awsRequestId + '/response'
  const body = JSON.stringify('x'.repeat(3 << 20))
  const statuses = await Promise.all(Array.from({ length: 12 }, async () => (await fetch(url, { method: 'POST', body })).status))
  console.log('STATUSES ' + statuses.sort().join())
}`
    const deployed = deploy(code, { memoryMegabytes: 512, timeoutSeconds: 20 })
    assert.equal(String((await besideReads(deployed)).value).length, 3 << 20)
    await fleet.invoke(deployed)
    const expected = `STATUSES 202,${Array(11).fill(403).join()}`
    assert.ok(fleet.lines.some((line) => line.endsWith(expected)))
  })

  test('a killer of processes', async () => {
    const code = `import os, signal
def handler(event, context):
  try:
    os.kill(event["pid"], signal.SIGKILL)
    return "killed"
  except (ProcessLookupError, PermissionError) as error:
    return type(error).__name__
`
    const { value } = await besideReads(deployPython(code), { pid: process.pid })
    assert.match(String(value), /^(?:ProcessLookupError|PermissionError)$/)
  })

  test('what runs away from its parent is gone with the environment', async () => {
    const code = `import os, sys, time
def handler(event, context):
  if os.fork() == 0:
    os.setsid()
    if os.fork() == 0:
      time.sleep(60)
    os._exit(0)
  os.wait()
  return os.getuid()
`
    const deployed = deployPython(code)
    const { value } = await besideReads(deployed)
    if (process.getuid?.() === 0) assert.ok(processesOf(Number(value)).length > 0)
    fleet.runners.forget(deployed.arn)
    if (process.getuid?.() === 0) await untilNone(Number(value))
  })
})
