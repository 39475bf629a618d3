/** What can be seen of the PostgreSQL server that takes writes, as any user may ask it. Changes nothing. */
import type { PoolClient } from 'pg'
import { withDatabase } from './tables.ts'

export interface ServerFacts {
  readonly version: string
  /** Such as 150004 for 15.4. */
  readonly versionNumber: number
  readonly fsync: string
  readonly fullPageWrites: string
  readonly synchronousCommit: string
  readonly standbyNames: string
  /** Standbys that are connected. */
  readonly standbys: number
  readonly connectionsMax: number
  readonly connectionsReserved: number
  readonly connections: number
  readonly isEncrypted: boolean
  /** Reached without a network. */
  readonly isLocal: boolean
  /** By its clock and by ours, in milliseconds, and how long the answer took. */
  readonly at: number
  readonly askedAt: number
  readonly tookMs: number
}

const question = `SELECT current_setting('server_version') AS version,
  current_setting('server_version_num')::int AS "versionNumber",
  current_setting('fsync') AS fsync,
  current_setting('full_page_writes') AS "fullPageWrites",
  current_setting('synchronous_commit') AS "synchronousCommit",
  current_setting('synchronous_standby_names') AS "standbyNames",
  (SELECT count(*)::int FROM pg_stat_replication) AS standbys,
  current_setting('max_connections')::int AS "connectionsMax",
  current_setting('superuser_reserved_connections')::int AS "connectionsReserved",
  (SELECT count(*)::int FROM pg_stat_activity WHERE backend_type = 'client backend') AS connections,
  coalesce((SELECT ssl FROM pg_stat_ssl WHERE pid = pg_backend_pid()), false) AS "isEncrypted",
  inet_client_addr() IS NULL OR inet_client_addr() <<= '127.0.0.0/8' OR inet_client_addr() = '::1' AS "isLocal"`

/** Throws Refusal where nothing answers that takes writes. */
export const lookAtServer = (url: string): Promise<ServerFacts> =>
  withDatabase(url, async (client: PoolClient) => {
    const { rows } = await client.query(question)
    const askedAt = Date.now()
    const clock = await client.query(
      'SELECT extract(epoch FROM clock_timestamp())::float8 * 1000 AS at',
    )
    const times = { at: clock.rows[0]?.at, askedAt, tookMs: Date.now() - askedAt }
    return { ...rows[0], ...times }
  })
