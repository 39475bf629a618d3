/** A database that is older than what was acknowledged: nothing is built on it. */
import assert from 'node:assert/strict'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, describe, test } from 'node:test'
import { Client } from 'pg'
import { StoreAway } from '../../src/store/engine.ts'
import { firstLink } from '../../src/store/journal.ts'
import { openPostgres } from '../../src/store/postgres/engine.ts'
import { createTables, glanceAtTables } from '../../src/store/postgres/tables.ts'
import { endServer, newDatabase } from '../engines/postgres.ts'
import { benchKeys } from '../engines/sqlite.ts'
import { withoutPostgres } from '../postgres.ts'

const nothing = { reads: [], changes: [], counts: [], stamps: [] }

describe('an older database', { skip: withoutPostgres }, () => {
  const folder = mkdtempSync(join(tmpdir(), 'strongroom-rollback-'))
  after(async () => {
    rmSync(folder, { recursive: true, force: true })
    await endServer()
  })

  for (const [name, edit] of [
    [
      'one commit is missing',
      'DELETE FROM strongroom.journal WHERE seq = 3; UPDATE strongroom.head SET seq = 2, link = (SELECT link FROM strongroom.journal WHERE seq = 2)',
    ],
    ['another one stands in its place', "UPDATE strongroom.journal SET link = 'x' WHERE seq = 3"],
  ] as const) {
    test(`${name}: the node ends, and nothing is committed`, async () => {
      const url = await newDatabase()
      await createTables(url, '{}', firstLink)
      const told: string[] = []
      const keys = benchKeys()
      const engine = await openPostgres({
        ...{ url, keys, anchorPath: join(folder, name) },
        fatal: (reason) => void told.push(reason),
      })
      const commit = () => engine.commit([{ at: engine.head, ...nothing, records: [{}] }])
      for (let n = 0; n < 3; n++) await commit()
      const client = new Client(url)
      await client.connect()
      await client.query(edit)
      // As a failover would: connections end, and others are found.
      await client.query(
        'SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE pid <> pg_backend_pid() AND datname = current_database()',
      )
      await assert.rejects(commit(), StoreAway)
      assert.match(told.join(), /older than what was acknowledged/)
      const { rows } = await client.query('SELECT max(seq) AS last FROM strongroom.journal')
      assert.ok(Number(rows[0].last) <= 3)
      await client.end()
      await engine.close()
    })
  }

  test('a glance changes nothing, and an empty database holds no store', async () => {
    assert.equal(await glanceAtTables(await newDatabase(), undefined), undefined)
  })
})
