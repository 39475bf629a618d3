/**
 * kill -9 while 64 writers write, again and again over the same folder, and while the journal is cut into
 * segments all the time. What was acknowledged is there after the restart, with its audit record; nothing
 * is half-written; the whole audit verifies, and every record of the database against it.
 */

import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { verify } from '../../src/audit/verify/verify.ts'
import { openFolder } from '../../src/folder.ts'
import { lookInto } from '../../src/looking.ts'
import { firstLink, Journal } from '../../src/store/journal.ts'
import { openIn } from '../../src/store/place.ts'
import { spansIn } from '../../src/store/segments.ts'
import { type Served, serveProcess } from '../process.ts'
import { callJson, keepAlive } from '../raw.ts'
import { repeated } from '../scale.ts'
import { until } from '../until.ts'

const rounds = repeated(6, 20)
const writersCount = 64

interface Acknowledged {
  readonly name: string
  readonly value: string
  readonly requestId: string
}

const dataPath = mkdtempSync(join(tmpdir(), 'strongroom-kill-'))
after(() => rmSync(dataPath, { recursive: true, force: true }))

/** Writes until the connection ends; half of the writes are new secrets, half new versions of one. */
async function write(house: Served, writer: string, acknowledged: Acknowledged[]): Promise<void> {
  const agent = keepAlive(1)
  const options = { url: house.url, keys: house.root, agent }
  try {
    for (let n = 0; ; n++) {
      const isNew = n % 2 === 0
      const name = `kill/${writer}/${isNew ? n : n - 1}`
      const value = `${name}=${randomUUID()}`
      const input = { SecretString: value, ClientRequestToken: randomUUID() }
      const { status, requestId } = isNew
        ? await callJson('secretsmanager.CreateSecret', { ...input, Name: name }, options)
        : await callJson('secretsmanager.PutSecretValue', { ...input, SecretId: name }, options)
      assert.equal(status, 200)
      acknowledged.push({ name, value, requestId })
    }
  } catch (thrown) {
    if (thrown instanceof assert.AssertionError) throw thrown
  } finally {
    agent.destroy()
  }
}

/** What a secret must hold now: the last acknowledged value, or a later one that was on its way. */
async function mustBeThere(house: Served, acknowledged: readonly Acknowledged[]): Promise<number> {
  const agent = keepAlive(16)
  const options = { url: house.url, keys: house.root, agent }
  const last = new Map(acknowledged.map((each) => [each.name, each]))
  let ahead = 0
  await Promise.all(
    [...last.values()].map(async ({ name, value }) => {
      const { status, body } = await callJson(
        'secretsmanager.GetSecretValue',
        { SecretId: name },
        options,
      )
      assert.equal(status, 200, `${name} was acknowledged and is gone: ${body}`)
      const found: string = JSON.parse(body).SecretString
      if (found === value) return
      // Written, but killed before the answer left: allowed, if whole.
      ahead++
      assert.ok(found.startsWith(`${name}=`), `${name} holds something else`)
      const old = await callJson(
        'secretsmanager.GetSecretValue',
        { SecretId: name, VersionStage: 'AWSPREVIOUS' },
        options,
      )
      assert.equal(JSON.parse(old.body).SecretString, value)
    }),
  )
  agent.destroy()
  return ahead
}

test(`nothing acknowledged is lost by kill -9 during 64 writers, ${rounds} times`, async (t) => {
  const acknowledged: Acknowledged[] = []
  for (let round = 0; round < rounds; round++) {
    const house = await serveProcess(dataPath, '--audit-segment', '16k')
    const before = acknowledged.length
    const writers = Array.from({ length: writersCount }, (_, n) =>
      write(house, `${round}-${n}`, acknowledged),
    )
    // Two cuts in all, however long they take this machine.
    const hasCut = () => spansIn(join(dataPath, 'journal')).length > Math.min(round, 1)
    await until(() => acknowledged.length > before && hasCut())
    await sleep((round * 97) % 400)
    await house.end('SIGKILL')
    await Promise.all(writers)
  }
  const house = await serveProcess(dataPath)
  const ahead = await mustBeThere(house, acknowledged)
  await house.end()
  const verified = verify({ ...(await lookInto(dataPath)), withRecords: true })
  assert.deepEqual(verified.findings, [])
  assert.ok(verified.segments > 1, 'there were cuts meanwhile')
  const recorded = await readJournal()
  const unrecorded = acknowledged.filter(({ requestId }) => !recorded.has(requestId))
  assert.deepEqual(unrecorded, [])
  t.diagnostic(
    `${rounds} kills, ${acknowledged.length} acknowledged writes, 0 lost, 0 without record, ${ahead} written before their answer left, ${verified.segments} segments, ${verified.records} records and ${verified.rows} rows verified`,
  )
})

/** Every request id in the journal; asserts the chain from the first batch to the head. */
async function readJournal(): Promise<Set<string>> {
  const folder = await openFolder(dataPath)
  const { place, anchorPath, journalKeys: keys } = folder
  const fatal = (reason: string) => assert.fail(reason)
  const engine = await openIn(place, { anchorPath, keys, fatal })
  const journal = new Journal(keys)
  const ids = new Set<string>()
  let link = firstLink
  for (let seq = 0; seq < engine.head; ) {
    for (const row of await engine.journal(seq, engine.head, { itemsMax: 500 })) {
      assert.equal(row.seq, ++seq, 'no batch is missing')
      link = journal.link(row.seq, link, row.batch)
      assert.deepEqual(Buffer.from(row.link), link, `the chain holds at ${seq}`)
      for (const record of journal.open(row).records)
        ids.add((record as { requestID: string }).requestID)
    }
  }
  await engine.close()
  folder.release()
  return ids
}
