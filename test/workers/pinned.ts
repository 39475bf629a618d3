/** A house of several processes, and connections that are known to be answered by one of them each. */
import { readdirSync, readFileSync, readlinkSync } from 'node:fs'
import type { Agent } from 'node:http'
import type { Socket } from 'node:net'
import type { Keys } from '../house.ts'
import type { Served } from '../process.ts'
import { callJson, keepAlive, type RawAnswer } from '../raw.ts'

/** Without the system's own tables nobody knows who answers a connection. */
export const withoutTables: string | false =
  process.platform !== 'linux' && 'the processes behind connections are found by /proc'

/** One connection to one process of a house. */
export interface Pin {
  readonly pid: number
  readonly agent: Agent
  /** A call on this connection and no other. */
  call(target: string, input: object, keys?: Keys, service?: string): Promise<RawAnswer>
}

/** The processes that the house has started, itself not among them. */
export function workersOf({ child }: Pick<Served, 'child'>): number[] {
  const { pid } = child
  const children = readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').split(' ')
  return children.filter(Boolean).map(Number)
}

export const isThere = (pid: number): boolean => {
  try {
    process.kill(pid, 0)
    return !readFileSync(`/proc/${pid}/stat`, 'utf8').includes(') Z ')
  } catch {
    return false
  }
}

/** Which of these processes has the other end of a connection. */
function ownerOf(socket: Socket, pids: readonly number[]): number | undefined {
  const port = (socket.localPort ?? 0).toString(16).toUpperCase().padStart(4, '0')
  const rows = readFileSync('/proc/net/tcp', 'utf8').split('\n')
  const row = rows.find((each) => each.trim().split(/\s+/)[2]?.endsWith(`:${port}`))
  const inode = row?.trim().split(/\s+/)[9]
  return pids.find((pid) => {
    const folder = `/proc/${pid}/fd`
    return readdirSync(folder).some((name) => linkOf(`${folder}/${name}`) === `socket:[${inode}]`)
  })
}

function linkOf(path: string): string {
  try {
    return readlinkSync(path)
  } catch {
    return ''
  }
}

/** A connection to each process of a house, the first one first. */
export async function pinAll(served: Served): Promise<Pin[]> {
  const pids = [served.child.pid ?? 0, ...workersOf(served)]
  const pins = new Map<number, Pin>()
  const spare: Agent[] = []
  for (let tries = 0; pins.size < pids.length; tries++) {
    if (tries > 500) throw new Error('some process takes no connection')
    const agent = keepAlive(1)
    const call: Pin['call'] = (target, input, keys = served.root, service = 'secretsmanager') =>
      callJson(target, input, { url: served.url, keys, agent, service })
    // Several at once: whoever is busy leaves the next one to another.
    await Promise.all([call('secretsmanager.ListSecrets', { MaxResults: 1 }), ...spare.map(nudge)])
    const [socket] = Object.values(agent.freeSockets).flat()
    const pid = socket && ownerOf(socket as Socket, pids)
    if (pid === undefined || pins.has(pid)) spare.push(agent)
    else pins.set(pid, { pid, agent, call })
    if (spare.length > 16) spare.shift()?.destroy()
  }
  for (const agent of spare) agent.destroy()
  return pids.map((pid) => pins.get(pid) as Pin)

  async function nudge(agent: Agent): Promise<void> {
    const { url, root: keys } = served
    await callJson('secretsmanager.ListSecrets', {}, { url, keys, agent }).catch(() => {})
  }
}

export function unpin(pins: readonly Pin[]): void {
  for (const { agent } of pins) agent.destroy()
}
