/**
 * Who is at the other end of a connection from this machine. The Runtime API must listen on a TCP
 * port, for runtimes know nothing else, and every program here can connect to that: without this
 * look another function could take an invocation, payload and all, or answer it.
 *
 * https://www.kernel.org/doc/html/latest/networking/proc_net_tcp.html
 */
import { readFile } from 'node:fs/promises'
import type { Socket } from 'node:net'

export interface Peer {
  /** The user that owns the socket, in the server's own numbering. */
  readonly user: number
  readonly inode: string
}

/** The owner of the socket that this one talks to; `undefined` if it is gone, or where there is no /proc. */
export async function findPeer(socket: Socket): Promise<Peer | undefined> {
  const { remotePort, localPort } = socket
  if (remotePort === undefined || localPort === undefined) return undefined
  for (const [path, host] of tables) {
    const table = await readFile(path, 'latin1').catch(() => '')
    const ends = `${host}:${printPort(remotePort)} ${host}:${printPort(localPort)} 01 `
    const at = table.indexOf(ends)
    if (at >= 0) return parsePeer(table.slice(at + ends.length, at + ends.length + 200))
  }
  return undefined
}

/** After both ends and the state: queues, timer, retransmits, user, timeout, inode. */
function parsePeer(rest: string): Peer | undefined {
  const [, , , user, , inode] = rest.trim().split(/\s+/)
  return inode === undefined ? undefined : { user: Number(user), inode }
}

const isLittleEndian = new Uint8Array(new Uint32Array([1]).buffer)[0] === 1

/** 127.0.0.1 as the kernel prints it; some runtimes (Java's) open an IPv6 socket to it. */
const tables: readonly (readonly [path: string, host: string])[] = isLittleEndian
  ? [
      ['/proc/net/tcp', '0100007F'],
      ['/proc/net/tcp6', '0000000000000000FFFF00000100007F'],
    ]
  : [
      ['/proc/net/tcp', '7F000001'],
      ['/proc/net/tcp6', '00000000000000000000FFFF7F000001'],
    ]

const printPort = (port: number): string => port.toString(16).toUpperCase().padStart(4, '0')
