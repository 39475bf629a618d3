/** A real PgBouncer in transaction mode before a PostgreSQL server: connections are shared between transactions. */
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { raiseDaemon } from './daemon.ts'
import { installed } from './install.ts'
import type { TestPostgres } from './postgres.ts'

const { path: pgbouncer, missing } = installed({
  program: 'pgbouncer',
  folders: ['/usr/sbin'],
  packages: ['pgbouncer'],
})

/** Why a test that needs PgBouncer is skipped, or false. */
export const withoutPgbouncer: string | false = missing

export interface TestPooler extends AsyncDisposable {
  /** The address of a database of the server, by the pooler. */
  url(database: string): string
}

export async function raisePgbouncer({ admin }: TestPostgres): Promise<TestPooler> {
  if (pgbouncer === undefined) throw new Error(String(missing))
  const { username, password, host, port } = admin
  const daemon = await raiseDaemon({
    name: 'pgbouncer',
    signal: 'KILL',
    serve(folder, own) {
      const settings = [
        '[databases]',
        `* = host=${host} port=${port} user=${username} password=${password}`,
        '[pgbouncer]',
        ...['listen_addr = 127.0.0.1', `listen_port = ${own}`, 'unix_socket_dir ='],
        ...['auth_type = plain', `auth_file = ${join(folder, 'users')}`],
        ...['pool_mode = transaction', 'default_pool_size = 4', 'max_client_conn = 100'],
      ]
      // Readable for the user that it runs as: it holds what this test alone made.
      writeFileSync(join(folder, 'ini'), `${settings.join('\n')}\n`, { mode: 0o644 })
      writeFileSync(join(folder, 'users'), `"${username}" "${password}"\n`, { mode: 0o644 })
      return [pgbouncer, join(folder, 'ini')]
    },
  })
  return {
    url: (database) =>
      `postgres://${username}:${password}@${daemon.host}:${daemon.port}/${database}`,
    [Symbol.asyncDispose]: () => daemon[Symbol.asyncDispose](),
  }
}
