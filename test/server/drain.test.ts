/**
 * How a serving process ends and what it never opens: SIGTERM drains, SIGUSR1 shows nothing, a
 * runtime that was told to show its memory is not used.
 */
import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { once } from 'node:events'
import { existsSync, mkdtempSync, readdirSync, readFileSync, readlinkSync, rmSync } from 'node:fs'
import { connect } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, describe, test } from 'node:test'
import { raiseHouse } from '../house.ts'
import { callJson } from '../raw.ts'
import { oneSentence, saidBy, serveFor, serveUntilEnd } from '../start/child.ts'
import { until } from '../until.ts'
import { jsonCall, replyOf, signedBytes } from './socket.ts'

const folder = mkdtempSync(join(tmpdir(), 'strongroom-drain-'))
after(() => rmSync(folder, { recursive: true, force: true }))

const requestsUnderWay = 200

/** The secrets that stand in a data folder when nobody serves it. */
async function namesIn(dataPath: string): Promise<string[]> {
  await using house = await raiseHouse({ dataPath })
  const names: string[] = []
  let NextToken: string | undefined
  do {
    const input = { MaxResults: 100, NextToken }
    const options = { url: house.url, keys: house.root }
    const { body } = await callJson('secretsmanager.ListSecrets', input, options)
    const page = JSON.parse(body)
    names.push(...page.SecretList.map((secret: { Name: string }) => secret.Name))
    NextToken = page.NextToken
  } while (NextToken !== undefined)
  return names
}

describe('SIGTERM', () => {
  test(`${requestsUnderWay} requests under way get their answers, a second signal does no harm`, async (t) => {
    const dataPath = join(folder, 'term')
    const house = await serveFor(t, dataPath)
    const { port } = new URL(house.url)
    const sockets = await Promise.all(
      Array.from({ length: requestsUnderWay }, async () => {
        const socket = connect(Number(port), '127.0.0.1')
        await once(socket, 'connect')
        return socket
      }),
    )
    const replies = sockets.map((socket, n) => {
      const body = JSON.stringify({ Name: `drain/${n}`, ClientRequestToken: randomUUID() })
      const headers = jsonCall('secretsmanager.CreateSecret')
      socket.write(signedBytes({ keys: house.root, headers, body }))
      return replyOf(socket)
    })
    await Promise.race(replies)
    house.child.kill('SIGTERM')
    const gone = house.end('SIGTERM')
    const statuses = (await Promise.all(replies)).map((reply) => reply?.status)
    for (const socket of sockets) socket.destroy()
    assert.deepEqual(new Set(statuses), new Set([200]))
    assert.deepEqual(await gone, { code: 0, signal: null })
    assert.equal((await namesIn(dataPath)).length, requestsUnderWay)
  })
})

/** Whether a process listens on this port; of the machine's sockets only its own count. */
function isListening(pid: number, port: number): boolean {
  const hex = `:${port.toString(16).toUpperCase().padStart(4, '0')}`
  const listening = new Set(
    ['tcp', 'tcp6'].flatMap((family) =>
      readFileSync(`/proc/${pid}/net/${family}`, 'latin1')
        .split('\n')
        .map((line) => line.trim().split(/\s+/))
        .filter(([, local, , state]) => local?.endsWith(hex) && state === '0A')
        .map((columns) => `socket:[${columns[9]}]`),
    ),
  )
  return readdirSync(`/proc/${pid}/fd`).some((fd) => listening.has(linkOf(pid, fd)))
}

function linkOf(pid: number, fd: string): string {
  try {
    return readlinkSync(`/proc/${pid}/fd/${fd}`)
  } catch {
    return '' // closed meanwhile
  }
}

const hasProc = existsSync('/proc/self/fd')
const skip = hasProc ? false : 'no /proc to see the sockets of a process in'

describe('SIGUSR1', () => {
  test('opens no inspector and ends nothing', { skip }, async (t) => {
    const house = await serveFor(t, join(folder, 'usr1'))
    const pid = house.child.pid ?? 0
    assert.equal(isListening(pid, Number(new URL(house.url).port)), true, 'the check can see')
    house.child.kill('SIGUSR1')
    await until(() => house.stderr().includes(warned))
    assert.equal(isListening(pid, 9229), false)
    assert.equal((await fetch(`${house.url}/-/health`)).status, 200)
    assert.equal(saidBy({ code: 0, stdout: '', stderr: house.stderr() }), warned)
    assert.deepEqual(await house.end(), { code: 0, signal: null })
  })
})

const warned = 'strongroom: SIGUSR1 opens nothing here\n'

describe('a runtime that shows its memory is not used', () => {
  const options = [
    '--inspect=127.0.0.1:0',
    '--report-on-signal',
    '--heapsnapshot_signal=SIGUSR2',
    '"--heapsnapshot-near-heap-limit=1"',
  ]
  for (const option of options) {
    test(`NODE_OPTIONS=${option}`, async () => {
      const dataPath = join(folder, 'never')
      const flags = ['--listen', '127.0.0.1:0', '--data', dataPath]
      const ended = await serveUntilEnd(flags, { env: { NODE_OPTIONS: option } })
      const ours = saidBy(ended).replace(/^(?:Debugger|For help).*\n/gm, '')
      assert.equal(ended.code, 1)
      assert.match(ours, oneSentence)
      assert.match(ours, /Node was started with --\S+, which can show secrets: start without it/)
      assert.equal(ended.stdout, '')
      assert.equal(existsSync(dataPath), false)
    })
  }
})

describe('core dumps', () => {
  const warning = /^strongroom: core dumps are allowed and would hold secrets: set ulimit -c 0/m
  // Refused later than warned, and so it ends by itself.
  const flags = ['--listen', '127.0.0.1:0', '--data', '/dev/null/no-folder']

  test('are not spoken of when they are off', async () => {
    const { stderr } = await serveUntilEnd(flags, { shell: 'ulimit -c 0' })
    assert.match(stderr, oneSentence)
    assert.doesNotMatch(stderr, warning)
  })

  test('are warned of when they are on', async (t) => {
    const { code, stderr } = await serveUntilEnd(flags, { shell: 'ulimit -c unlimited || exit 42' })
    if (code === 42) return t.skip('this user may not raise the limit')
    assert.match(stderr, warning)
  })
})
