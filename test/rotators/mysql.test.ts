/** The rotators of MySQL and MariaDB against a real MariaDB. */
import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { after, before, describe, test } from 'node:test'
import { createConnection, type RowDataPacket } from 'mysql2/promise'
import { raiseMariadb, type TestMariadb, withoutMariadb } from '../mariadb.ts'
import { type Attached, raiseWorkshop, type Value, type Workshop } from './workshop.ts'

const skip = withoutMariadb
let workshop: Workshop
let mariadb: TestMariadb
before(async () => {
  if (skip) return
  workshop = await raiseWorkshop()
  mariadb = await raiseMariadb()
  await mariadb.run('CREATE DATABASE shop', 'CREATE TABLE shop.orders (n int)')
})
after(async () => {
  await workshop?.[Symbol.asyncDispose]()
  await mariadb?.[Symbol.asyncDispose]()
})

let count = 0

/** A new user with its password, as a secret's value. */
async function user(more = ''): Promise<Value & { username: string; password: string }> {
  const username = `app-${++count}`
  const password = randomBytes(8).toString('hex')
  await mariadb.run(`CREATE USER '${username}'@'127.0.0.%' IDENTIFIED BY '${password}' ${more}`)
  const { host, port } = mariadb.admin
  return { engine: 'mariadb', host, port, username, password }
}

const administrator = () => workshop.secret({ ...mariadb.admin, engine: 'mariadb' })

/** The answer to a query as whoever the secret is about; the code of the refusal. */
async function ask(value: Record<string, unknown>, sql = 'SELECT USER()'): Promise<unknown> {
  const { host = '', port, username = '', password = '' } = value as Record<string, string>
  const settings = { host, port: Number(port), user: username, password, connectTimeout: 240_000 }
  const connection = await createConnection(settings).catch((thrown) => thrown.code as string)
  if (typeof connection === 'string') return connection
  try {
    const [rows] = await connection.query<RowDataPacket[]>(sql)
    return Object.values(rows[0] ?? {})[0]
  } catch (thrown) {
    return (thrown as { code: string }).code
  } finally {
    await connection.end()
  }
}

/** No password of the secret's last versions is to be found in what the server or the function logged. */
async function assertUnseen(attached: Attached): Promise<void> {
  const said = mariadb.log() + workshop.lines.join('\n') + attached.failures.join('\n')
  assert.match(said, /SET PASSWORD|ALTER USER/, 'the server logs statements')
  for (const stage of ['AWSCURRENT', 'AWSPREVIOUS']) {
    const { password = '' } = await attached.json(stage)
    assert.ok(password.length >= 16)
    assert.ok(!said.includes(password), `${stage} is in a log`)
  }
}

describe('a single user', { skip }, () => {
  test('has a new password, and the old one is refused', async () => {
    const value = await user()
    const attached = await workshop.attach({ using: 'mysql', value })
    await attached.rotate()
    const first = await attached.json()
    assert.deepEqual({ ...first, password: '' }, { ...value, password: '' })
    assert.equal(await ask(value), 'ER_ACCESS_DENIED_ERROR')
    await attached.rotate()
    assert.equal(await ask(first), 'ER_ACCESS_DENIED_ERROR')
    assert.equal(await ask(await attached.json()), `${value.username}@127.0.0.1`)
    assert.deepEqual(attached.failures, [])
    await assertUnseen(attached)
  })

  for (const [step, when] of [
    ['setSecret', 'before'],
    ['setSecret', 'after'],
    ['finishSecret', 'before'],
    ['finishSecret', 'after'],
  ] as const) {
    test(`a failure ${when} ${step} is mended by running it again`, async () => {
      const attached = await workshop.attach({ using: 'mysql', value: await user() })
      attached[when] = (now) => {
        if (now === step && attached.failures.length === 0) throw new Error('cut')
      }
      await attached.rotate()
      assert.deepEqual(attached.failures, ['cut'])
      assert.match(String(await ask(await attached.json())), /^app-/)
    })
  }

  test('whom no known password opens is left alone', async () => {
    const value = { ...(await user()), password: 'foreign' }
    const attached = await workshop.attach({ using: 'mysql', value })
    await attached.begin()
    assert.equal(
      await attached.failed(1),
      'setSecret: neither the current nor the previous password is taken',
    )
    assert.equal((await attached.json()).password, 'foreign')
  })

  test('whose plugin takes no hash is refused rather than sent in the clear', async (it) => {
    const value = await user()
    const account = `'${value.username}'@'127.0.0.%'`
    try {
      await mariadb.run(
        `INSTALL SONAME 'auth_ed25519'`,
        `ALTER USER ${account} IDENTIFIED VIA ed25519 USING PASSWORD('x') OR mysql_native_password`,
        `SET PASSWORD FOR ${account} = PASSWORD('${value.password}')`,
      )
    } catch {
      it.skip('this MariaDB has no ed25519')
      return
    }
    const attached = await workshop.attach({ using: 'mysql', value })
    await attached.begin()
    assert.match(await attached.failed(1), /^setSecret: /)
    const { password = '' } = await attached.json('AWSPENDING')
    assert.ok(!mariadb.log().includes(password))
  })
})

describe('alternating users', { skip }, () => {
  test('take turns, and each log-in works while the other is current', async () => {
    const value = { ...(await user()), masterarn: await administrator() }
    const attached = await workshop.attach({ using: 'mysql-alternating', value })
    const seen: unknown[] = []
    for (let turn = 0; turn < 3; turn++) {
      await attached.rotate()
      seen.push((await attached.json()).username)
      for (const stage of ['AWSCURRENT', 'AWSPREVIOUS']) {
        const { username, ...rest } = await attached.json(stage)
        assert.equal(await ask({ username, ...rest }), `${username}@127.0.0.1`)
      }
    }
    const clone = `${value.username}_clone`
    assert.deepEqual(seen, [clone, value.username, clone])
    assert.deepEqual(attached.failures, [])
    await assertUnseen(attached)
  })

  test('may the same: grants, their options, roles, and the kind of connection', async () => {
    const value = await user()
    const account = `'${value.username}'@'127.0.0.%'`
    await mariadb.run(
      'CREATE ROLE IF NOT EXISTS clerk',
      'GRANT INSERT ON shop.* TO clerk',
      `GRANT clerk TO root@'127.0.0.1' WITH ADMIN OPTION`,
      `GRANT SELECT ON shop.orders TO ${account} WITH GRANT OPTION`,
      'CREATE DATABASE IF NOT EXISTS `a`` TO ``b`',
      `GRANT ALL ON \`a\`\` TO \`\`b\`.* TO ${account}`,
      `GRANT clerk TO ${account}`,
      `SET DEFAULT ROLE clerk FOR ${account}`,
    )
    const masterarn = await administrator()
    const attached = await workshop.attach({
      using: 'mysql-alternating',
      value: { ...value, masterarn },
    })
    await attached.rotate()
    const clone = await attached.json()
    assert.equal(await ask(clone, 'SELECT COUNT(*) FROM shop.orders'), 0)
    assert.equal(await ask(clone, 'INSERT INTO shop.orders VALUES (1)'), undefined)
    assert.equal(await ask(clone, 'CREATE TABLE `a`` TO ``b`.made (n int)'), undefined)
    assert.equal(await ask(clone, 'DELETE FROM shop.orders'), 'ER_TABLEACCESS_DENIED_ERROR')
    const option = `SELECT Table_priv FROM mysql.tables_priv WHERE User = '${clone.username}'`
    assert.equal(await ask({ ...mariadb.admin }, option), 'Select,Grant')
  })

  test('a failure after setSecret is mended by running it again', async () => {
    const value = { ...(await user()), masterarn: await administrator() }
    const attached = await workshop.attach({ using: 'mysql-alternating', value })
    attached.after = (step) => {
      if (step === 'setSecret' && attached.failures.length === 0) throw new Error('cut')
    }
    await attached.rotate()
    assert.match(String(await ask(await attached.json())), /_clone@/)
  })

  test('the administrator acts only for whoever holds a log-in', async () => {
    const victim = await user()
    const value = { ...victim, password: 'guessed', masterarn: await administrator() }
    const attached = await workshop.attach({ using: 'mysql-alternating', value })
    await attached.begin()
    assert.equal(await attached.failed(1), 'setSecret: the current password is refused')
    assert.equal(await ask(victim), `${victim.username}@127.0.0.1`)
  })

  test('a name that would be cut is refused before anything is made', async () => {
    const value = await user()
    const environment = { USERNAME_CHARACTER_LIMIT: '8' }
    const job = { using: 'mysql-alternating', value, environment }
    const attached = await workshop.attach(job)
    await attached.begin()
    assert.equal(await attached.failed(1), 'createSecret: the user name is too long')
  })
})
