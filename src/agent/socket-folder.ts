/**
 * The folder of the applications' sockets and tokens. Only the agent writes there, or somebody could put
 * something else in their places; others pass through it to what is theirs.
 */
import {
  chmodSync,
  chownSync,
  lstatSync,
  mkdirSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import { connect } from 'node:net'
import { Refusal } from '../lib/fault.ts'

const folderMode = 0o711
const othersMayWrite = 0o022
const ownMode = 0o600

/** Makes the folder, or looks at the one that is there. Throws Refusal. */
export function prepareFolder(path: string): void {
  try {
    mkdirSync(path)
    chmodSync(path, folderMode)
  } catch (thrown) {
    const { code } = thrown as NodeJS.ErrnoException
    if (code !== 'EEXIST') {
      throw new Refusal(`Can't make ${path} (${code}): name another folder by strongroom.sockets.`)
    }
    mustBeOurs(path)
  }
}

/** Throws Refusal for a folder that somebody else may write; an error of code ENOENT if there is none. */
export function mustBeOurs(path: string): void {
  const status = lstatSync(path)
  const isOurs = status.uid === process.getuid?.() || status.uid === 0
  if (status.isDirectory() && isOurs && !(status.mode & othersMayWrite)) return
  throw new Refusal(
    `${path} is no folder that the agent alone may write: see to its owner and mode.`,
  )
}

/** Takes away a socket that a former agent left. Throws Refusal where somebody still answers. */
export async function clearSocket(path: string): Promise<void> {
  const status = lstatSync(path, { throwIfNoEntry: false })
  if (!status) return
  if (!status.isSocket()) throw new Refusal(`${path} is in the way of a socket: take it away.`)
  // Who is not root may not ask at somebody else's.
  handOver(path, process.getuid?.() ?? 0)
  if (await isAnswered(path)) {
    handOver(path, status.uid)
    throw new Refusal(`Another agent answers at ${path}: stop it, or name another folder.`)
  }
  rmSync(path)
}

async function isAnswered(path: string): Promise<boolean> {
  const { promise, resolve } = Promise.withResolvers<boolean>()
  const socket = connect(path)
  socket.once('connect', () => resolve(true))
  socket.once('error', () => resolve(false))
  return promise.finally(() => socket.destroy())
}

/** Gives what the agent has made to its user. Throws Refusal where it may not. */
export function handOver(path: string, user: number): void {
  try {
    chownSync(path, user, -1)
  } catch (thrown) {
    if ((thrown as NodeJS.ErrnoException).code !== 'EPERM') throw thrown
    throw new Refusal(
      `The agent can't give ${path} to user ${user}: start it as root, as that user, or with CAP_CHOWN.`,
    )
  }
}

/** Writes a file for its user alone, whole or not at all. */
export function writeFor(user: number, path: string, text: string): void {
  const draft = `${path}.new`
  rmSync(draft, { force: true })
  writeFileSync(draft, text, { mode: ownMode, flag: 'wx' })
  handOver(draft, user)
  renameSync(draft, path)
}
