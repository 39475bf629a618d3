/**
 * Where an environment's processes are put: three levels, of which the strongest is taken that this
 * machine lets the server build. Each starts a shell without privileges that reads a script.
 */
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import {
  chownSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  readdirSync,
  readFileSync,
  rmSync,
} from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { assetAt } from '../lib/place.ts'
import type { Isolation } from './function.ts'
import { Users } from './users.ts'
import type { Places } from './variables.ts'

export type Level = Isolation['level']

export interface Room {
  /** Unpacked code, read-only. */
  readonly task: string
  readonly layers?: string | undefined
  /** Our own bootstraps and the certificates of home. */
  readonly runtime: string
  readonly libraries?: string | undefined
  /** Folders of the machine that the runtime needs: where its interpreter lives. */
  readonly needs: readonly Shown[]
  readonly temporaryMegabytes: number
}

/** A path of the machine, and where it is seen inside. */
export interface Shown {
  readonly from: string
  readonly to: string
}

export interface Sandbox {
  /** Reads its script from standard input; tells of ended extensions on descriptor 3. */
  readonly child: ChildProcess
  readonly pid: number
  readonly places: Places
  /** The environment's own user, where it has one. */
  readonly user: number | undefined
  /** Kills everything inside, waits until it is gone and removes what it left. */
  end(): Promise<void>
}

export class Sandboxes {
  readonly level: Level
  readonly #scratch: string
  readonly #users = process.getuid?.() === 0 ? new Users() : undefined

  /** @param scratch an empty folder that others may pass through where users are own */
  constructor(level: Level, scratch: string) {
    this.level = level
    this.#scratch = scratch
    mkdirSync(join(scratch, 'root'), { recursive: true })
  }

  open(room: Room): Sandbox {
    const user = this.level === 'process' ? undefined : this.#users?.take()
    const sandbox =
      this.level === 'namespaces' ? this.#enclose(room, user) : this.#start(room, user)
    return {
      ...sandbox,
      end: async () => {
        await sandbox.end()
        if (user !== undefined) this.#users?.giveBack(user)
      },
    }
  }

  /** Own mounts, PIDs and IPC; and where the server is not root, a user namespace to make them in. */
  #enclose(room: Room, user: number | undefined): Sandbox {
    const { task, layers, runtime, libraries, needs, temporaryMegabytes } = room
    const shown = [
      { from: task, to: insidePlaces.task },
      { from: runtime, to: insidePlaces.runtime },
      ...(layers ? [{ from: layers, to: insidePlaces.layers }] : []),
      ...(libraries ? [{ from: libraries, to: librariesPlace }] : []),
      ...needs,
    ]
    const child = start([
      ...['setpriv', '--pdeathsig', 'KILL', 'unshare', '--mount', '--pid', '--ipc', '--fork'],
      ...['--kill-child', ...(user === undefined ? ['--map-root-user'] : [])],
      ...['/bin/sh', enterPath, join(this.#scratch, 'root'), String(user ?? '-')],
      ...[String(temporaryMegabytes), ...shown.flatMap(({ from, to }) => [from, to])],
    ])
    const places = { ...insidePlaces, ...(libraries && { libraries: librariesPlace }) }
    return { ...child, places, user, end: () => killGroup(child.child) }
  }

  /** The machine's own view of files; a user of its own, where there is one to give. */
  #start(room: Room, user: number | undefined): Sandbox {
    const folder = mkdtempSync(join(this.#scratch, 'environment-'))
    const temporary = join(folder, 'tmp')
    mkdirSync(temporary, { mode: 0o700 })
    if (user !== undefined) {
      chownSync(folder, user, user)
      chownSync(temporary, user, user)
    }
    const child = start(['/bin/sh'], user)
    const { task, layers = '/opt', runtime, libraries } = room
    const places = { task, layers, runtime, temporary, ...(libraries && { libraries }) }
    const end = async () => {
      await killGroup(child.child)
      if (user !== undefined) await killUser(user)
      rmSync(folder, { recursive: true, force: true })
    }
    return { ...child, places, user, end }
  }
}

const insidePlaces: Places = {
  task: '/var/task',
  layers: '/opt',
  runtime: '/var/runtime',
  temporary: '/tmp',
}

const librariesPlace = '/var/lang/libraries'

const enterPath = fileURLToPath(assetAt('functions/bootstrap/enter.sh'))

/**
 * In a session of its own, behind the server in the order of the CPU, and with an environment that
 * is nobody's: the customer's variables come with the script.
 */
function start(command: readonly string[], user?: number): { child: ChildProcess; pid: number } {
  const child = spawn('nice', ['-n', '5', ...command], {
    cwd: '/',
    detached: true,
    env: { PATH: '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin' },
    stdio: ['pipe', 'pipe', 'pipe', 'pipe', ...covers()],
    ...(user !== undefined && { uid: user, gid: user }),
  })
  child.on('error', () => {}) // told by its exit
  child.stdin?.on('error', () => {}) // it may end before it has read all
  if (child.pid === undefined) throw new Error('no process could be started')
  return { child, pid: child.pid }
}

/**
 * What this server was given open by whoever started it is no function's: something empty is laid over
 * it. What Node opens itself is closed when a program is started.
 */
function covers(): ('ignore' | number)[] {
  foreign ??= new Set(inherited().filter((fd) => fd > 3))
  if (foreign.size === 0) return []
  nothing ??= openSync('/dev/null', 'r+')
  const cover = nothing
  return Array.from({ length: Math.max(...foreign) - 3 }, (_, at) =>
    foreign?.has(at + 4) ? cover : 'ignore',
  )
}

let foreign: ReadonlySet<number> | undefined
let nothing: number | undefined

const closeOnExec = 0o2000000

/** Descriptors of this process that its children would get. */
function inherited(): number[] {
  if (process.platform !== 'linux') return []
  return readdirSync('/proc/self/fd')
    .map(Number)
    .filter((fd) => {
      const [, flags] = /^flags:\s+(\d+)/m.exec(textOf(`/proc/self/fdinfo/${fd}`)) ?? []
      return flags !== undefined && (Number.parseInt(flags, 8) & closeOnExec) === 0
    })
}

function textOf(path: string): string {
  try {
    return readFileSync(path, 'latin1')
  } catch {
    return '' // it was the one by which the list was read
  }
}

async function killGroup(child: ChildProcess): Promise<void> {
  const isGone = child.exitCode !== null || child.signalCode !== null
  const gone = isGone ? undefined : once(child, 'exit')
  try {
    process.kill(-(child.pid as number), 'SIGKILL')
  } catch {} // nobody is left in it
  await gone
}

/** One call that reaches every process of the user at once: none can fork away from it. */
async function killUser(user: number): Promise<void> {
  const killer = spawn('/bin/sh', ['-c', 'kill -KILL -1'], {
    uid: user,
    gid: user,
    stdio: 'ignore',
  })
  await once(killer, 'exit')
}

/**
 * The strongest level that works here, found out by trying.
 *
 * @param strongest none above this is tried
 */
export async function chooseLevel(scratch: string, strongest: Level): Promise<Level> {
  if (process.platform !== 'linux') return 'process'
  const levels: readonly Level[] =
    process.getuid?.() === 0 ? ['namespaces', 'user'] : ['namespaces']
  const tried = levels.slice(Math.max(0, levels.indexOf(strongest)))
  if (strongest === 'process') return strongest
  for (const level of tried) if (await works(new Sandboxes(level, scratch), scratch)) return level
  return 'process'
}

async function works(sandboxes: Sandboxes, scratch: string): Promise<boolean> {
  let sandbox: Sandbox
  try {
    sandbox = sandboxes.open({ task: scratch, runtime: scratch, needs: [], temporaryMegabytes: 1 })
  } catch {
    return false
  }
  const { child } = sandbox
  child.stdout?.resume()
  child.stderr?.resume()
  child.stdin?.end('exit 42\n')
  const [code] = await once(child, 'exit')
  await sandbox.end()
  return code === 42
}
