/**
 * Everything that one environment is made of, opened in order; the stack closes it in the order that
 * is opposite.
 */
import { randomBytes } from 'node:crypto'
import { readdir } from 'node:fs/promises'
import type { Socket } from 'node:net'
import { join } from 'node:path'
import type { Cache } from './cache.ts'
import type { Deployed, Ports, RoleCredentials } from './function.ts'
import type { Language, Languages } from './languages.ts'
import type { Limits } from './limits.ts'
import { Log } from './log.ts'
import { findPeer } from './peer.ts'
import { holdsSocket, threadsOfUser, treeOf } from './processes.ts'
import { printInit } from './report.ts'
import { openRuntimeApi } from './runtime-api.ts'
import type { Sandbox, Sandboxes } from './sandbox.ts'
import { printCommand, printOpening } from './script.ts'
import { Session } from './session.ts'
import { groupOf, variablesOf } from './variables.ts'

/** What all environments share. */
export interface Parts {
  readonly ports: Ports
  readonly limits: Limits
  readonly sandboxes: Sandboxes
  readonly languages: Languages
  readonly cache: Cache
  /** The folder of our bootstraps. */
  readonly runtimePath: string
  /** The folder of what every function is lent. */
  readonly librariesPath: string | undefined
}

export interface Furniture {
  readonly session: Session
  readonly sandbox: Sandbox
  readonly log: Log
  /** How many external extensions were started. */
  readonly extensions: number
  readonly credentialsExpireAt: number
}

/** Throws what keeps it from opening; what was opened until then is in the stack. */
export async function furnish(
  deployed: Deployed,
  parts: Parts,
  stack: AsyncDisposableStack,
): Promise<Furniture> {
  const { ports, limits } = parts
  const code = await holdCode(deployed, parts.cache, stack)
  const language = await parts.languages.find(deployed.runtime)
  const credentials = await ports.roleCredentials(deployed)
  const extensions = await listExtensions(code.layers)
  const session = new Session(extensions)
  const logStream = nameStream(deployed, ports.clock.now())
  const log = openLog(deployed, parts, logStream)
  stack.defer(() => log.flush())
  // Closed after the processes have gone: a runtime that loses its server complains in the log.
  let sandbox: Sandbox | undefined
  const api = await openApi(session, deployed, limits, (socket) =>
    comesFrom(sandbox, socket, limits),
  )
  stack.defer(() => api.close())
  const opened = parts.sandboxes.open({
    ...code,
    runtime: parts.runtimePath,
    libraries: parts.librariesPath,
    needs: language.needs,
    temporaryMegabytes: limits.temporaryMegabytes,
  })
  sandbox = opened
  stack.defer(() => opened.end())
  follow(opened, log)
  log.note(printInit(deployed))
  const told = { credentials, logStream, apiAddress: api.address, extensions }
  begin(deployed, parts, opened, session, language, told)
  return {
    ...{ session, sandbox: opened, log, extensions: extensions.length },
    credentialsExpireAt: credentials.expiresAt,
  }
}

interface Told {
  readonly credentials: RoleCredentials
  readonly logStream: string
  readonly apiAddress: string
  /** Names of the external ones. */
  readonly extensions: readonly string[]
}

/** The runtime is started once every extension has registered, as AWS does: it may need them. */
function begin(
  deployed: Deployed,
  { limits, sandboxes, ports }: Parts,
  sandbox: Sandbox,
  session: Session,
  language: Language,
  told: Told,
): void {
  const { places, child } = sandbox
  const { memoryMegabytes } = deployed
  const variables = variablesOf({ deployed, places, home: ports.home, ...told })
  const opening = printOpening({
    ...{ limits, variables, memoryMegabytes, folder: places.task },
    processesMax: limits.processesMax + threadsBeside(sandbox, sandboxes),
    extensions: told.extensions.map((name) => `${places.layers}/extensions/${name}`),
  })
  child.stdin?.write(opening)
  const command = printCommand(language.command(deployed, places))
  session.extensions.registered.then(() => child.stdin?.end(command))
}

async function holdCode(deployed: Deployed, cache: Cache, stack: AsyncDisposableStack) {
  const task = await cache.hold([deployed])
  stack.defer(() => task.release())
  if (!deployed.layers?.length) return { task: task.path }
  const layers = await cache.hold(deployed.layers)
  stack.defer(() => layers.release())
  return { task: task.path, layers: layers.path }
}

async function listExtensions(layers: string | undefined): Promise<string[]> {
  if (layers === undefined) return []
  const folder = join(layers, 'extensions')
  const found = await readdir(folder, { withFileTypes: true }).catch(() => [])
  return found.filter((entry) => entry.isFile()).map(({ name }) => name)
}

/** `2026/11/22/[$LATEST]` and 32 digits: an environment's own. */
function nameStream({ version }: Deployed, at: number): string {
  const day = new Date(at).toISOString().slice(0, 10).replaceAll('-', '/')
  return `${day}/[${version}]${randomBytes(16).toString('hex')}`
}

function openLog(deployed: Deployed, { ports, limits }: Parts, stream: string): Log {
  const { account, region } = deployed
  const where = { account, region, group: groupOf(deployed), stream }
  return new Log(ports.logs, where, limits, () => ports.clock.now())
}

function follow({ child }: Sandbox, log: Log): void {
  if (child.stdout) log.follow(child.stdout)
  if (child.stderr) log.follow(child.stderr)
}

const openApi = (
  session: Session,
  deployed: Deployed,
  limits: Limits,
  admits: (socket: Socket) => Promise<boolean>,
) =>
  openRuntimeApi(session, {
    ...limits,
    admits,
    function: {
      functionName: deployed.name,
      functionVersion: deployed.version,
      handler: deployed.handler,
      accountId: deployed.account,
    },
  })

/** By the user, where the environment has its own; else by the process that holds the socket. */
async function comesFrom(
  sandbox: Sandbox | undefined,
  socket: Socket,
  limits: Limits,
): Promise<boolean> {
  // Where there is no /proc nobody can tell; functions are run there only if the operator wants it.
  if (process.platform !== 'linux') return true
  const peer = await findPeer(socket)
  if (!peer || !sandbox) return false
  if (sandbox.user !== undefined) return peer.user === sandbox.user
  return holdsSocket(treeOf(sandbox.pid, 2 * limits.processesMax), peer.inode)
}

/** What the same user runs beside: the limit of processes is counted per user, or per namespace. */
const threadsBeside = ({ user }: Sandbox, { level }: Sandboxes): number =>
  level === 'process' && user === undefined ? threadsOfUser(process.getuid?.() ?? -1) : 0
