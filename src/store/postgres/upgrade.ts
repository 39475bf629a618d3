/**
 * From one version of the tables to the next while nodes work on them. First they are widened, by the first
 * node that knows more: that takes nothing away from older nodes. Once no older node is left the version is
 * raised: from then on an older program neither starts nor commits, and what was added may be used.
 */
import { setTimeout as sleep } from 'node:timers/promises'
import type { PoolClient } from 'pg'
import { Refusal } from '../../lib/fault.ts'
import { StoreAway } from '../engine.ts'
import { shownAddress } from './address.ts'
import { schemaVersion, steps } from './schema.ts'
import { withDatabase } from './tables.ts'

const triesMax = 8
const pauseMs = 500

/**
 * The head's table, before anything else: whoever commits takes it first, too, so that nobody waits for
 * who waits for him. Given up soon, since they all wait behind this.
 */
const begin = `BEGIN; SET LOCAL lock_timeout = '2s'; SET LOCAL idle_in_transaction_session_timeout = '5s';
  LOCK TABLE strongroom.head IN ACCESS EXCLUSIVE MODE`

/** Adds what this program knows and the tables do not have. Throws Refusal. */
export async function widenTables(url: string): Promise<void> {
  for (let tried = 1; ; tried++) {
    try {
      return await withDatabase(url, widen)
    } catch (thrown) {
      if (!(thrown instanceof Refusal && thrown.cause instanceof StoreAway)) throw thrown
      if (tried === triesMax) throw heldUp(url)
      await sleep(pauseMs * Math.random())
    }
  }
}

async function widen(client: PoolClient): Promise<void> {
  if ((await widthOf(client)) >= schemaVersion) return
  await client.query(begin)
  const missing = steps.slice(await widthOf(client))
  if (missing.length > 0) {
    await client.query(missing.join('\n'))
    await client.query(
      `INSERT INTO strongroom.meta VALUES ('tables', $1)
        ON CONFLICT (name) DO UPDATE SET body = excluded.body`,
      [String(schemaVersion)],
    )
  }
  await client.query('COMMIT')
}

/** Up to which step the tables were made. */
async function widthOf(client: PoolClient): Promise<number> {
  const { rows } = await client.query(
    "SELECT max(body::int) AS width FROM strongroom.meta WHERE name IN ('tables', 'version')",
  )
  return Number(rows[0]?.width)
}

/** Keeps older programs away, for good. Whoever calls knows that none is there. */
export const raiseVersion = (url: string): Promise<void> =>
  withDatabase(url, async (client) => {
    const { rowCount } = await client.query('SELECT 1 FROM strongroom.head WHERE needs < $1', [
      schemaVersion,
    ])
    if (rowCount === 0) return
    await client.query("BEGIN; SET LOCAL lock_timeout = '10s'")
    const raised = await client.query('UPDATE strongroom.head SET needs = $1 WHERE needs < $1', [
      schemaVersion,
    ])
    if (raised.rowCount === 1) {
      await client.query("UPDATE strongroom.meta SET body = $1 WHERE name = 'version'", [
        String(schemaVersion),
      ])
    }
    await client.query('COMMIT')
  })

const heldUp = (url: string): Refusal =>
  new Refusal(
    `${shownAddress(url)} can't be upgraded now, since its tables are being read as a whole: wait for the backup that is under way.`,
  )
