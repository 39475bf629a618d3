/**
 * Two PostgreSQL servers: one takes writes, the other has every commit on its disk before the first one
 * answers. A failover kills the first with -9, promotes the second, and the first never comes back.
 *
 * https://www.postgresql.org/docs/current/warm-standby.html#SYNCHRONOUS-REPLICATION
 */
import { spawnSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { Client } from 'pg'
import { type Daemon, raiseDaemon } from './daemon.ts'
import { type PostgresOptions, program, raisePostgres, serving } from './postgres.ts'

export interface Pair extends AsyncDisposable {
  /** Where the server in each of the two places listens now; `undefined` while there is none. */
  port(place: number): number | undefined
  /** The place of the one that takes writes. */
  readonly primary: number
  /** The address of a superuser, for these hosts and ports. */
  url(...hosts: readonly string[]): string
  /** Asks the primary, as its superuser. */
  ask(statement: string): Promise<Record<string, unknown>[]>
  /** Ends the primary as a power cut would. */
  kill(): void
  /** The standby takes over. */
  promote(): Promise<void>
  /** A new standby in the other place, in step with the primary when this resolves. */
  mend(): Promise<void>
  /** The standby's processes stand still, or go on. */
  holdStandby(isHeld: boolean): void
}

export async function raisePair(options: PostgresOptions = {}): Promise<Pair> {
  const quiet = { logs: false, ...options }
  await using opening = new AsyncDisposableStack()
  const first = opening.use(await raisePostgres(quiet))
  const { username, password } = first.admin
  const places: (Daemon | undefined)[] = [first.daemon, undefined]
  let primary = 0
  const inPlace = (place: number): Daemon => {
    const daemon = places[place]
    if (!daemon) throw new Error(`no server in place ${place}`)
    return daemon
  }
  let kept = opening
  const mend = async () => {
    const source = inPlace(primary)
    places[1 - primary] = kept.use(await raiseStandby(source, quiet))
    await ask(source, "ALTER SYSTEM SET synchronous_standby_names = '*'")
    await ask(source, 'SELECT pg_reload_conf()')
    await inStep(source)
  }
  await mend()
  kept = opening.move()
  return {
    port: (place) => places[place]?.port,
    get primary() {
      return primary
    },
    url: (...hosts) => `postgres://${username}:${password}@${hosts.join(',')}/postgres`,
    ask: (statement) => ask(inPlace(primary), statement),
    kill() {
      killServer(inPlace(primary))
      places[primary] = undefined
    },
    async promote() {
      const standby = inPlace(1 - primary)
      await standby.run(program('pg_ctl'), 'promote', '-w', '-D', join(standby.folder, 'data'))
      primary = 1 - primary
    },
    mend,
    holdStandby: (isHeld) => hold(inPlace(1 - primary), isHeld ? 'SIGSTOP' : 'SIGCONT'),
    async [Symbol.asyncDispose]() {
      const standby = places[1 - primary]
      // One that stands still does not hear that it is to end.
      if (standby) hold(standby, 'SIGCONT')
      await kept.disposeAsync()
    },
  }
}

const raiseStandby = (source: Daemon, options: PostgresOptions): Promise<Daemon> =>
  raiseDaemon({
    name: 'standby',
    signal: 'QUIT',
    prepare: (folder) => [
      program('pg_basebackup'),
      ...['--pgdata', join(folder, 'data'), '--write-recovery-conf', '--checkpoint=fast'],
      ...['--no-sync', '--host', source.folder, '--port', String(source.port)],
      ...['--username', superuser],
    ],
    serve: serving(options),
  })

const superuser = 'admin'

async function ask(daemon: Daemon, statement: string): Promise<Record<string, unknown>[]> {
  const { folder: host, port } = daemon
  const client = new Client({ host, port, user: superuser, database: 'postgres' })
  // The server may be ended under it.
  client.on('error', () => {})
  await client.connect()
  try {
    return (await client.query(statement)).rows
  } finally {
    await client.end()
  }
}

const inStepSecondsMax = 60

async function inStep(source: Daemon): Promise<void> {
  for (let left = inStepSecondsMax * 20; left > 0; left--) {
    const [row] = await ask(
      source,
      "SELECT count(*) AS count FROM pg_stat_replication WHERE sync_state = 'sync'",
    )
    if (Number(row?.count) > 0) return
    await sleep(50)
  }
  throw new Error(`the standby did not come into step: ${source.printed()}`)
}

const pidOf = ({ folder }: Daemon): number => Number(postmaster(folder)[0])

const postmaster = (folder: string): string[] =>
  readFileSync(join(folder, 'data', 'postmaster.pid'), 'utf8').split('\n')

/** Whatever served it ends by itself once it is gone; only its shared memory's name stays. */
function killServer(daemon: Daemon): void {
  const [, segment] = (postmaster(daemon.folder)[6] ?? '').trim().split(/\s+/)
  process.kill(pidOf(daemon), 'SIGKILL')
  if (segment) spawnSync('ipcrm', ['-m', segment], { stdio: 'ignore' })
}

function hold(daemon: Daemon, signal: 'SIGSTOP' | 'SIGCONT'): void {
  const parent = pidOf(daemon)
  const { stdout } = spawnSync('ps', ['-o', 'pid=', '--ppid', String(parent)], { encoding: 'utf8' })
  const children = stdout.split('\n').filter((line) => line.trim() !== '')
  for (const pid of [parent, ...children.map(Number)]) process.kill(pid, signal)
}
