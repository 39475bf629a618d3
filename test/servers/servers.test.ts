/** The real servers that other tests stand on: they come up, take log-ins, refuse wrong ones, and end. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createConnection } from 'mysql2/promise'
import { Client } from 'pg'
import { raiseMariadb, withoutMariadb } from '../mariadb.ts'
import { raisePostgres, withoutPostgres } from '../postgres.ts'
import { raiseRedis, withoutRedis } from '../redis.ts'

test('PostgreSQL takes the right password only', { skip: withoutPostgres }, async () => {
  await using postgres = await raisePostgres()
  const { host, port, username: user, password } = postgres.admin
  const client = new Client({ host, port, user, password, database: postgres.database })
  await client.connect()
  await client.end()
  const wrong = new Client({ host, port, user, password: 'wrong', database: postgres.database })
  await assert.rejects(wrong.connect(), { code: '28P01' })
})

test('MariaDB takes the right password only', { skip: withoutMariadb }, async () => {
  await using mariadb = await raiseMariadb()
  const { host, port, username: user, password } = mariadb.admin
  const client = await createConnection({ host, port, user, password, connectTimeout: 240_000 })
  await client.end()
  const wrong = createConnection({ host, port, user, password: 'wrong' })
  await assert.rejects(wrong, { code: 'ER_ACCESS_DENIED_ERROR' })
})

test('Redis runs commands', { skip: withoutRedis }, async () => {
  await using redis = await raiseRedis()
  await redis.run(['ACL', 'SETUSER', 'one', 'on', '>x'], ['ACL', 'SAVE'])
  assert.match(redis.users(), /^user one on /m)
})
