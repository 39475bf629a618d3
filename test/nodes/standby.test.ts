/**
 * What is acknowledged is on the standby, however it was found out that it was committed; and a database
 * that was put back to before what a node saw is noticed by that node.
 */
import assert from 'node:assert/strict'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { type Engine, type Proposal, StoreAway } from '../../src/store/engine.ts'
import { firstLink } from '../../src/store/journal.ts'
import { openPostgres } from '../../src/store/postgres/engine.ts'
import { createTables } from '../../src/store/postgres/tables.ts'
import { benchKeys } from '../engines/sqlite.ts'
import { withoutPostgres as skip } from '../postgres.ts'
import { type Pair, raisePair } from '../postgres-pair.ts'
import { until } from '../until.ts'

const folder = mkdtempSync(join(tmpdir(), 'strongroom-standby-'))
after(() => rmSync(folder, { recursive: true, force: true }))
const keys = benchKeys()

const put = (engine: Engine, key: string, reads: readonly string[] = [key]): Proposal => ({
  ...{ at: engine.head, reads, counts: [], stamps: [], records: [] },
  changes: [{ key, row: Buffer.from(key) }],
})

/** The backends that have committed and wait for the standby. */
async function waiting(pair: Pair): Promise<number[]> {
  return until(async () => {
    const rows = await pair.ask("SELECT pid FROM pg_stat_activity WHERE wait_event = 'SyncRep'")
    return rows.length > 0 && rows.map(({ pid }) => Number(pid))
  })
}

test('a server takes over that was behind', { skip, timeout: 120_000 }, async (t) => {
  await using pair = await raisePair()
  const url = pair.url(...[0, 1].map((place) => `127.0.0.1:${pair.port(place)}`))
  await createTables(url, '{}', firstLink)
  const told: string[] = []
  const open = async (name: string) => {
    const complain = (words: string) => void told.push(`${name}: ${words}`)
    const engine = await openPostgres({
      ...{ url, keys, anchorPath: join(folder, name) },
      ...{ complain, fatal: complain },
    })
    t.after(() => engine.close())
    return engine
  }
  const one = await open('one')
  const other = await open('other')
  await one.commit([put(one, 'a')])

  await t.test('a commit that was looked up waits for the standby as any other', async () => {
    pair.holdStandby(true)
    let isAcknowledged = false
    const committing = one.commit([put(one, 'b')]).finally(() => {
      isAcknowledged = true
    })
    const [first] = await waiting(pair)
    // Ends the wait: committed here, and nowhere else.
    await pair.ask(`SELECT pg_terminate_backend(${first})`)
    const [second] = await waiting(pair)
    assert.notEqual(second, first)
    assert.equal(isAcknowledged, false)
    pair.holdStandby(false)
    assert.deepEqual((await committing).conflicts, [undefined])
  })

  await t.test('who acknowledged what is lost ends, who only saw it begins anew', async () => {
    // As who runs the servers out of step would have it.
    await pair.ask("ALTER SYSTEM SET synchronous_standby_names = ''")
    await pair.ask('SELECT pg_reload_conf()')
    pair.holdStandby(true)
    await pair.ask('SELECT pg_terminate_backend(pid) FROM pg_stat_replication')
    const early = put(other, 'c', ['lost'])
    const { head } = await one.commit([put(one, 'lost')])
    assert.deepEqual((await other.commit([early])).conflicts, ['lost'])
    pair.kill()
    pair.holdStandby(false)
    await pair.promote()
    const third = await open('third')
    assert.equal((await third.commit([put(third, 'd')])).head, head, 'another one of that number')

    const stale = { ...put(other, 'e', ['d']), at: head }
    const { conflicts, isBehind } = await other.commit([stale])
    assert.deepEqual([conflicts, isBehind], [[''], true])
    assert.deepEqual((await other.commit([put(other, 'e', ['d'])])).conflicts, [undefined])
    assert.deepEqual(await other.read(['lost']), [undefined])
    assert.match(told.join('\n'), /other: .* as this node saw it/)

    await assert.rejects(one.commit([put(one, 'f')]), StoreAway)
    assert.match(told.join('\n'), /one: the database is older than what was acknowledged here/)
  })
})
