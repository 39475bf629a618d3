/** How environments are kept apart, at each level that this machine can show. */
import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { chmodSync, mkdtempSync, rmSync } from 'node:fs'
import { connect } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, test } from 'node:test'
import { fileURLToPath } from 'node:url'
import type { Isolation } from '../../src/functions/function.ts'
import { tryIsolation } from '../../src/functions/isolation.ts'
import { deploy, deployPython, raiseRunners } from './fixture.ts'

const isRoot = process.getuid?.() === 0
const levels: readonly Isolation['level'][] = isRoot ? ['namespaces', 'user'] : ['namespaces']

for (const level of levels) {
  describe(`at the level of ${level}`, () => {
    const raise = () => raiseRunners({ strongest: level, limits: { processesMax: 64 } })

    test('the code cannot be changed, and privileges cannot be won', async (context) => {
      await using fleet = raise()
      if ((await fleet.runners.isolation()).level !== level)
        return context.skip('not on this machine')
      const code = `import os
def attempt(act):
  try:
    act()
    return "done"
  except OSError as error:
    return type(error).__name__
def field(name):
  with open("/proc/self/status") as status:
    return [line.split()[1] for line in status if line.startswith(name + ":")][0]
def handler(event, context):
  task, runtime = os.environ["LAMBDA_TASK_ROOT"], os.environ["LAMBDA_RUNTIME_DIR"]
  return {
    "write": [attempt(lambda: open(path, "w")) for path in [task + "/app.py", task + "/new", runtime + "/runtime.py", "/usr/bin/new", "/etc/passwd"]],
    "chmod": attempt(lambda: os.chmod(task + "/app.py", 0o777)),
    "setuid": attempt(lambda: os.setuid(1)),
    "capabilities": [field(name) for name in ["CapEff", "CapPrm", "CapBnd", "CapAmb"]],
    "noNewPrivileges": field("NoNewPrivs"),
    "groups": len(os.getgroups()),
    "descriptors": sorted(os.readlink("/proc/self/fd/" + name).split(":")[0] for name in os.listdir("/proc/self/fd") if os.path.lexists("/proc/self/fd/" + name)),
    "session": os.getpgid(0) == os.getpid(),
  }
`
      const deployed = deployPython(code)
      const { value } = await fleet.invoke(deployed)
      const seen = value as Record<string, string[]>
      for (const outcome of [...(seen.write ?? []), String(seen.chmod), String(seen.setuid)]) {
        assert.match(outcome, /^(?:PermissionError|OSError|FileNotFoundError)$/)
      }
      assert.deepEqual(new Set(seen.capabilities?.slice(0, 2)), new Set(['0000000000000000']))
      // Both outputs and the connection to the Runtime API; the rest is nothing.
      const open = seen.descriptors?.filter((name) => name !== '/dev/null')
      assert.deepEqual(open, ['socket', 'socket', 'socket'])
      if (level === 'namespaces') assert.equal(seen.noNewPrivileges, '1')
    })

    test("temporary files are nobody else's", async (context) => {
      await using fleet = raise()
      if ((await fleet.runners.isolation()).level !== level)
        return context.skip('not on this machine')
      const code = `import glob, os, tempfile
def handler(event, context):
  with open(tempfile.gettempdir() + "/mine", "w") as file:
    file.write("x")
  beside = os.path.dirname(os.path.dirname(tempfile.gettempdir()))
  found = [path for pattern in ["/tmp/mine", tempfile.gettempdir() + "/mine", beside + "/*/mine", beside + "/*/*/mine"] for path in glob.glob(pattern)]
  return [os.getuid(), len(set(map(os.path.realpath, found)))]
`
      const [one, other] = [deployPython(code), deployPython(code)]
      const [first] = (await fleet.invoke(one)).value as number[]
      const [second, found] = (await fleet.invoke(other)).value as number[]
      if (isRoot) assert.notEqual(first, second)
      assert.equal(found, 1)
    })

    test('no function reaches the invocations of another, and nobody on this machine does', async (context) => {
      await using fleet = raise()
      if ((await fleet.runners.isolation()).level !== level)
        return context.skip('not on this machine')
      const victim = deploy('export const handler = async () => process.env.AWS_LAMBDA_RUNTIME_API')
      const address = String((await fleet.invoke(victim)).value)
      const thief = deploy(`export const handler = async ({ address }) => {
        try {
          const next = await fetch('http://' + address + '/2018-06-01/runtime/invocation/next', { signal: AbortSignal.timeout(3000) })
          return [next.status, await next.text()]
        } catch (thrown) { return thrown.cause?.code ?? thrown.name }
      }`)
      const { value } = await fleet.invoke(thief, { address })
      assert.match(String(value), /^(?:UND_ERR_SOCKET|ECONNRESET)$/)
      const [host = '', port = ''] = address.split(':')
      const stranger = connect(Number(port), host)
      stranger.on('error', () => {})
      stranger.write('GET /2018-06-01/runtime/invocation/next HTTP/1.1\r\nHost: x\r\n\r\n')
      stranger.on('data', () => assert.fail('a stranger was answered'))
      await new Promise((go) => stranger.on('close', go))
      assert.equal((await fleet.invoke(victim)).value, address)
    })
  })
}

test('what isolation there is, is told', async () => {
  await using fleet = raiseRunners()
  const { level, measures } = await fleet.runners.isolation()
  assert.ok(['namespaces', 'user', 'process'].includes(level))
  for (const { name, words } of measures) assert.ok(name && words)
  assert.deepEqual(await tryIsolation(), { level, measures })
  assert.equal(measures.find(({ name }) => name === 'user')?.holds, level !== 'process')
})

test('where nothing keeps functions from the server they are not run, unless that is accepted', async () => {
  await using careful = raiseRunners({ strongest: 'process' })
  const deployed = deploy('export const handler = async () => 1')
  await assert.rejects(careful.invoke(deployed), { name: 'CannotRun' })
  await using careless = raiseRunners({ strongest: 'process', acceptsNoIsolation: true })
  assert.equal((await careless.invoke(deployed)).value, 1)
  assert.equal((await careless.invoke(deployed)).value, 1)
})

test('a server that is not root uses a user namespace', {
  skip: !isRoot && 'needs root',
}, (context) => {
  const folder = mkdtempSync(join(tmpdir(), 'strongroom-unprivileged-'))
  chmodSync(folder, 0o777)
  try {
    const script = fileURLToPath(new URL('unprivileged.ts', import.meta.url))
    const { stdout, stderr, status } = spawnSync(process.execPath, [script], {
      uid: 54_321,
      gid: 54_321,
      cwd: folder,
      env: { PATH: process.env.PATH, TMPDIR: folder },
      encoding: 'utf8',
    })
    if (/EACCES/.test(stderr)) return context.skip('this checkout may not be read by others')
    assert.equal(status, 0, stderr)
    const { level, answers, fork, found } = JSON.parse(stdout)
    if (level !== 'namespaces') return context.skip('user namespaces are not allowed here')
    assert.deepEqual(answers, [1, 2])
    assert.ok(fork < 64, `${fork} processes`)
    assert.deepEqual(found, { root: 'FileNotFoundError', process: 'FileNotFoundError' })
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
})
