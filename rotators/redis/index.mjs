// @ts-check
/**
 * Redis and Valkey, one user of the ACL. A user may have several passwords: the new one is added and
 * the one before the current is taken away, so that no log-in ever fails. The server is told hashes,
 * never a password. See README.md.
 */
import { createHash } from 'node:crypto'
import { createClient } from '@redis/client'
import { Failure } from '../failure.mjs'
import { firstOf, mustBeOf, mustHave, tlsOf } from '../login.mjs'
import { openSecret, randomPassword, rotation } from '../steps.mjs'

/** @typedef {import('../steps.mjs').Value} Value */
/** @typedef {NonNullable<Awaited<ReturnType<typeof logIn>>>} Session */

export const handler = rotation({
  async create({ current }) {
    return { ...current, password: await randomPassword() }
  },

  async set({ pending, current }) {
    mustBeOf(pending, current)
    const own = await firstOf(logIn, [current, pending])
    if (!own) throw new Failure('neither the current nor the pending password is taken')
    const operator = current.masterarn ? await asMaster(own, current) : own
    try {
      await addPassword(operator, pending, current.password)
    } finally {
      operator.destroy()
    }
  },

  async test({ pending }) {
    const client = await logIn(pending)
    if (!client) throw new Failure('the pending password is refused')
    client.destroy()
  },
})

/** Whoever may write the secret holds a log-in; only then the administrator acts for it. @param {Session} own @param {Value} current */
async function asMaster(own, current) {
  own.destroy()
  const master = await openSecret(current.masterarn)
  if (master.host !== current.host) throw new Failure('the administrator is of another server')
  const client = await logIn(master)
  if (!client) throw new Failure("the administrator's password is refused")
  return client
}

/**
 * The pending password beside the current one, if that still counts, and no others.
 *
 * @param {Session} client @param {Value} pending @param {string} current
 */
async function addPassword(client, { username, password }, current) {
  const user = await client.aclGetUser(username)
  if (!user) throw new Failure('there is no such user')
  const others = user.passwords.map(String).filter((hash) => hash !== sha256(current))
  const rules = [...others.map((hash) => `!${hash}`), `#${sha256(password)}`]
  await client.sendCommand(['ACL', 'SETUSER', username, ...rules])
  await keep(client)
}

/** @param {string} text */
const sha256 = (text) => createHash('sha256').update(text).digest('hex')

/** The users are in a file of their own, or in the configuration. @param {Session} client */
async function keep(client) {
  const isSaved = await client.sendCommand(['ACL', 'SAVE']).then(
    () => true,
    () => false,
  )
  if (!isSaved) await client.sendCommand(['CONFIG', 'REWRITE'])
}

/** A connection; undefined if the log-in is refused. @param {Value} secret */
async function logIn(secret) {
  mustHave(secret, ['host', 'username', 'password'])
  const tls = tlsOf(secret)
  const place = { host: secret.host, port: Number(secret.port ?? 6379), connectTimeout: 5000 }
  const client = createClient({
    username: secret.username,
    password: secret.password,
    socket: { ...place, reconnectStrategy: false, ...(tls && { tls: true, ...tls }) },
  })
  client.on('error', () => {})
  try {
    await client.connect()
    return client
  } catch (error) {
    if (/^WRONGPASS/.test(/** @type {Error} */ (error).message)) return undefined
    throw error
  }
}
