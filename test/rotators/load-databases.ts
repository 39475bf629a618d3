/** The two databases under the load of clients while their users' passwords are rotated, as test cases. */
import assert from 'node:assert/strict'
import { describe, type TestContext, test } from 'node:test'
import { createConnection } from 'mysql2/promise'
import { Client } from 'pg'
import { raiseMariadb, withoutMariadb } from '../mariadb.ts'
import { type Login, raisePostgres, withoutPostgres } from '../postgres.ts'
import { type Load, rotateUnderLoad } from './load.ts'
import { raiseWorkshop } from './workshop.ts'

type Size = Pick<Load, 'clients' | 'rotations'>

interface Database extends AsyncDisposable {
  readonly admin: Login
  run(...statements: string[]): Promise<void>
}

interface Kind {
  readonly name: string
  readonly skip: string | false
  raise(): Promise<Database>
  create(username: string, password: string): string
  logIn: Load['logIn']
}

const kinds: readonly Kind[] = [
  {
    name: 'postgres',
    skip: withoutPostgres,
    raise: raisePostgres,
    create: (username, password) => `CREATE ROLE ${username} LOGIN PASSWORD '${password}'`,
    async logIn({ host, port, username, password }) {
      const settings = { host, port: Number(port), user: username, password }
      const client = new Client({ ...settings, database: 'postgres' })
      await client.connect()
      await client.query('SELECT 1')
      await client.end()
    },
  },
  {
    name: 'mysql',
    skip: withoutMariadb,
    raise: raiseMariadb,
    create: (username, password) => `CREATE USER ${username} IDENTIFIED BY '${password}'`,
    async logIn({ host = '', port, username = '', password = '' }) {
      const connection = await createConnection({
        host,
        port: Number(port),
        user: username,
        password,
      })
      await connection.query('SELECT 1')
      await connection.end()
    },
  },
]

/** Declares the tests: each database, with a single user and with alternating ones. */
export function testUnderLoad(size: Size): void {
  for (const kind of kinds) {
    describe(`${kind.name}: ${size.clients} clients through ${size.rotations} rotations`, {
      skip: kind.skip,
    }, () => {
      test('with alternating users no log-in fails', async (it) => {
        const outcome = await rotated(kind, `${kind.name}-alternating`, size)
        tell(it, outcome)
        assert.deepEqual([outcome.refused, outcome.unmended], [0, []])
        assert.equal(outcome.versions, size.rotations + 1)
      })

      test('with a single user each failure is mended', async (it) => {
        const outcome = await rotated(kind, kind.name, size)
        tell(it, outcome)
        assert.deepEqual(outcome.unmended, [])
        assert.ok(outcome.refused > 0, 'nobody met a rotation')
        assert.equal(outcome.versions, size.rotations + 1)
      })
    })
  }
}

async function rotated(kind: Kind, using: string, size: Size) {
  await using workshop = await raiseWorkshop()
  await using database = await kind.raise()
  const { host, port } = database.admin
  const masterarn = await workshop.secret({ ...database.admin })
  await database.run(kind.create('app', 'first'))
  const value = { host, port, username: 'app', password: 'first', masterarn }
  const attached = await workshop.attach({ using, value })
  const outcome = await rotateUnderLoad(workshop, attached, { ...size, logIn: kind.logIn })
  assert.deepEqual(attached.failures, [])
  return outcome
}

const tell = (it: TestContext, { logins, refused }: { logins: number; refused: number }) =>
  it.diagnostic(`${logins} log-ins, ${refused} refused`)
