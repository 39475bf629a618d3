/** A node that comes to a store of others, with what an earlier try of its own has left in its folder. */
import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { existsSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, describe, test } from 'node:test'
import { Client } from 'pg'
import { openFolder } from '../../src/folder.ts'
import type { AccountId } from '../../src/lib/brand.ts'
import { Anchor } from '../../src/store/anchor.ts'
import { endServer, newDatabase } from '../engines/postgres.ts'
import { benchKeys } from '../engines/sqlite.ts'
import { withoutPostgres } from '../postgres.ts'

const folder = mkdtempSync(join(tmpdir(), 'strongroom-joining-'))
after(async () => {
  rmSync(folder, { recursive: true, force: true })
  await endServer()
})

const account = '000000000000' as AccountId
const rootKey = randomBytes(32).toString('hex')
const fresh = () => mkdtempSync(join(folder, 'node-'))

const start = async (path: string, storeUrl: string) => {
  const opened = await openFolder(path, { account, storeUrl, sources: { rootKey } })
  opened.release()
  return opened
}

async function ask(url: string, statement: string): Promise<void> {
  const client = new Client(url)
  await client.connect()
  await client.query(statement)
  await client.end()
}

describe('a node', { skip: withoutPostgres }, () => {
  test('that could not make the store joins the one that another made', async () => {
    const url = await newDatabase()
    const late = fresh()
    await ask(url, "CREATE ROLE guest LOGIN PASSWORD 'guest'")
    const asGuest = new URL(url)
    asGuest.username = 'guest'
    asGuest.password = 'guest'
    await assert.rejects(start(late, asGuest.href), {
      name: 'Refusal',
      message: /permission denied/,
    })
    assert.ok(existsSync(join(late, 'anchor')))
    await start(fresh(), url)
    assert.equal((await start(late, url)).rollback, undefined)
  })

  test('that saw commits of another store does not', async () => {
    const url = await newDatabase()
    await start(fresh(), url)
    const path = fresh()
    new Anchor(join(path, 'anchor'), benchKeys()).write({ seq: 5, link: randomBytes(32) })
    await assert.rejects(start(path, url), /not the one that was anchored/)
  })
})
