/**
 * What one node does for all, with the same flags on each: exports and backups happen once, go on elsewhere
 * when their runner is killed or stands still, and who stood still moves nothing back.
 */
import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { globSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { createServer, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, describe, test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { gunzipSync } from 'node:zlib'
import { peekBookmark } from '../../src/audit/exporters/bookmark.ts'
import { Shelf } from '../../src/backup/shelf.ts'
import { openFolder } from '../../src/folder.ts'
import { Codec } from '../../src/store/collection.ts'
import { openIn } from '../../src/store/place.ts'
import { Store } from '../../src/store/store.ts'
import { endServer, newDatabase } from '../engines/postgres.ts'
import type { Keys } from '../house.ts'
import { withoutPostgres } from '../postgres.ts'
import { type Served, serveAnyhow } from '../process.ts'
import { callJson } from '../raw.ts'
import { until } from '../until.ts'

const brisk = fileURLToPath(new URL('./brisk.ts', import.meta.url))
const folder = mkdtempSync(join(tmpdir(), 'strongroom-runner-'))
const fresh = (name: string) => mkdtempSync(join(folder, `${name}-`))

const root: Keys = {
  accessKeyId: 'AKIARUNNER0000000000',
  secretAccessKey: randomBytes(24).toString('hex'),
}

/** Nodes on a new database, with the same flags each. */
async function raiseNodes(flags: readonly string[], imports: readonly string[] = []) {
  const rootKey = randomBytes(32).toString('hex')
  const storeUrl = await newDatabase()
  const environment = {
    STRONGROOM_STORE: storeUrl,
    STRONGROOM_ROOT_KEY: rootKey,
    STRONGROOM_ROOT_ACCESS_KEY_ID: root.accessKeyId,
    STRONGROOM_ROOT_SECRET_ACCESS_KEY: root.secretAccessKey,
    STRONGROOM_AUDIT_WEBHOOK_SECRET: 'a-secret-of-the-receiver',
  }
  const alive = new Set<Served>()
  return {
    storeUrl,
    rootKey,
    async join(): Promise<Served> {
      const served = await serveAnyhow(fresh('node'), { flags, environment, imports, root })
      alive.add(served)
      served.child.once('exit', () => alive.delete(served))
      return served
    },
    async [Symbol.asyncDispose]() {
      for (const each of alive) await each.end('SIGKILL')
    },
  }
}

const create = async ({ url }: Served, Name: string): Promise<void> => {
  const input = {
    Name,
    SecretString: 'a value',
    ClientRequestToken: randomBytes(16).toString('hex'),
  }
  const call = { url, keys: root, service: 'secretsmanager' }
  const { status, body } = await callJson('secretsmanager.CreateSecret', input, call)
  assert.equal(status, 200, body)
}

/** What runs on a node, as its page of health tells. */
const running = async ({ url }: Served): Promise<Record<string, { behind: number }>> => {
  const { audit = {} } = (await (await fetch(`${url}/-/health`)).json()) as {
    audit?: Record<string, { behind: number }>
  }
  return audit
}

interface Sent {
  readonly eventID: string
  readonly eventName: string
  readonly requestParameters?: { readonly name?: string }
}

/** A webhook that may be told to keep its senders waiting. */
async function receiver() {
  const records: Sent[] = []
  const waiting: ServerResponse[] = []
  let isHeld = false
  const server = createServer(async (request, response) => {
    const chunks: Buffer[] = []
    for await (const chunk of request) chunks.push(chunk)
    records.push(...JSON.parse(Buffer.concat(chunks).toString()).Records)
    if (isHeld) waiting.push(response)
    else response.end()
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const made = (all = records) =>
    all
      .filter(({ eventName }) => eventName === 'CreateSecret')
      .map(({ requestParameters }) => requestParameters?.name ?? '')
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/`,
    records,
    waiting,
    /** The names of the secrets whose making arrived, in its order. */
    made,
    hold(is: boolean) {
      isHeld = is
      if (!is) for (const response of waiting.splice(0)) response.end()
    },
    async [Symbol.asyncDispose]() {
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}

const recordsBelow = (path: string): Sent[] =>
  globSync('**/CloudTrail/**/*.json.gz', { cwd: path }).flatMap(
    (name) => JSON.parse(gunzipSync(readFileSync(join(path, name))).toString()).Records,
  )

/** How far the webhook is, as the store says. */
async function bookmarkIn(storeUrl: string, rootKey: string): Promise<number> {
  const sources = { rootKey }
  const opened = await openFolder(fresh('look'), { storeUrl, sources })
  const { place, anchorPath, journalKeys: keys, keyring } = opened
  const fatal = (reason: string) => assert.fail(reason)
  const engine = await openIn(place, { anchorPath, keys, fatal })
  const store = new Store(engine, new Codec(keyring.storeId, keyring.sealer('records')))
  try {
    return (await store.see((look) => peekBookmark(look, 'webhook')))?.seq ?? 0
  } finally {
    await store.close()
    opened.release()
  }
}

describe('one runner', { skip: withoutPostgres }, () => {
  after(async () => {
    rmSync(folder, { recursive: true, force: true })
    await endServer()
  })

  test('two nodes with the same exporters: each record arrives once', async () => {
    await using to = await receiver()
    const files = fresh('files')
    const flags = ['--audit-webhook', to.url, '--audit-private', '--audit-files', files]
    await using nodes = await raiseNodes([...flags, '--audit-files-every', '1'])
    const both = [await nodes.join(), await nodes.join()]
    const names = Array.from({ length: 10 }, (_, n) => `quiet-${n}`)
    for (const [n, name] of names.entries()) await create(both[n % 2] as Served, name)
    await until(() => to.made().length >= names.length)
    assert.deepEqual(to.made(), names)
    const inFiles = () => to.made(recordsBelow(files))
    await until(() => inFiles().length >= names.length)
    assert.deepEqual(inFiles().sort(), [...names].sort())
    const runs = await Promise.all(both.map(running))
    assert.deepEqual(runs.map((each) => Object.keys(each).sort()).sort(), [
      [],
      ['files', 'webhook'],
    ])

    // Who ends in order hands over at once, with how far it came.
    const runner = both[runs.findIndex((each) => 'webhook' in each)] as Served
    const other = both.find((each) => each !== runner) as Served
    assert.deepEqual(await runner.end(), { code: 0, signal: null })
    await create(other, 'after')
    await until(() => to.made().includes('after') && inFiles().includes('after'))
    assert.deepEqual(to.made(), [...names, 'after'])
    assert.equal(new Set(to.records.map(({ eventID }) => eventID)).size, to.records.length)
    const ids = recordsBelow(files).map(({ eventID }) => eventID)
    assert.equal(new Set(ids).size, ids.length)
  })

  test('a runner that is killed: another goes on, and nothing is lost', async () => {
    await using to = await receiver()
    const flags = ['--audit-webhook', to.url, '--audit-private']
    await using nodes = await raiseNodes(flags, [brisk])
    const first = await nodes.join()
    await until(async () => 'webhook' in (await running(first)))
    const second = await nodes.join()
    const names = Array.from({ length: 12 }, (_, n) => `killed-${n}`)
    for (const [n, name] of names.entries()) {
      await create(second, name)
      if (n === 5) await first.end('SIGKILL')
    }
    await until(() => new Set(to.made()).size === names.length)
    // What was sent and not yet noted may come twice; never out of its order for the first time.
    assert.deepEqual([...new Set(to.made())], names)
  })

  test('a runner that stood still beyond its lease moves nothing back', async () => {
    await using to = await receiver()
    const flags = ['--audit-webhook', to.url, '--audit-private']
    await using nodes = await raiseNodes(flags, [brisk])
    const stale = await nodes.join()
    await until(async () => 'webhook' in (await running(stale)))
    const other = await nodes.join()
    to.hold(true)
    await create(other, 'sent-by-both')
    await until(() => to.waiting.length > 0)
    stale.child.kill('SIGSTOP')
    to.hold(false)
    await create(other, 'sent-by-the-other')
    await until(() => to.made().includes('sent-by-the-other'))
    const head = async () => (await bookmarkIn(nodes.storeUrl, nodes.rootKey)) || 0
    await until(async () => (await running(other)).webhook?.behind === 0)
    let reached = await head()
    // It notes how far it is soon after, and then there is nothing more to note.
    for (let again = await head(); again !== reached; again = await head()) reached = again

    stale.child.kill('SIGCONT')
    // Its receiver's answer is there: it goes on where it stood, and finds out.
    await until(() => /webhook: its lease is lost/.test(stale.stderr()))
    await until(async () => !('webhook' in (await running(stale))))
    assert.ok((await head()) >= reached)
    const before = to.made().length
    await create(stale, 'after')
    await until(() => to.made().includes('after'))
    assert.deepEqual(to.made().slice(before), ['after'])
    assert.deepEqual([...new Set(to.made())], ['sent-by-both', 'sent-by-the-other', 'after'])
  })

  test('two nodes with backups on schedule: one in each slot', async () => {
    const to = fresh('backups')
    const flags = ['--backup-every', '10s', '--backup-keep', '1h', '--backup-to', to]
    await using nodes = await raiseNodes(flags)
    const both = [await nodes.join(), await nodes.join()]
    const drilled = () => readdirSync(to).filter((name) => name.endsWith('.backup.json'))
    await until(() => drilled().length >= 2)
    const made = new Shelf(to).list().map(({ madeAt }) => madeAt)
    for (const [n, at] of made.slice(1).entries()) {
      assert.ok(at - (made[n] as number) >= 9000, `${made}`)
    }
    // Whichever is asked tells of them.
    for (const { url } of both) {
      const call = { url, keys: root, service: 'strongroom' }
      const goodAt = async () => {
        const { body } = await callJson('Strongroom.BackupStatus', {}, call)
        return JSON.parse(body).Schedule.LastGoodDate
      }
      await until(async () => (await goodAt()) !== undefined)
    }
  })
})
