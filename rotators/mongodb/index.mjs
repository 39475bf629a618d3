// @ts-check
/** MongoDB, one user: who changes its own password. See README.md. */
import { MongoClient } from 'mongodb'
import { Failure } from '../failure.mjs'
import { firstOf, mustBeOf, mustHave, tlsOf } from '../login.mjs'
import { randomPassword, rotation } from '../steps.mjs'

/** @typedef {import('../steps.mjs').Value} Value */

export const handler = rotation({
  async create({ current }) {
    return { ...current, password: await randomPassword('/@"\'\\') }
  },

  async set({ pending, current, previous }) {
    mustBeOf(pending, current)
    const done = await logIn(pending)
    if (done) return done.close()
    const isSame = previous?.username === current.username && previous?.host === current.host
    const client = await firstOf(logIn, [current, isSame ? previous : undefined])
    if (!client) throw new Failure('neither the current nor the previous password is taken')
    try {
      const { username, password } = pending
      await client.db(databaseOf(pending)).command({ updateUser: username, pwd: password })
    } finally {
      await client.close()
    }
  },

  async test({ pending }) {
    const client = await logIn(pending)
    if (!client) throw new Failure('the pending password is refused')
    await client.close()
  },
})

/** Where the user is known. @param {Value} secret */
const databaseOf = (secret) => secret.dbname ?? 'admin'

/** A client that has logged in; undefined if the log-in is refused. @param {Value} secret */
async function logIn(secret) {
  mustHave(secret, ['host', 'username', 'password'])
  const { rejectUnauthorized, servername, ...tls } = tlsOf(secret) ?? {}
  const client = new MongoClient(`mongodb://${secret.host}:${Number(secret.port ?? 27017)}`, {
    auth: { username: secret.username, password: secret.password },
    authSource: databaseOf(secret),
    tls: rejectUnauthorized === true,
    ...tls,
    ...(secret.replicaSet ? { replicaSet: secret.replicaSet } : { directConnection: true }),
    serverSelectionTimeoutMS: 5000,
    maxPoolSize: 1,
  })
  try {
    await client.db(databaseOf(secret)).command({ ping: 1 })
    return client
  } catch (error) {
    await client.close()
    const { code, codeName } = /** @type {any} */ (error)
    if (code === 18 || codeName === 'AuthenticationFailed') return undefined
    throw error
  }
}
