/** `strongroom agent` as a process: what it prints, settings read again, what it refuses, its end. */
import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { raiseHouse, type TestHouse } from '../house.ts'
import { main } from '../program.ts'
import { addSecret, ask, environmentOf } from './scene.ts'

const folder = mkdtempSync(join(tmpdir(), 'strongroom-agent-'))
const config = join(folder, 'agent.toml')

let house: TestHouse
before(async () => {
  house = await raiseHouse()
  await addSecret(house, 'proc/db', 'hunter2')
})
after(async () => {
  await house[Symbol.asyncDispose]()
  rmSync(folder, { recursive: true, force: true })
})

function start(flags: readonly string[], environment: Record<string, string | undefined> = {}) {
  const child = spawn(process.execPath, [main, 'agent', ...flags], {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { PATH: process.env.PATH, ...environmentOf(house), ...environment },
  })
  const told = { stdout: '', stderr: '' }
  child.stdout.on('data', (chunk) => {
    told.stdout += chunk
  })
  child.stderr.on('data', (chunk) => {
    told.stderr += chunk
  })
  const gone = once(child, 'exit') as Promise<[number | null, NodeJS.Signals | null]>
  const until = async (pattern: RegExp, of: keyof typeof told = 'stderr') => {
    for (;;) {
      const found = pattern.exec(told[of])
      if (found) return found
      if (child.exitCode !== null) throw new Error(`it ended: ${told.stderr}`)
      await sleep(10)
    }
  }
  return { child, told, gone, until }
}

describe('strongroom agent', () => {
  test('says where it listens, heeds a file that was changed, and keeps what it was told by one that is wrong', async () => {
    writeFileSync(config, 'ttl_seconds = 300\npath_prefix = "/v1/"\n')
    const { child, until, gone, told } = start([
      ...['--config', config, '--listen', '127.0.0.1:0', '--no-receipts'],
    ])
    const [, url = ''] = await until(/^strongroom agent listening on (http:\S+)\n/, 'stdout')
    assert.equal((await ask(url, '/v1/proc/db')).json().SecretString, 'hunter2')

    writeFileSync(config, 'path_prefix = "/v2/"\n')
    child.kill('SIGHUP')
    await until(/settings were read again/)
    assert.equal((await ask(url, '/v2/proc/db')).status, 200)
    assert.equal((await ask(url, '/v1/proc/db')).status, 404)

    writeFileSync(config, 'path_prefix = "v3"\n')
    child.kill('SIGHUP')
    await until(/ERROR the old settings stay: \S+agent.toml: path_prefix begins with \//)
    assert.equal((await ask(url, '/v2/proc/db')).status, 200)

    child.kill('SIGTERM')
    assert.deepEqual(await gone, [0, null])
    assert.ok(!told.stderr.includes('hunter2'))
    assert.ok(!told.stderr.includes(house.root.secretAccessKey))
  })

  const refused: readonly (readonly [
    name: string,
    flags: readonly string[],
    environment: Record<string, string | undefined>,
    words: RegExp,
  ])[] = [
    ['an address beyond this machine', ['--listen', '0.0.0.0:0'], {}, /without TLS/],
    ['no token', [], { AWS_TOKEN: undefined }, /No token for applications/],
    ['no such file', ['--config', '/not/there'], {}, /can't be read/],
    ['one half of TLS', ['--tls-cert', '/x'], {}, /needs both/],
  ]
  for (const [name, flags, environment, words] of refused) {
    test(`does not start with ${name}`, async () => {
      const { gone, told } = start(flags, environment)
      assert.deepEqual(await gone, [1, null])
      assert.match(told.stderr, words)
    })
  }
})
