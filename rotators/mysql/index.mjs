// @ts-check
/** MySQL and MariaDB, one user: who changes its own password. See README.md. */
import { Failure } from '../failure.mjs'
import { firstOf, mustBeOf } from '../login.mjs'
import { randomPassword, rotation } from '../steps.mjs'
import { isMariadb, logIn, nativeHash, opens, probe, quoted, rowsOf } from './server.mjs'

export const handler = rotation({
  async create({ current }) {
    return { ...current, password: await randomPassword('/@"\'\\`') }
  },

  async set({ pending, current, previous }) {
    mustBeOf(pending, current)
    if (await opens(pending)) return
    const isSame = previous?.username === current.username && previous?.host === current.host
    const connection = await firstOf(logIn, [current, isSame ? previous : undefined])
    if (!connection) throw new Failure('neither the current nor the previous password is taken')
    try {
      await setOwnPassword(connection, pending.password)
    } finally {
      await connection.end()
    }
  },

  test: ({ pending }) => probe(pending),
})

/** @param {import('mysql2/promise').Connection} connection @param {string} password */
async function setOwnPassword(connection, password) {
  if (!(await isMariadb(connection))) {
    await connection.query(`ALTER USER CURRENT_USER() IDENTIFIED BY ${quoted(password)}`)
    return
  }
  const [row = {}] = await rowsOf(connection, 'SHOW CREATE USER')
  const isNative = /IDENTIFIED (?:BY|VIA mysql_native_password)/.test(Object.values(row).join())
  if (!isNative) throw new Failure('MariaDB’s account must use mysql_native_password')
  await connection.query(`SET PASSWORD = ${quoted(nativeHash(password))}`)
}
