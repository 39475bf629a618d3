// @ts-check
/** PostgreSQL, one user: who changes its own password. See README.md. */
import { Failure } from '../failure.mjs'
import { firstOf, mustBeOf } from '../login.mjs'
import { randomPassword, rotation } from '../steps.mjs'
import { logIn, opens, passwordLiteral, probe } from './server.mjs'

export const handler = rotation({
  async create({ current }) {
    return { ...current, password: await randomPassword() }
  },

  async set({ pending, current, previous }) {
    mustBeOf(pending, current)
    if (await opens(pending)) return
    const isSame = previous?.username === current.username && previous?.host === current.host
    const client = await firstOf(logIn, [current, isSame ? previous : undefined])
    if (!client) throw new Failure('neither the current nor the previous password is taken')
    try {
      const literal = await passwordLiteral(client, pending.username, pending.password)
      await client.query(
        `ALTER ROLE ${client.escapeIdentifier(pending.username)} PASSWORD ${literal}`,
      )
    } finally {
      await client.end()
    }
  },

  test: ({ pending }) => probe(pending),
})
