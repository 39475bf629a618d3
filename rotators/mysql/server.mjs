// @ts-check
/**
 * MySQL and MariaDB: log-ins, accounts, and passwords. ALTER USER takes no parameters: what does not
 * consist of harmless characters is refused rather than escaped, since what escapes it depends on
 * the session. MariaDB is given a hash, so that no log of it can hold a password; MySQL, which has
 * no such form for its plugins of today, blanks the passwords of these statements in its logs.
 *
 * https://dev.mysql.com/doc/refman/8.4/en/password-logging.html
 */
import { createHash } from 'node:crypto'
import { createConnection } from 'mysql2/promise'
import { Failure } from '../failure.mjs'
import { mustHave, tlsOf } from '../login.mjs'

/** @typedef {import('../steps.mjs').Value} Value */
/** @typedef {import('mysql2/promise').Connection} Connection */

const refusals = new Set(['ER_ACCESS_DENIED_ERROR', 'ER_ACCESS_DENIED_NO_PASSWORD_ERROR'])

/**
 * A connection; undefined if the log-in is refused.
 *
 * @param {Value} secret
 */
export async function logIn(secret) {
  mustHave(secret, ['host', 'username', 'password'])
  const ssl = tlsOf(secret)
  try {
    return await createConnection({
      host: secret.host,
      port: Number(secret.port ?? 3306),
      user: secret.username,
      password: secret.password,
      ...(secret.dbname && { database: secret.dbname }),
      ...(ssl && { ssl }),
      connectTimeout: 5000,
    })
  } catch (error) {
    const { code } = /** @type {any} */ (error)
    if (refusals.has(code)) return undefined
    if (code === 'HANDSHAKE_NO_SSL_SUPPORT') {
      throw new Failure('the server has no TLS; "ssl": false in the secret goes without')
    }
    throw error
  }
}

/** Logs in and asks for something. @param {Value} secret */
export async function probe(secret) {
  const connection = await logIn(secret)
  if (!connection) throw new Failure('the pending password is refused')
  try {
    await connection.query('SELECT 1')
  } finally {
    await connection.end()
  }
}

/** @param {Value} secret */
export async function opens(secret) {
  const connection = await logIn(secret)
  await connection?.end()
  return connection !== undefined
}

/** @param {Connection} connection */
export async function isMariadb(connection) {
  const [row] = await rowsOf(connection, 'SELECT VERSION() AS version')
  return String(row?.version).includes('MariaDB')
}

/**
 * @param {Connection} connection @param {string} sql @param {string[]} [values]
 * @returns {Promise<Record<string, unknown>[]>}
 */
export async function rowsOf(connection, sql, values = []) {
  const [rows] = await connection.query(sql, values)
  return /** @type {Record<string, unknown>[]} */ (rows)
}

/** The account in the form in which statements name it. @param {string} user @param {string} host */
export const account = (user, host) => `${quoted(user)}@${quoted(host)}`

/** @param {string} text */
export function quoted(text) {
  if (!/^[ !#-&(-[\]-_a-~]+$/.test(text)) {
    throw new Failure('a name or password has characters that cannot be quoted safely')
  }
  return `'${text}'`
}

/** What follows IDENTIFIED BY. @param {boolean} isMaria @param {string} password */
export const identifiedBy = (isMaria, password) =>
  isMaria ? `PASSWORD ${quoted(nativeHash(password))}` : quoted(password)

/** mysql_native_password's. @param {string} password */
export const nativeHash = (password) =>
  `*${sha1(sha1(Buffer.from(password)))
    .toString('hex')
    .toUpperCase()}`

/** @param {Buffer} bytes */
const sha1 = (bytes) => createHash('sha1').update(bytes).digest()
