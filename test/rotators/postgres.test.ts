/** The rotators of PostgreSQL against a real one. */
import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { after, before, describe, test } from 'node:test'
import { Client } from 'pg'
import { raisePostgres, type TestPostgres, withoutPostgres } from '../postgres.ts'
import { type Attached, raiseWorkshop, type Value, type Workshop } from './workshop.ts'

const skip = withoutPostgres
let workshop: Workshop
let postgres: TestPostgres
before(async () => {
  if (skip) return
  workshop = await raiseWorkshop()
  postgres = await raisePostgres()
})
after(async () => {
  await workshop?.[Symbol.asyncDispose]()
  await postgres?.[Symbol.asyncDispose]()
})

let count = 0

/** A new role with its password, as a secret's value. */
async function role(): Promise<Value & { username: string; password: string }> {
  const username = `App ${++count}` // A name that needs quoting.
  const password = randomBytes(8).toString('hex')
  await postgres.run(`CREATE ROLE "${username}" LOGIN PASSWORD '${password}'`)
  const { host, port } = postgres.admin
  return { engine: 'postgres', host, port, dbname: postgres.database, username, password }
}

const superuser = async () =>
  workshop.secret({ ...postgres.admin, engine: 'postgres', dbname: postgres.database })

/** The answer to a query as whoever the secret is about; the code of the refusal. */
async function ask(value: Record<string, unknown>, sql = 'SELECT current_user'): Promise<unknown> {
  const { host, port, username, password } = value as Record<string, string>
  const client = new Client({
    host,
    port: Number(port),
    user: username,
    password,
    database: 'postgres',
  })
  try {
    await client.connect()
    const { rows } = await client.query(sql)
    return Object.values(rows[0] ?? {})[0]
  } catch (thrown) {
    return (thrown as { code: string }).code
  } finally {
    await client.end().catch(() => {})
  }
}

/** No password of the secret's last versions is to be found in what the server or the function logged. */
async function assertUnseen(attached: Attached): Promise<void> {
  const said = postgres.log() + workshop.lines.join('\n') + attached.failures.join('\n')
  for (const stage of ['AWSCURRENT', 'AWSPREVIOUS']) {
    const { password = '' } = await attached.json(stage)
    assert.ok(password.length >= 16)
    assert.ok(!said.includes(password), `${stage} is in a log`)
  }
}

describe('a single user', { skip }, () => {
  test('has a new password, and the old one is refused', async () => {
    const value = await role()
    const attached = await workshop.attach({ using: 'postgres', value })
    await attached.rotate()
    const now = await attached.json()
    assert.deepEqual({ ...now, password: '' }, { ...value, password: '' })
    assert.equal(await ask(now), value.username)
    assert.equal(await ask(value), '28P01')
    assert.deepEqual(attached.failures, [])
    await attached.rotate()
    assert.equal(await ask(await attached.json()), value.username)
    assert.equal(await ask(now), '28P01')
    await assertUnseen(attached)
  })

  for (const [step, when] of [
    ['createSecret', 'before'],
    ['createSecret', 'after'],
    ['setSecret', 'before'],
    ['setSecret', 'after'],
    ['testSecret', 'after'],
    ['finishSecret', 'before'],
    ['finishSecret', 'after'],
  ] as const) {
    test(`a failure ${when} ${step} is mended by running it again`, async () => {
      const attached = await workshop.attach({ using: 'postgres', value: await role() })
      attached[when] = (now) => {
        if (now === step && attached.failures.length === 0) throw new Error('cut')
      }
      await attached.rotate()
      assert.deepEqual(attached.failures, ['cut'])
      assert.match(String(await ask(await attached.json())), /^App/)
    })
  }

  test('whose password somebody else has set back to the previous one is mended', async () => {
    const value = await role()
    const attached = await workshop.attach({ using: 'postgres', value })
    await attached.rotate()
    await postgres.run(`ALTER ROLE "${value.username}" PASSWORD '${value.password}'`)
    await attached.rotate()
    assert.equal(await ask(await attached.json()), value.username)
  })

  test('whom no known password opens is left alone, and no word tells a password', async () => {
    const value = await role()
    await postgres.run(`ALTER ROLE "${value.username}" PASSWORD 'foreign'`)
    const attached = await workshop.attach({ using: 'postgres', value })
    await attached.begin()
    assert.equal(
      await attached.failed(1),
      'setSecret: neither the current nor the previous password is taken',
    )
    assert.equal(await ask({ ...value, password: 'foreign' }), value.username)
    assert.equal((await attached.json()).password, value.password)
  })

  test('of a server with MD5 passwords keeps to MD5', async () => {
    const value = await role()
    await postgres.run(`ALTER ROLE "${value.username}" SET password_encryption = 'md5'`)
    const attached = await workshop.attach({ using: 'postgres', value })
    await attached.begin()
    // The server of this test lets nobody in by an MD5 hash over SCRAM: the verifier is what counts.
    await attached.failed(1)
    const sql = `SELECT left(rolpassword, 3) FROM pg_authid WHERE rolname = '${value.username}'`
    assert.equal(await ask({ ...postgres.admin }, sql), 'md5')
  })

  test('whose secret lacks something is told which key, not what is in the others', async () => {
    const attached = await workshop.attach({ using: 'postgres', value: { password: 'x' } })
    await attached.begin()
    assert.equal(await attached.failed(1), 'setSecret: the secret lacks host, username')
  })

  test('of a server without TLS: a host that is not loopback must allow it by name', async () => {
    const value = await role()
    const attached = await workshop.attach({ using: 'postgres', value: { ...value, ssl: true } })
    await attached.begin()
    assert.equal(
      await attached.failed(1),
      'setSecret: the server has no TLS; "ssl": false in the secret goes without',
    )
  })
})

describe('alternating users', { skip }, () => {
  test('take turns, and each log-in works while the other is current', async () => {
    const value = { ...(await role()), masterarn: await superuser() }
    const attached = await workshop.attach({ using: 'postgres-alternating', value })
    const seen: unknown[] = []
    for (let turn = 0; turn < 4; turn++) {
      await attached.rotate()
      seen.push((await attached.json()).username)
      for (const stage of ['AWSCURRENT', 'AWSPREVIOUS']) {
        assert.equal(await ask(await attached.json(stage)), value.username)
      }
    }
    const clone = `${value.username}_clone`
    assert.deepEqual(seen, [clone, value.username, clone, value.username])
    assert.deepEqual(attached.failures, [])
    await assertUnseen(attached)
  })

  test('own what either makes', async () => {
    const value = { ...(await role()), masterarn: await superuser() }
    await postgres.run(`CREATE SCHEMA own_things AUTHORIZATION "${value.username}"`)
    const attached = await workshop.attach({ using: 'postgres-alternating', value })
    await attached.rotate()
    await ask(await attached.json(), 'CREATE TABLE own_things.made (n int)')
    await attached.rotate()
    await ask(await attached.json(), 'DROP TABLE own_things.made')
    const left = `SELECT count(*)::int FROM pg_tables WHERE schemaname = 'own_things'`
    assert.equal(await ask({ ...postgres.admin }, left), 0)
  })

  test('a failure after setSecret is mended by running it again', async () => {
    const value = { ...(await role()), masterarn: await superuser() }
    const attached = await workshop.attach({ using: 'postgres-alternating', value })
    attached.after = (step) => {
      if (step === 'setSecret' && attached.failures.length === 0) throw new Error('cut')
    }
    await attached.rotate()
    assert.equal(await ask(await attached.json()), value.username)
  })

  test('the superuser acts only for whoever holds a log-in', async () => {
    const victim = await role()
    const value = { ...victim, password: 'guessed', masterarn: await superuser() }
    const attached = await workshop.attach({ using: 'postgres-alternating', value })
    await attached.begin()
    assert.equal(await attached.failed(1), 'setSecret: the current password is refused')
    assert.equal(await ask(victim), victim.username)
  })
})
