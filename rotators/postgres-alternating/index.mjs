// @ts-check
/**
 * PostgreSQL, two users by turns: while one is in use the other gets a new password, so that no log-in
 * ever fails. The second is a member of the first and acts as it (SET role), so that what either
 * makes belongs to the first. See README.md.
 */
import { Failure } from '../failure.mjs'
import { mustBeOf, otherName } from '../login.mjs'
import { logIn, opens, passwordLiteral, probe } from '../postgres/server.mjs'
import { openSecret, randomPassword, rotation } from '../steps.mjs'

/** PostgreSQL cuts names here, which would make two of one. */
const nameLengthMax = 63

export const handler = rotation({
  async create({ current }) {
    const username = otherName(current.username, nameLengthMax)
    return { ...current, username, password: await randomPassword() }
  },

  async set({ pending, current }) {
    mustBeOf(pending, current, otherName(current.username, nameLengthMax))
    if (await opens(pending)) return
    // Whoever may write this secret must hold a log-in before the superuser acts for it.
    if (!(await opens(current))) throw new Failure('the current password is refused')
    const master = await openSecret(current.masterarn)
    if (master.host !== current.host) throw new Failure('the superuser is of another server')
    const client = await logIn({ ...master, dbname: current.dbname ?? master.dbname })
    if (!client) throw new Failure("the superuser's password is refused")
    try {
      await setUser(client, current.username, pending)
    } finally {
      await client.end()
    }
  },

  test: ({ pending }) => probe(pending),
})

/**
 * @param {import('pg').Client} client @param {string} original
 * @param {import('../steps.mjs').Value} pending
 */
async function setUser(client, original, { username, password }) {
  const [first, second] = [original, username].map((name) => client.escapeIdentifier(name))
  const literal = await passwordLiteral(client, username, password)
  const { rowCount } = await client.query('SELECT 1 FROM pg_roles WHERE rolname = $1', [username])
  if (rowCount) {
    await client.query(`ALTER ROLE ${second} PASSWORD ${literal}`)
    return
  }
  await client.query('BEGIN')
  await client.query(`CREATE ROLE ${second} LOGIN PASSWORD ${literal}`)
  await client.query(`GRANT ${first} TO ${second}`)
  await client.query(`ALTER ROLE ${second} SET role TO ${first}`)
  await client.query('COMMIT')
}
