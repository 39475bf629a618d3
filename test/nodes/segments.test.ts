/**
 * Segments under nodes that are processes: one is killed in the middle of a cut, another goes on, old records
 * are found through it, and what an administrator of the database does to segments is named.
 */
import assert from 'node:assert/strict'
import { randomBytes, randomUUID } from 'node:crypto'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import { CloudTrailClient, LookupEventsCommand } from '@aws-sdk/client-cloudtrail'
import { Client } from 'pg'
import { pruneDue } from '../../src/audit/retention.ts'
import { openFolder } from '../../src/folder.ts'
import { Codec } from '../../src/store/collection.ts'
import { openIn } from '../../src/store/place.ts'
import { sharedShelf } from '../../src/store/postgres/tail.ts'
import { Store, sharedLimits } from '../../src/store/store.ts'
import { typed } from '../cli/command.ts'
import { endServer, newDatabase } from '../engines/postgres.ts'
import { withoutPostgres } from '../postgres.ts'
import { type Served, serveWith } from '../process.ts'
import { callJson } from '../raw.ts'
import { until } from '../until.ts'

const root = {
  accessKeyId: 'SRAAROOTOFTHESENODES',
  secretAccessKey: randomBytes(24).toString('hex'),
}
const rootKey = randomBytes(32).toString('hex')

describe('nodes that cut segments', { skip: withoutPostgres }, () => {
  const base = mkdtempSync(join(tmpdir(), 'strongroom-segments-'))
  const served: Served[] = []
  let storeUrl = ''
  let database: Client
  before(async () => {
    storeUrl = await newDatabase()
    database = new Client(storeUrl)
    await database.connect()
  })
  after(async () => {
    for (const each of served) await each.end('SIGKILL')
    await database?.end()
    rmSync(base, { recursive: true, force: true })
    await endServer()
  })

  const environment = () => ({
    STRONGROOM_STORE: storeUrl,
    STRONGROOM_ROOT_KEY: rootKey,
    STRONGROOM_ROOT_ACCESS_KEY_ID: root.accessKeyId,
    STRONGROOM_ROOT_SECRET_ACCESS_KEY: root.secretAccessKey,
  })
  const serve = async (name: string): Promise<Served> => {
    const flags = ['--audit-segment', '16k']
    const node = await serveWith(join(base, name), { environment: environment(), flags, root })
    served.push(node)
    return node
  }
  const count = async (text: string): Promise<number> => {
    const { rows } = await database.query(`SELECT (${text})::int AS count`)
    return rows[0].count
  }
  const segments = () => count('SELECT count(*) FROM strongroom.segments')
  const call = ({ url }: Served, operation: string, input: object) =>
    callJson(`secretsmanager.${operation}`, input, { url, keys: root })
  const write = async (node: Served, name: string) => {
    const { status } = await call(node, 'CreateSecret', {
      ...{ Name: name, SecretString: 'x', ClientRequestToken: randomUUID() },
    })
    assert.equal(status, 200)
  }
  const verify = () =>
    typed(['audit', 'verify', '--records', '--data', join(base, 'second')], environment())

  test('one that is killed in the middle of a cut loses and doubles nothing; the other cuts', async () => {
    const first = await serve('first')
    const second = await serve('second')
    await write(first, 'oldest')
    // Behind this lock the cut stands still: its segment is written, its batches are about to go.
    const holder = new Client(storeUrl)
    await holder.connect()
    await holder.query('BEGIN; SELECT seq FROM strongroom.journal WHERE seq = 1 FOR UPDATE')
    const cutting = `SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock'
      AND query LIKE 'DELETE FROM strongroom.journal%' AND datname = current_database()`
    for (let n = 0; n < 200 && (await count(cutting)) === 0; n++) await write(first, `first/${n}`)
    assert.equal(await count(cutting), 1)
    await first.end('SIGKILL')
    await holder.query('ROLLBACK')
    await holder.end()
    await until(async () => (await count(cutting)) === 0)
    assert.equal(await segments(), 0)
    assert.equal(await count('SELECT min(seq) FROM strongroom.journal'), 1)
    for (let n = 0; n < 400 && (await segments()) < 3; n++) await write(second, `second/${n}`)
    await until(async () => (await segments()) >= 3)
    const whole = `SELECT (SELECT sum(last - first + 1) FROM strongroom.segments) + count(*) FROM strongroom.journal`
    assert.equal(await count(whole), await count('SELECT seq FROM strongroom.head'))
  })

  test('an old record is found through a node that did not write it', async () => {
    const node = await serve('third')
    const client = new CloudTrailClient({
      ...{ endpoint: node.url, region: 'us-east-1', credentials: root },
    })
    const LookupAttributes = [
      { AttributeKey: 'EventName', AttributeValue: 'CreateSecret' },
    ] as const
    const oldest = await until(async () => {
      const names: string[] = []
      for (let NextToken: string | undefined; ; ) {
        const page = await client.send(
          new LookupEventsCommand({ LookupAttributes: [...LookupAttributes], NextToken }),
        )
        names.push(...(page.Events ?? []).map(({ CloudTrailEvent = '' }) => CloudTrailEvent))
        NextToken = page.NextToken
        if (NextToken === undefined) break
      }
      return names.find((text) => text.includes('"oldest"'))
    })
    assert.match(String(oldest), /"eventName":"CreateSecret"/)
    const { status } = await call(node, 'GetSecretValue', { SecretId: 'oldest' })
    assert.equal(status, 200)
    assert.equal((await node.end()).code, 0)
    assert.equal(node.stderr(), '')
  })

  test('the audit is whole, and what is done to a segment is named', async () => {
    for (const node of served) await node.end()
    const sound = await verify()
    assert.match(sound.stdout, /\d+ records in \d+ batches up to \d+, (?:[3-9]|\d\d+) segments/)
    assert.equal(sound.code, 0, sound.stdout)
    const last = await count('SELECT max(last) FROM strongroom.segments WHERE first = 1')
    const one = 'FROM strongroom.segments WHERE first = 1'
    const two = `FROM strongroom.segments WHERE first = ${last + 1}`
    await database.query('CREATE TABLE kept AS SELECT * FROM strongroom.segments')
    const set = (file: string) => `UPDATE strongroom.segments SET file = ${file} WHERE first = 1`
    for (const [edit, told] of [
      [set('set_byte(file, length(file) / 2, get_byte(file, length(file) / 2) # 1)'), /altered/],
      [set('substring(file FROM 1 FOR length(file) - 9)'), /altered|signature/],
      [set(`(SELECT file ${two})`), /altered or put elsewhere/],
      [`DELETE ${one}`, /missing/],
    ] as const) {
      await database.query(edit)
      const { code, stdout } = await verify()
      assert.equal(code, 1, edit)
      assert.match(stdout, told, edit)
      assert.match(stdout, /^batch(es)? 1 /, stdout)
      await database.query('TRUNCATE strongroom.segments')
      await database.query('INSERT INTO strongroom.segments SELECT * FROM kept')
    }
  })

  test('pruned by age, recorded first, once for all nodes; the chain holds behind it', async () => {
    const folder = await openFolder(join(base, 'second'), { storeUrl, sources: { rootKey } })
    const { place, anchorPath, journalKeys: keys, keyring } = folder
    const engine = await openIn(place, { anchorPath, keys, fatal: (why) => assert.fail(why) })
    const codec = new Codec(keyring.storeId, keyring.sealer('records'))
    const store = new Store(engine, codec, sharedLimits)
    const shelf = sharedShelf(storeUrl, keys)
    const [, end] = await shelf.spans()
    const filed = { account: folder.account, region: 'us-east-1' }
    const at = (end?.to ?? 0) + 1001
    const keeping = { store, shelf, keepMs: 1000 }
    const both = await Promise.all([
      pruneDue(keeping, { ...filed, at }),
      pruneDue(keeping, { ...filed, at }),
    ])
    assert.deepEqual(
      both.filter((each) => each !== undefined),
      [end?.last],
    )
    await store.close()
    folder.release()
    const { code, stdout } = await verify()
    assert.equal(code, 0, stdout)
    assert.match(stdout, new RegExp(`batches 1 to ${end?.last} were pruned by policy`))
    await database.query('DELETE FROM strongroom.segments WHERE first = 1')
    const gone = await verify()
    assert.equal(gone.code, 1)
    assert.match(gone.stdout, /^batches 1 to \d+: they are missing/)
  })
})
