/**
 * A server of somebody else's on a free loopback port, in a folder of its own, run by a user without
 * powers where the tests are root's (which PostgreSQL insists on). It ends with the test, and with
 * the test's process however that dies: a shell beside the server waits for the end of a pipe.
 */
import { type ChildProcess, spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { chmodSync, chownSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { connect, createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'

export interface Daemon extends AsyncDisposable {
  readonly host: string
  readonly port: number
  /** Its folder, which only the server's user and root may read. */
  readonly folder: string
  /** All that it has printed. */
  printed(): string
  /** Runs another program as the server's user in its folder. */
  run(...command: Command): Promise<void>
}

export interface Plan {
  readonly name: string
  /** Makes what the server stands on; run as the server's user in the folder. */
  readonly prepare?: (folder: string) => Command
  readonly serve: (folder: string, port: number) => Command
  /** What ends it at once; its folder goes with it. */
  readonly signal: 'KILL' | 'QUIT'
}

/** A program with its arguments. */
export type Command = readonly [program: string, ...args: string[]]

/** Starts the server and waits until its port answers. */
export async function raiseDaemon(plan: Plan): Promise<Daemon> {
  const user = unprivileged()
  const folder = mkdtempSync(join(tmpdir(), `strongroom-${plan.name}-`))
  chmodSync(folder, 0o700)
  if (user.uid !== undefined && user.gid !== undefined) chownSync(folder, user.uid, user.gid)
  if (plan.prepare) prepare(plan.prepare(folder), folder, user)
  for (let attempt = 1; attempt <= attemptsMax; attempt++) {
    const port = await freePort()
    const child = start(plan, port, folder, user)
    let printed = ''
    for (const stream of [child.stdout, child.stderr]) {
      stream?.on('data', (chunk) => {
        printed += chunk
      })
    }
    if (await answers(child, port)) {
      return {
        host: '127.0.0.1',
        port,
        folder,
        printed: () => printed,
        run: (...command) => run(command, folder, user),
        [Symbol.asyncDispose]: () => end(child, folder),
      }
    }
    await end(child, attempt === attemptsMax ? folder : undefined)
    if (attempt === attemptsMax) throw new Error(`${plan.name} did not start: ${printed}`)
  }
  throw new Error('unreachable')
}

/** Another process may take a port between its choice and its use. */
const attemptsMax = 3

type User = { readonly uid?: number; readonly gid?: number }

/** Who runs the server: the tests' own user, or an existing one without powers in root's place. */
function unprivileged(): User {
  if (process.getuid?.() !== 0) return {}
  const rows = readFileSync('/etc/passwd', 'utf8').split('\n')
  for (const name of ['postgres', 'nobody']) {
    const [, , uid, gid] = rows.find((row) => row.startsWith(`${name}:`))?.split(':') ?? []
    if (uid !== undefined && gid !== undefined) return { uid: Number(uid), gid: Number(gid) }
  }
  throw new Error('there is neither a user postgres nor nobody to run a server as')
}

const environment = (folder: string) => ({ PATH: process.env.PATH, HOME: folder, LC_ALL: 'C' })

function prepare([program, ...args]: Command, folder: string, user: User): void {
  const ran = spawnSync(program, args, {
    ...user,
    cwd: folder,
    env: environment(folder),
    encoding: 'utf8',
  })
  if (ran.status !== 0) throw new Error(`${program}: ${ran.stdout}${ran.stderr}`)
}

async function run([program, ...args]: Command, folder: string, user: User): Promise<void> {
  const child = spawn(program, args, {
    ...user,
    cwd: folder,
    env: environment(folder),
    stdio: ['ignore', 'ignore', 'pipe'],
  })
  let told = ''
  child.stderr.on('data', (chunk) => {
    told += chunk
  })
  const [code] = await once(child, 'close')
  if (code !== 0) throw new Error(`${program}: ${told}`)
}

/** The pipe's end is seen by the inner reader, which tells the server to stop. */
const guard = `
exec 3<&0
signal=$1
shift
"$@" 3<&- </dev/null &
server=$!
{ read -r _ <&3; kill -s "$signal" "$server"; } &
reader=$!
exec 3<&-
wait "$server"
kill "$reader" 2>/dev/null
`

const start = (plan: Plan, port: number, folder: string, user: User): ChildProcess =>
  spawn('sh', ['-c', guard, 'sh', plan.signal, ...plan.serve(folder, port)], {
    ...user,
    cwd: folder,
    env: environment(folder),
    stdio: ['pipe', 'pipe', 'pipe'],
  })

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  await new Promise((done) => server.close(done))
  if (address === null || typeof address === 'string') throw new Error('no port')
  return address.port
}

/** Much longer than anything starts: for a crowded machine. */
const startSecondsMax = 240

/** False if it ended, or took too long. */
async function answers(child: ChildProcess, port: number): Promise<boolean> {
  for (let left = startSecondsMax * 20; left > 0 && child.exitCode === null; left--) {
    if (await accepts(port)) return true
    await pause(50)
  }
  return false
}

function accepts(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1')
    socket.once('connect', () => {
      socket.destroy()
      resolve(true)
    })
    socket.once('error', () => resolve(false))
  })
}

async function end(child: ChildProcess, folder: string | undefined): Promise<void> {
  const gone = child.exitCode === null ? once(child, 'close') : undefined
  child.stdin?.destroy()
  await gone
  if (folder !== undefined) rmSync(folder, { recursive: true, force: true })
}
