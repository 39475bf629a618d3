/** A real PostgreSQL with a superuser's log-in, passwords by SCRAM, and every statement in its log. */
import { randomBytes } from 'node:crypto'
import { dirname, join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { Client } from 'pg'
import { type Command, type Daemon, raiseDaemon } from './daemon.ts'
import { installed } from './install.ts'

const { path: initdb, missing } = installed({
  program: 'initdb',
  folders: ['/usr/lib/postgresql/*/bin'],
  packages: ['postgresql'],
})

/** Why a test that needs PostgreSQL is skipped, or false. */
export const withoutPostgres: string | false = missing

/** A database user and where its server is. */
export interface Login {
  readonly host: string
  readonly port: number
  readonly username: string
  readonly password: string
}

export interface TestPostgres extends AsyncDisposable {
  readonly admin: Login
  readonly database: string
  readonly daemon: Daemon
  /** The `postgres://` address of a superuser, for what takes one. */
  readonly url: string
  /** Everything that the server has logged: all statements, and its refusals. */
  log(): string
  /** Runs statements one by one as the superuser. */
  run(...statements: string[]): Promise<void>
}

const admin = 'admin'

export interface PostgresOptions {
  /** Whether statements are logged, as who looks for passwords in logs wants; they are, unless told otherwise. */
  readonly logs?: boolean
  /** Further settings, each `name=value`. */
  readonly settings?: readonly string[]
}

/** One of the programs that come with the server. */
export function program(name: string): string {
  if (initdb === undefined) throw new Error(String(missing))
  return join(dirname(initdb), name)
}

/** How a server is run on the data in its folder. */
export const serving =
  ({ logs = true, settings = [] }: PostgresOptions) =>
  (folder: string, port: number): Command => [
    program('postgres'),
    ...['-D', join(folder, 'data'), '-p', String(port), '-k', folder],
    ...['-c', 'listen_addresses=127.0.0.1', '-c', 'fsync=off', '-c', 'max_connections=200'],
    ...(logs ? ['-c', 'log_statement=all', '-c', 'log_connections=on'] : []),
    ...settings.flatMap((each) => ['-c', each]),
  ]

export async function raisePostgres(options: PostgresOptions = {}): Promise<TestPostgres> {
  await using opened = new AsyncDisposableStack()
  const daemon = opened.use(
    await raiseDaemon({
      name: 'postgres',
      signal: 'QUIT',
      prepare: (folder) => [
        program('initdb'),
        ...['--pgdata', join(folder, 'data'), '--username', admin, '--encoding', 'UTF8'],
        ...['--no-locale', '--no-sync', '--auth-host', 'scram-sha-256', '--auth-local', 'trust'],
      ],
      serve: serving(options),
    }),
  )
  const { host, port, folder } = daemon
  const password = randomBytes(16).toString('hex')
  const settings = { user: admin, database: 'postgres', port }
  const client = await ready({ ...settings, host: folder })
  opened.defer(() => client.end())
  await client.query(`ALTER ROLE ${admin} PASSWORD '${password}'`)
  const owned = opened.move()
  return {
    admin: { host, port, username: admin, password },
    database: 'postgres',
    daemon,
    url: `postgres://${admin}:${password}@${host}:${port}/postgres`,
    log: daemon.printed,
    async run(...statements) {
      for (const statement of statements) await client.query(statement)
    },
    [Symbol.asyncDispose]: () => owned.disposeAsync(),
  }
}

/** What it says, and what its socket says, before it takes log-ins. */
const starting = new Set(['57P03', 'ECONNREFUSED', 'ENOENT'])

/** It listens a moment before it takes log-ins. */
async function ready(settings: { user: string; host: string; port: number; database: string }) {
  for (;;) {
    const client = new Client(settings)
    // The server is ended under open connections, which is no fault of the test's.
    client.on('error', () => {})
    try {
      await client.connect()
      return client
    } catch (thrown) {
      const { code = '' } = thrown as { code?: string }
      if (!starting.has(code)) throw thrown
      await pause(20)
    }
  }
}
