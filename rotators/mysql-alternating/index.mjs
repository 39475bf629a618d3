// @ts-check
/**
 * MySQL and MariaDB, two users by turns: while one is in use the other gets a new password and what
 * the first was granted, so that no log-in ever fails. See README.md.
 */
import { randomBytes } from 'node:crypto'
import { Failure } from '../failure.mjs'
import { mustBeOf, otherName } from '../login.mjs'
import { account, identifiedBy, isMariadb, logIn, opens, probe, rowsOf } from '../mysql/server.mjs'
import { openSecret, randomPassword, rotation } from '../steps.mjs'

/** @typedef {import('mysql2/promise').Connection} Connection */

const nameLengthMax = Number(process.env.USERNAME_CHARACTER_LIMIT ?? 32)

export const handler = rotation({
  async create({ current }) {
    const username = otherName(current.username, nameLengthMax)
    return { ...current, username, password: await randomPassword('/@"\'\\`') }
  },

  async set({ pending, current }) {
    mustBeOf(pending, current, otherName(current.username, nameLengthMax))
    if (await opens(pending)) return
    // Whoever may write this secret must hold a log-in before the administrator acts for it.
    const own = await logIn(current)
    if (!own) throw new Failure('the current password is refused')
    const host = await hostOf(own)
    const master = await openSecret(current.masterarn)
    if (master.host !== current.host) throw new Failure('the administrator is of another server')
    const connection = await logIn(master)
    if (!connection) throw new Failure("the administrator's password is refused")
    try {
      await setUser(connection, { original: current.username, host, pending })
    } finally {
      await connection.end()
    }
  },

  test: ({ pending }) => probe(pending),
})

/** The host part of the account that the server has matched. @param {Connection} own */
async function hostOf(own) {
  try {
    const [row] = await rowsOf(own, 'SELECT CURRENT_USER() AS account')
    return String(row?.account).replace(/^.*@/s, '')
  } finally {
    await own.end()
  }
}

/**
 * The password comes last: an account that opens has all that it needs.
 *
 * @param {Connection} connection
 * @param {{ original: string, host: string, pending: import('../steps.mjs').Value }} wish
 */
async function setUser(connection, { original, host, pending }) {
  const isMaria = await isMariadb(connection)
  const second = account(pending.username, host)
  const nobody = identifiedBy(isMaria, `Aa1-${randomBytes(24).toString('hex')}`)
  await connection.query(`CREATE USER IF NOT EXISTS ${second} IDENTIFIED BY ${nobody}`)
  const grants = await rowsOf(connection, `SHOW GRANTS FOR ${account(original, host)}`)
  for (const row of grants) {
    const copy = copyOf(String(Object.values(row)[0]), second)
    if (copy !== undefined) await connection.query(copy)
  }
  const [row = {}] = await rowsOf(connection, `SHOW CREATE USER ${account(original, host)}`)
  const tls = / REQUIRE (?:SSL|X509)/.exec(Object.values(row).join())?.[0] ?? ''
  const password = identifiedBy(isMaria, pending.password)
  await connection.query(`ALTER USER ${second} IDENTIFIED BY ${password}${tls}`)
}

/**
 * A line of SHOW GRANTS for another account. The account stands last, before IDENTIFIED BY (a hash,
 * which is not copied) and WITH GRANT OPTION; a quoted name that holds " TO " comes before it.
 *
 * @param {string} grant @param {string} second
 */
function copyOf(grant, second) {
  const form =
    /^(GRANT .+ TO|REVOKE .+ FROM|SET DEFAULT ROLE .+ FOR) ([`'])(?:(?!\2).)+\2@\2[^`']*\2(.*)$/
  const [, what, , rest = ''] = form.exec(grant) ?? []
  if (what === undefined || /^GRANT PROXY/.test(what)) return undefined
  return `${what} ${second}${/ WITH (?:GRANT|ADMIN) OPTION/.exec(rest)?.[0] ?? ''}`
}
