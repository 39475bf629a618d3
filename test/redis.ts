/** A real Redis whose users are kept in a file, with a log-in that may everything. */
import { randomBytes } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { createClient } from '@redis/client'
import { raiseDaemon } from './daemon.ts'
import { installed } from './install.ts'
import type { Login } from './postgres.ts'

/** Debian's redis-server package would start a service; the program itself is in redis-tools. */
const asServer = 'exec -a redis-server redis-check-rdb "$@"'
const own = installed({
  program: 'redis-check-rdb',
  folders: [],
  packages: ['redis-tools', 'bash'],
})

/** Why a test that needs Redis is skipped, or false. */
export const withoutRedis: string | false = own.missing

export interface TestRedis extends AsyncDisposable {
  readonly admin: Login
  /** The file that holds the users, as it is on the disk now. */
  users(): string
  /** Runs commands one by one as the administrator. */
  run(...commands: string[][]): Promise<void>
}

export async function raiseRedis(): Promise<TestRedis> {
  await using opened = new AsyncDisposableStack()
  const daemon = opened.use(
    await raiseDaemon({
      name: 'redis',
      signal: 'KILL',
      prepare: (folder) => ['touch', join(folder, 'users.acl')],
      serve: (folder, port) => [
        ...(['bash', '-c', asServer, 'bash'] as const),
        ...['--bind', '127.0.0.1', '--port', String(port), '--save', '', '--dir', folder],
        ...['--aclfile', join(folder, 'users.acl')],
      ],
    }),
  )
  const { host, port, folder } = daemon
  const password = randomBytes(16).toString('hex')
  const client = createClient({ socket: { host, port } })
  client.on('error', () => {})
  await client.connect()
  opened.defer(() => client.destroy())
  await client.sendCommand(['ACL', 'SETUSER', 'admin', 'on', `>${password}`, '~*', '&*', '+@all'])
  const owned = opened.move()
  return {
    admin: { host, port, username: 'admin', password },
    users: () => readFileSync(join(folder, 'users.acl'), 'utf8'),
    async run(...commands) {
      for (const command of commands) await client.sendCommand(command)
    },
    [Symbol.asyncDispose]: () => owned.disposeAsync(),
  }
}
