/** Starts that must go well: the second, one after a crash, one that accepts a rollback, one on a damaged row. */

import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { randomUUID } from 'node:crypto'
import { once } from 'node:events'
import { cpSync, existsSync, mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { after, describe, test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { raiseHouse, type TestHouse } from '../house.ts'
import type { Served } from '../process.ts'
import { main } from '../program.ts'
import { callJson, type RawAnswer } from '../raw.ts'
import { repeated } from '../scale.ts'
import { printOf, serveFor } from './child.ts'

const folder = mkdtempSync(join(tmpdir(), 'strongroom-starts-'))
after(() => rmSync(folder, { recursive: true, force: true }))

const freshPath = () => mkdtempSync(join(folder, 'data-'))

type Answering = Pick<Served & TestHouse, 'url' | 'root'>

const call = (house: Answering, operation: string, input: object): Promise<RawAnswer> =>
  callJson(`secretsmanager.${operation}`, input, { url: house.url, keys: house.root })

async function create(house: Answering, Name: string, SecretString: string): Promise<void> {
  const input = { Name, SecretString, ClientRequestToken: randomUUID() }
  assert.equal((await call(house, 'CreateSecret', input)).status, 200)
}

async function read(house: Answering, SecretId: string): Promise<string> {
  const { status, body } = await call(house, 'GetSecretValue', { SecretId })
  assert.equal(status, 200, body)
  return JSON.parse(body).SecretString
}

test('a second start keeps everything', async (t) => {
  const path = freshPath()
  const credentialsPath = join(path, 'root-credentials')
  const first = await serveFor(t, path)
  await create(first, 'kept', 'a value')
  const before = readFileSync(credentialsPath, 'utf8')
  const { mtimeMs, mode } = statSync(credentialsPath)
  assert.deepEqual(await first.end(), { code: 0, signal: null })
  const second = await serveFor(t, path)
  assert.equal(await read(second, 'kept'), 'a value')
  assert.deepEqual(second.root, first.root)
  assert.deepEqual(await second.end('SIGINT'), { code: 0, signal: null })
  assert.equal(readFileSync(credentialsPath, 'utf8'), before)
  assert.equal(statSync(credentialsPath).mtimeMs, mtimeMs)
  assert.equal(mode & 0o777, 0o600)
})

test('what a house keeps is for its owner only', async (t) => {
  const path = join(freshPath(), 'deep', 'data')
  const house = await serveFor(t, path)
  await house.end()
  const modes = Object.entries(printOf(path)).map(([name, print]) => [name, print.slice(0, 6)])
  assert.deepEqual(Object.fromEntries(modes), {
    '.': '40700 ',
    anchor: '100600',
    exporters: '40700 ',
    'exporters/events.json': '100600',
    lock: '100600',
    journal: '40700 ',
    'journal/checkpoints': '100600',
    'lookup.db': '100600',
    reserve: '100600',
    'root-credentials': '100600',
    'root.key': '100600',
    'store.db': '100600',
  })
})

describe('an accepted rollback', () => {
  test('is served, recorded, and anchored at once', async (t) => {
    const path = freshPath()
    await using house = await raiseHouse({ dataPath: path })
    await create(house, 'early', 'first')
    await house.stop()
    cpSync(join(path, 'store.db'), join(path, '..', 'older.db'))
    await house.restart()
    await create(house, 'late', 'second')
    await house.stop()
    cpSync(join(path, '..', 'older.db'), join(path, 'store.db'))
    await assert.rejects(raiseHouse({ dataPath: path }), /start with --accept-rollback/)

    const accepted = await serveFor(t, path, '--accept-rollback')
    await accepted.end('SIGKILL')

    await using again = await raiseHouse({ dataPath: path })
    assert.equal(await read(again, 'early'), 'first')
    assert.equal((await call(again, 'GetSecretValue', { SecretId: 'late' })).status, 400)
    const options = { url: again.url, keys: again.root, service: 'strongroom' }
    const { body } = await callJson('Strongroom.TailAudit', {}, options)
    const records = JSON.parse(body).Records.map((each: { CloudTrailEvent: string }) =>
      JSON.parse(each.CloudTrailEvent),
    )
    const told = records.filter(
      (each: { eventName: string }) => each.eventName === 'RollbackAccepted',
    )
    assert.equal(told.length, 1)
    const [{ eventType, eventSource, recipientAccountId, additionalEventData }] = told
    assert.equal(eventType, 'AwsServiceEvent')
    assert.equal(eventSource, 'strongroom.amazonaws.com')
    assert.equal(recipientAccountId, '000000000000')
    const { found, anchored } = additionalEventData
    assert.ok(found > 0 && anchored > found, `${found} of ${anchored}`)
  })

  test('is not recorded where there was none', async () => {
    const path = freshPath()
    await using house = await raiseHouse({ dataPath: path, flags: { acceptRollback: true } })
    const options = { url: house.url, keys: house.root, service: 'strongroom' }
    const { body } = await callJson('Strongroom.TailAudit', {}, options)
    assert.doesNotMatch(body, /RollbackAccepted/)
  })
})

/** Flips one bit in the middle of the rows whose key begins so. */
function damage(path: string, prefix: string): number {
  using database = new DatabaseSync(join(path, 'store.db'))
  const rows = database.prepare('SELECT key, row FROM records WHERE key LIKE ?').all(`${prefix}%`)
  const write = database.prepare('UPDATE records SET row = ? WHERE key = ?')
  for (const { key, row } of rows) {
    const bytes = row as Uint8Array
    const middle = bytes.length >> 1
    bytes[middle] = (bytes[middle] ?? 0) ^ 1
    write.run(bytes, key as string)
  }
  return rows.length
}

describe('a damaged record', () => {
  const separator = '\u001f'
  const place = ['000000000000', 'us-east-1']

  for (const collection of ['secrets', 'versions']) {
    test(`of ${collection} fails alone, without words, and is named to the operator`, async () => {
      const path = freshPath()
      await using house = await raiseHouse({ dataPath: path })
      await create(house, 'spoiled', 'a value')
      await create(house, 'healthy', 'another')
      await house.stop()
      assert.equal(damage(path, [collection, ...place, 'spoiled'].join(separator)), 1)
      await house.restart()
      const refused = await call(house, 'GetSecretValue', { SecretId: 'spoiled' })
      assert.equal(refused.status, 500)
      assert.deepEqual(JSON.parse(refused.body), { __type: 'InternalServiceError' })
      assert.equal(await read(house, 'healthy'), 'another')
      await create(house, 'new', 'a third')
      assert.equal(house.complaints.length, 1)
      const [complaint = ''] = house.complaints
      assert.ok(complaint.includes(refused.requestId))
      assert.ok(
        complaint.includes(`a damaged record: ${collection} / ${place.join(' / ')} / spoiled`),
      )
      assert.doesNotMatch(complaint, /a value/)
      await house.stop()
    })
  }

  test('that every start needs is refused in one sentence', async () => {
    const path = freshPath()
    await using house = await raiseHouse({ dataPath: path })
    await house.stop()
    assert.equal(damage(path, 'accounts'), 1)
    await assert.rejects(raiseHouse({ dataPath: path }), {
      name: 'Damaged',
      message: 'a damaged record: accounts / 000000000000; restore it from a backup',
    })
    // The refused start let go of the folder.
    await assert.rejects(raiseHouse({ dataPath: path }), { name: 'Damaged' })
  })
})

/** A first start that is killed so many milliseconds after it has begun to write. */
async function killFirstStart(path: string, milliseconds: number): Promise<void> {
  const flags = ['--listen', '127.0.0.1:0', '--data', path]
  const child = spawn(process.execPath, [main, 'serve', ...flags], {
    stdio: 'ignore',
    env: { PATH: process.env.PATH },
  })
  const gone = once(child, 'exit')
  while (!existsSync(path) && child.exitCode === null) await sleep(1)
  await sleep(milliseconds)
  child.kill('SIGKILL')
  await gone
}

const kills = repeated(8, 20)

test(`kill -9 during the first start, ${kills} times: the next start goes well`, async (t) => {
  const left = new Map<string, number>()
  const tryOnce = async (index: number) => {
    const path = join(freshPath(), 'data')
    await killFirstStart(path, Math.round(index ** 1.5))
    const names = Object.keys(printOf(path)).filter((name) => name.length > 1)
    left.set(names.join(' '), (left.get(names.join(' ')) ?? 0) + 1)
    await using house = await raiseHouse({ dataPath: path })
    await create(house, 'after/a/crash', 'a value')
    assert.equal(await read(house, 'after/a/crash'), 'a value')
    assert.deepEqual(house.complaints, [])
  }
  for (let index = 0; index < kills; index += 4) {
    await Promise.all([0, 1, 2, 3].map((more) => tryOnce(index + more)))
  }
  for (const [names, times] of left)
    t.diagnostic(`${times} times left behind: ${names || 'nothing'}`)
})
