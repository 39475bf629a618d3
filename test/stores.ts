/**
 * The store of a test's house: a file in its folder, or, where a PostgreSQL server is named by
 * STRONGROOM_TEST_POSTGRES, a database of its own there. So the same tests hold both engines.
 */
import { randomUUID } from 'node:crypto'
import { Client } from 'pg'
import { pace } from '../src/duties.ts'

export interface TestStore {
  readonly environment: Readonly<Record<string, string>>
  remove(): Promise<void>
}

const server = process.env.STRONGROOM_TEST_POSTGRES

// One house has its database to itself: that a busy server keeps it waiting is no reason to lose a lease.
if (server !== undefined) Object.assign(pace, { believedMs: 600_000, leftAfterMs: 900_000 })

/** Why a test of the embedded engine's files is skipped, or false. */
export const withoutFiles: string | false =
  server !== undefined && 'it is about the files of the embedded engine'

/** By data folder: a house that is raised again finds its store. */
const databases = new Map<string, string>()

export async function storeFor(dataPath: string): Promise<TestStore> {
  if (server === undefined) return { environment: {}, remove: async () => {} }
  const known = databases.get(dataPath)
  const name = known ?? `house_${randomUUID().replaceAll('-', '')}`
  if (known === undefined) {
    databases.set(dataPath, name)
    await run(`CREATE DATABASE ${name}`)
  }
  return {
    environment: { STRONGROOM_STORE: server.replace(/[^/]*$/, name) },
    remove: () => run(`DROP DATABASE ${name} WITH (FORCE)`),
  }
}

async function run(statement: string): Promise<void> {
  const client = new Client(server)
  await client.connect()
  try {
    await client.query(statement)
  } finally {
    await client.end()
  }
}
