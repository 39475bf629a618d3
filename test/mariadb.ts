/** A real MariaDB with root's log-in and every statement in its log. */
import { randomBytes } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { type Connection, createConnection } from 'mysql2/promise'
import { raiseDaemon } from './daemon.ts'
import { installed } from './install.ts'
import type { Login } from './postgres.ts'
import { until } from './until.ts'

const packages = ['mariadb-server-core', 'mariadb-client-core']
const server = installed({
  program: 'mariadbd',
  folders: ['/usr/sbin', '/usr/local/sbin', '/usr/libexec'],
  packages,
})
const installer = installed({ program: 'mariadb-install-db', folders: ['/usr/bin'], packages })

/** Why a test that needs MariaDB is skipped, or false. */
export const withoutMariadb: string | false = server.missing || installer.missing

export interface TestMariadb extends AsyncDisposable {
  readonly admin: Login
  /** Everything that the server has logged, all statements among it. */
  log(): string
  /** Runs statements one by one as root. */
  run(...statements: string[]): Promise<void>
}

export async function raiseMariadb(): Promise<TestMariadb> {
  const { path: mariadbd } = server
  const { path: installDb } = installer
  if (mariadbd === undefined || installDb === undefined) throw new Error(String(withoutMariadb))
  await using opened = new AsyncDisposableStack()
  const daemon = opened.use(
    await raiseDaemon({
      name: 'mariadb',
      signal: 'KILL',
      prepare: (folder) => [
        installDb,
        ...['--no-defaults', `--datadir=${join(folder, 'data')}`, '--skip-test-db'],
        '--auth-root-authentication-method=normal',
      ],
      serve: (folder, port) => [
        mariadbd,
        ...['--no-defaults', `--datadir=${join(folder, 'data')}`, `--port=${port}`],
        ...['--bind-address=127.0.0.1', `--socket=${join(folder, 'socket')}`],
        ...['--skip-name-resolve', '--innodb-flush-log-at-trx-commit=0', '--max-connections=200'],
        ...['--general-log=1', `--general-log-file=${join(folder, 'general.log')}`],
      ],
    }),
  )
  const { host, port, folder } = daemon
  const socketPath = join(folder, 'socket')
  const client = await until(() => connected(socketPath))
  opened.defer(() => client.end())
  const password = randomBytes(16).toString('hex')
  await runAll(client, [
    `ALTER USER root@localhost IDENTIFIED BY '${password}'`,
    `CREATE OR REPLACE USER root@'127.0.0.1' IDENTIFIED BY '${password}'`,
    `GRANT ALL ON *.* TO root@'127.0.0.1' WITH GRANT OPTION`,
  ])
  const owned = opened.move()
  return {
    admin: { host, port, username: 'root', password },
    log: () => daemon.printed() + readFileSync(join(folder, 'general.log'), 'utf8'),
    run: (...statements) => runAll(client, statements),
    [Symbol.asyncDispose]: () => owned.disposeAsync(),
  }
}

/** The port answers a moment before the socket does: `undefined` until that, too. */
async function connected(socketPath: string): Promise<Connection | undefined> {
  try {
    return await createConnection({ user: 'root', socketPath, connectTimeout: 240_000 })
  } catch (thrown) {
    if (['ECONNREFUSED', 'ENOENT'].includes((thrown as { code?: string }).code ?? ''))
      return undefined
    throw thrown
  }
}

async function runAll(client: Connection, statements: readonly string[]): Promise<void> {
  for (const statement of statements) await client.query(statement)
}
