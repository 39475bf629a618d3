/** A store's tables in PostgreSQL: looked at without changing anything, and made whole or not at all. */
import type { PoolClient } from 'pg'
import { Refusal } from '../../lib/fault.ts'
import { StoreAway } from '../engine.ts'
import type { Glance } from '../glance.ts'
import type { Position } from '../whole.ts'
import { shownAddress } from './address.ts'
import { Primary, reasonOf } from './primary.ts'
import { schemaVersion, steps } from './schema.ts'
import { fileWith, hasSegments } from './shelf.ts'

const undefinedTable = '42P01'
const undefinedSchema = '3F000'
/** Somebody else was making the same tables at the same time. */
const alreadyThere = new Set(['42P06', '42P07', '23505'])

/** A glance at the store in a database, or `undefined` if there is none yet. Throws Refusal. */
export function glanceAtTables(
  url: string,
  anchored: number | undefined,
): Promise<Glance | undefined> {
  return withDatabase(url, async (client) => {
    try {
      return await glance(client, url, anchored)
    } catch (thrown) {
      const { code = '' } = thrown as { code?: string }
      if (code === undefinedTable || code === undefinedSchema) return undefined
      throw thrown
    }
  })
}

async function glance(client: PoolClient, url: string, anchored = 0): Promise<Glance> {
  const { rows: meta } = await client.query('SELECT name, body FROM strongroom.meta')
  const bodies = new Map(meta.map(({ name, body }) => [name, String(body)]))
  if (Number(bodies.get('version')) > schemaVersion) {
    throw new Refusal(`${shownAddress(url)} needs a newer strongroom: use that version.`)
  }
  const { rows: heads } = await client.query('SELECT seq, link FROM strongroom.head')
  const header = bodies.get('store')
  if (header === undefined || !heads[0]) {
    throw new Refusal(`${shownAddress(url)} holds no whole store: restore it.`)
  }
  const { rows } = await client.query('SELECT link FROM strongroom.journal WHERE seq = $1', [
    anchored,
  ])
  const found = { header, head: heads[0], anchoredLink: rows[0]?.link }
  if (rows[0] || anchored === 0 || !(await hasSegments(client))) return found
  return { ...found, anchoredIn: await fileWith(client, anchored) }
}

/** Opens the transaction that makes the tables of a store at this head; whoever calls commits it. */
export async function beginTables(
  client: PoolClient,
  header: string,
  { seq, link }: Position,
): Promise<void> {
  await client.query(`BEGIN; ${steps.join('\n')}`)
  await client.query(
    "INSERT INTO strongroom.meta VALUES ('store', $1), ('version', $2), ('tables', $2)",
    [header, String(schemaVersion)],
  )
  // The feed begins at the head: nobody knows of what was changed before.
  await client.query(
    'INSERT INTO strongroom.head (one, seq, link, feed_floor, needs) VALUES (1, $1, $2, $1, $3)',
    [seq, Buffer.from(link), schemaVersion],
  )
}

/** Makes the tables with the store's header. False if another node has made them meanwhile. */
export function createTables(url: string, header: string, firstLink: Uint8Array): Promise<boolean> {
  return withDatabase(url, async (client) => {
    try {
      await beginTables(client, header, { seq: 0, link: firstLink })
      await client.query('COMMIT')
      return true
    } catch (thrown) {
      if (!alreadyThere.has((thrown as { code?: string }).code ?? '')) throw thrown
      return false
    }
  })
}

/** Throws Refusal where the database can't be used. */
export async function withDatabase<T>(
  url: string,
  work: (client: PoolClient) => Promise<T>,
): Promise<T> {
  const primary = new Primary({ url, connectionsMax: 1 })
  try {
    return await primary.use(work)
  } catch (thrown) {
    if (thrown instanceof Refusal) throw thrown
    const reason =
      thrown instanceof StoreAway ? 'nothing that takes writes answers' : reasonOf(thrown)
    const words = `Can't use the database ${shownAddress(url)} (${reason}).`
    throw new Refusal(words, { cause: thrown })
  } finally {
    await primary.close()
  }
}
