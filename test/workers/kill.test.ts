/**
 * kill -9 of one of several processes under load, and of the first one: a worker takes no request with it
 * but its own in flight and is replaced; with the first one all end. Nothing that was acknowledged is lost,
 * every answer has its record, and the whole audit verifies as one chain.
 */
import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, describe, test } from 'node:test'
import { verify } from '../../src/audit/verify/verify.ts'
import { openFolder } from '../../src/folder.ts'
import { lookInto } from '../../src/looking.ts'
import { Journal } from '../../src/store/journal.ts'
import { openIn } from '../../src/store/place.ts'
import { type Served, serveProcess } from '../process.ts'
import { until, untilEqual } from '../until.ts'
import { isThere, type Pin, pinAll, withoutTables as skip, unpin, workersOf } from './pinned.ts'

const folders: string[] = []
after(() => {
  for (const folder of folders) rmSync(folder, { recursive: true, force: true })
})

function newFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'strongroom-workers-'))
  folders.push(folder)
  return folder
}

interface Writing {
  readonly pid: number
  /** Names and values that were acknowledged, by the request's id. */
  readonly acknowledged: Map<string, { readonly name: string; readonly value: string }>
  failures: number
}

/** Writes and reads on one connection until it fails or is told to stop. */
async function write(pin: Pin, isOver: () => boolean): Promise<Writing> {
  const writing: Writing = { pid: pin.pid, acknowledged: new Map(), failures: 0 }
  const own = randomUUID()
  for (let n = 0; !isOver(); n++) {
    const name = `kill/${own}/${n}`
    const value = randomUUID()
    const made = { Name: name, SecretString: value, ClientRequestToken: randomUUID() }
    try {
      const { status, requestId, body } = await pin.call('secretsmanager.CreateSecret', made)
      assert.equal(status, 200, body)
      writing.acknowledged.set(requestId, { name, value })
      const read = await pin.call('secretsmanager.GetSecretValue', { SecretId: name })
      assert.equal(JSON.parse(read.body).SecretString, value)
      writing.acknowledged.set(read.requestId, { name, value })
    } catch (thrown) {
      if (thrown instanceof assert.AssertionError) throw thrown
      writing.failures++
      return writing
    }
  }
  return writing
}

/** Several connections to each process. */
async function pinMany(served: Served): Promise<Pin[]> {
  const rounds = [await pinAll(served), await pinAll(served), await pinAll(served)]
  return rounds.flat()
}

/** The ids of all requests that there are records of; the audit verifies as a whole. */
async function recordedIn(dataPath: string): Promise<Set<string>> {
  const verified = verify({ ...(await lookInto(dataPath)), withRecords: true })
  assert.deepEqual(verified.findings, [])
  const folder = await openFolder(dataPath)
  const { place, anchorPath, journalKeys: keys } = folder
  const engine = await openIn(place, { anchorPath, keys, fatal: (reason) => assert.fail(reason) })
  const journal = new Journal(keys)
  const ids = new Set<string>()
  for (let seq = 0; seq < engine.head; ) {
    for (const row of await engine.journal(seq, engine.head, { itemsMax: 500 })) {
      seq = row.seq
      for (const record of journal.open(row).records) {
        ids.add((record as { requestID: string }).requestID)
      }
    }
  }
  await engine.close()
  folder.release()
  return ids
}

async function mustBeThere(served: Served, writings: readonly Writing[]): Promise<void> {
  const pins = await pinAll(served)
  const all = writings.flatMap(({ acknowledged }) => [...acknowledged.values()])
  for (const [n, { name, value }] of all.entries()) {
    const pin = pins[n % pins.length] as Pin
    const { status, body } = await pin.call('secretsmanager.GetSecretValue', { SecretId: name })
    assert.equal(status, 200, `${name} was acknowledged and is gone: ${body}`)
    assert.equal(JSON.parse(body).SecretString, value)
  }
  unpin(pins)
}

async function mustBeRecorded(dataPath: string, writings: readonly Writing[]): Promise<number> {
  const recorded = await recordedIn(dataPath)
  const requestIds = writings.flatMap(({ acknowledged }) => [...acknowledged.keys()])
  const unrecorded = requestIds.filter((requestId) => !recorded.has(requestId))
  assert.deepEqual(unrecorded, [])
  return requestIds.length
}

describe('kill -9 of one of several processes', { skip }, () => {
  test('a worker takes its own requests with it and no others, and is replaced', async (t) => {
    const dataPath = newFolder()
    const served = await serveProcess(dataPath, '--workers', '3', '--no-detect', 'all')
    t.after(() => void served.child.kill('SIGKILL'))
    const pins = await pinMany(served)
    const [killed = 0, other = 0] = workersOf(served)
    let isOver = false
    const writing = Promise.all(pins.map((pin) => write(pin, () => isOver)))
    await until(async () => {
      const page = await (await fetch(`${served.url}/-/metrics`)).text()
      return Number(/operation="CreateSecret",code="ok"\} (\d+)/.exec(page)?.[1] ?? 0) > 30
    })
    process.kill(killed, 'SIGKILL')
    await until(() => workersOf(served).length === 2 && !workersOf(served).includes(killed))
    await untilEqual(() => healthOf(served), 'ok')
    isOver = true
    const writings = await writing
    unpin(pins)
    for (const { pid, failures } of writings) assert.equal(failures, pid === killed ? 1 : 0)
    assert.ok(workersOf(served).includes(other), 'the other one lives')
    assert.match(served.stderr(), /worker \d+ ended \(SIGKILL\): another takes its place/)
    await mustBeThere(served, writings)
    assert.deepEqual(await served.end(), { code: 0, signal: null })
    const count = await mustBeRecorded(dataPath, writings)
    t.diagnostic(
      `${count} answers, each with its record; 3 connections of 9 ended with their process`,
    )
  })

  test('a worker that hangs is ended and replaced', async (t) => {
    const dataPath = newFolder()
    const served = await serveProcess(dataPath, '--workers', '2', '--no-detect', 'all')
    t.after(() => void served.child.kill('SIGKILL'))
    const [hung = 0] = workersOf(served)
    process.kill(hung, 'SIGSTOP')
    await until(() => workersOf(served).length === 1 && !workersOf(served).includes(hung))
    await untilEqual(() => healthOf(served), 'ok')
    assert.match(served.stderr(), /worker \d+ does not answer any more: it is ended/)
    const pins = await pinMany(served)
    for (const pin of pins) {
      assert.equal((await pin.call('secretsmanager.ListSecrets', {})).status, 200)
    }
    unpin(pins)
    assert.deepEqual(await served.end(), { code: 0, signal: null })
  })

  test('with the first one all end, and nothing that was acknowledged is lost', async (t) => {
    const dataPath = newFolder()
    const served = await serveProcess(dataPath, '--workers', '3', '--no-detect', 'all')
    const pins = await pinMany(served)
    const workers = workersOf(served)
    let done = 0
    const writing = Promise.all(
      pins.map((pin) =>
        write(
          counted(pin, () => done++),
          () => false,
        ),
      ),
    )
    await until(() => done > 60)
    await served.end('SIGKILL')
    const writings = await writing
    unpin(pins)
    for (const { failures } of writings) assert.equal(failures, 1)
    await until(() => workers.every((pid) => !isThere(pid)))
    const again = await serveProcess(dataPath, '--workers', '2', '--no-detect', 'all')
    t.after(() => void again.child.kill('SIGKILL'))
    await mustBeThere(again, writings)
    await again.end()
    const count = await mustBeRecorded(dataPath, writings)
    t.diagnostic(`${count} answers, none lost, each with its record`)
  })

  test('a stop answers what was taken, and leaves nobody behind', async (t) => {
    const dataPath = newFolder()
    const served = await serveProcess(dataPath, '--workers', '3', '--no-detect', 'all')
    t.after(() => void served.child.kill('SIGKILL'))
    const pins = await pinMany(served)
    const workers = workersOf(served)
    const asked = pins.map((pin) => pin.call('secretsmanager.ListSecrets', {}))
    const ended = served.end()
    for (const { status } of await Promise.all(asked)) assert.equal(status, 200)
    assert.deepEqual(await ended, { code: 0, signal: null })
    assert.ok(workers.every((pid) => !isThere(pid)))
    unpin(pins)
  })
})

async function healthOf({ url }: Served): Promise<string> {
  const health = (await (await fetch(`${url}/-/health`)).json()) as { readonly status: string }
  return health.status
}

const counted = (pin: Pin, count: () => void): Pin => ({
  ...pin,
  async call(...asked) {
    const answer = await pin.call(...asked)
    count()
    return answer
  },
})
