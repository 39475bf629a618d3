// @ts-check
/** PostgreSQL: log-ins, and passwords that reach the server as verifiers only, so that no log of it can hold one. */
import { createHash, createHmac, pbkdf2Sync, randomBytes } from 'node:crypto'
import pg from 'pg'
import { Failure } from '../failure.mjs'
import { mustHave, tlsOf } from '../login.mjs'

/** @typedef {import('../steps.mjs').Value} Value */

/** PostgreSQL's codes for a wrong name or password. */
const refusals = new Set(['28P01', '28000'])

/**
 * A connection; undefined if the log-in is refused.
 *
 * @param {Value} secret
 */
export async function logIn(secret) {
  mustHave(secret, ['host', 'username', 'password'])
  const client = new pg.Client({
    host: secret.host,
    port: Number(secret.port ?? 5432),
    user: secret.username,
    password: secret.password,
    database: secret.dbname ?? 'postgres',
    ssl: tlsOf(secret) ?? false,
    connectionTimeoutMillis: 5000,
    query_timeout: 10_000,
  })
  client.on('error', () => {})
  try {
    await client.connect()
    return client
  } catch (error) {
    await client.end().catch(() => {})
    if (refusals.has(/** @type {any} */ (error).code)) return undefined
    if (/does not support SSL/.test(String(error))) {
      throw new Failure('the server has no TLS; "ssl": false in the secret goes without')
    }
    throw error
  }
}

/** Logs in and asks for something. @param {Value} secret */
export async function probe(secret) {
  const client = await logIn(secret)
  if (!client) throw new Failure('the pending password is refused')
  try {
    await client.query('SELECT 1')
  } finally {
    await client.end()
  }
}

/** @param {Value} secret */
export async function opens(secret) {
  const client = await logIn(secret)
  await client?.end()
  return client !== undefined
}

/**
 * What to write after PASSWORD in ALTER ROLE or CREATE ROLE.
 *
 * @param {pg.Client} client @param {string} username @param {string} password
 */
export async function passwordLiteral(client, username, password) {
  const { rows } = await client.query('SHOW password_encryption')
  const isMd5 = rows[0].password_encryption !== 'scram-sha-256'
  return client.escapeLiteral(isMd5 ? md5Verifier(username, password) : scramVerifier(password))
}

/**
 * RFC 5803, as PostgreSQL stores it. Printable ASCII needs no SASLprep.
 *
 * @param {string} password @param {Buffer} [salt]
 */
export function scramVerifier(password, salt = randomBytes(16)) {
  if (!/^[ -~]+$/.test(password)) throw new Failure('the password is not printable ASCII')
  const iterations = 4096
  const salted = pbkdf2Sync(password, salt, iterations, 32, 'sha256')
  const storedKey = createHash('sha256').update(hmac(salted, 'Client Key')).digest('base64')
  const serverKey = hmac(salted, 'Server Key').toString('base64')
  return `SCRAM-SHA-256$${iterations}:${salt.toString('base64')}$${storedKey}:${serverKey}`
}

/** @param {Buffer} key @param {string} text */
const hmac = (key, text) => createHmac('sha256', key).update(text).digest()

/** @param {string} username @param {string} password */
const md5Verifier = (username, password) =>
  `md5${createHash('md5')
    .update(password + username)
    .digest('hex')}`
