/** The database that nodes share: whether it keeps what it acknowledged, and has room for the nodes. */
import { connectionsPerNode } from '../store/postgres/primary.ts'
import type { ServerFacts } from '../store/postgres/server.ts'
import { type Check, failure, warning, well } from './check.ts'
import { compareClocks } from './clock.ts'

/** The oldest that its makers still mend. */
const versionMin = 130_000

/** @param nodes how many nodes are alive */
export function checkDatabase(facts: ServerFacts, nodes: number): Check[] {
  const { at, askedAt, tookMs } = facts
  const clocks = { name: 'database clock', whose: "this machine's clock and the database's" }
  return [
    checkVersion(facts),
    checkDurability(facts),
    checkStandbys(facts),
    checkConnections(facts, nodes),
    checkWay(facts),
    compareClocks(askedAt, at, tookMs, clocks),
  ]
}

function checkVersion({ version, versionNumber }: ServerFacts): Check {
  return versionNumber < versionMin
    ? warning(
        'database',
        `PostgreSQL ${version} takes writes, and is not mended any more: upgrade it`,
      )
    : well('database', `PostgreSQL ${version} takes writes`)
}

function checkDurability(facts: ServerFacts): Check {
  const { fsync, fullPageWrites, synchronousCommit, standbyNames } = facts
  const name = 'durability'
  if (fsync !== 'on' || fullPageWrites !== 'on') {
    return failure(
      name,
      'a power cut loses what was acknowledged, or the database: set fsync and full_page_writes to on',
    )
  }
  if (synchronousCommit === 'off') {
    return failure(name, 'a crash loses what was acknowledged last: set synchronous_commit to on')
  }
  if (standbyNames === '') return well(name, 'what is acknowledged is on the disk of the primary')
  if (synchronousCommit === 'local') {
    return failure(name, 'no commit waits for a standby: set synchronous_commit to on')
  }
  return synchronousCommit === 'remote_write'
    ? warning(
        name,
        'what is acknowledged may be in the memory of a standby alone: set synchronous_commit to on',
      )
    : well(name, 'what is acknowledged is on the disks of primary and standby')
}

function checkStandbys({ standbyNames, standbys }: ServerFacts): Check {
  if (standbyNames === '') {
    return warning(
      'standbys',
      `none is synchronous (${standbys} connected): a failover loses what was acknowledged last, unless the disk itself is replicated; name one in synchronous_standby_names`,
    )
  }
  return standbys === 0
    ? failure(
        'standbys',
        `none is connected of ${standbyNames}, and commits wait for one: start it`,
      )
    : well('standbys', `${standbys} connected, commits wait for ${standbyNames}`)
}

function checkConnections(facts: ServerFacts, nodes: number): Check {
  const { connectionsMax, connectionsReserved, connections } = facts
  const needed = nodes * connectionsPerNode
  const room = connectionsMax - connectionsReserved
  const words = `${connections} of ${room} are used, ${nodes} nodes may make ${needed}`
  return needed > room
    ? failure(
        'connections',
        `${words}: raise max_connections, or put a pooler in transaction mode before it`,
      )
    : well('connections', words)
}

function checkWay({ isEncrypted, isLocal }: ServerFacts): Check {
  const name = 'database tls'
  if (isEncrypted) return well(name, 'the way to the database is encrypted')
  return isLocal
    ? well(name, 'the database is on this machine')
    : failure(
        name,
        'names, dates and the password cross the network in the clear: add sslmode=verify-full to the address',
      )
}
