/**
 * What stands between a node and its database: passes bytes on, and cuts connections at will, also at the
 * very moment when a COMMIT is sent. Half-open: bytes vanish, and nobody is told.
 *
 * https://www.postgresql.org/docs/current/protocol-message-formats.html (Query)
 */
import { once } from 'node:events'
import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net'

/** The COMMIT that is cut off has reached the server, or has not. */
export type CommitCut = 'sent' | 'unsent'

export interface Cable extends AsyncDisposable {
  /** Where it listens, one for each host behind it. */
  readonly hosts: readonly string[]
  /** Breaks every connection. */
  cut(): void
  /** Cuts the connection over which the next COMMIT is sent. */
  cutAtCommit(when: CommitCut): void
  /** From here on nothing passes, until it is healed; connections of that time break then. */
  stall(): void
  heal(): void
}

/** @param ports where each host is now; `undefined` while it is nowhere */
export async function raiseCable(ports: readonly (() => number | undefined)[]): Promise<Cable> {
  const link = new Link()
  const servers = await Promise.all(ports.map((port) => listening(link, port)))
  return {
    hosts: servers.map((server) => `127.0.0.1:${(server.address() as AddressInfo).port}`),
    cut: () => link.cut(),
    cutAtCommit(when) {
      link.atCommit = when
    },
    stall() {
      link.isStalled = true
    },
    heal() {
      link.cut()
      link.isStalled = false
    },
    async [Symbol.asyncDispose]() {
      link.cut()
      await Promise.all(servers.map((server) => new Promise((done) => server.close(done))))
    },
  }
}

async function listening(link: Link, port: () => number | undefined): Promise<Server> {
  const server = createServer((near) => link.join(near, port())).listen(0, '127.0.0.1')
  await once(server, 'listening')
  return server
}

const commit = Buffer.from('COMMIT\0')

class Link {
  isStalled = false
  atCommit: CommitCut | undefined
  readonly #sockets = new Set<Socket>()

  join(near: Socket, port: number | undefined): void {
    this.#keep(near)
    if (port === undefined) return void near.destroy()
    const far = this.#keep(connect(port, '127.0.0.1'))
    let isLetGo = false
    const together = (other: Socket) => () => {
      if (!this.isStalled && !isLetGo) other.destroy()
    }
    near.setNoDelay(true)
    far.setNoDelay(true)
    near.on('close', together(far))
    far.on('close', together(near))
    far.on('data', (chunk: Buffer) => {
      if (!this.isStalled) near.write(chunk)
    })
    near.on('data', (chunk: Buffer) => {
      if (this.isStalled) return
      isLetGo = this.atCommit !== undefined && chunk.includes(commit)
      if (!isLetGo) return void far.write(chunk)
      // What was sent is read to its end, and answered to nobody.
      if (this.atCommit === 'sent') far.end(chunk)
      else far.destroy()
      this.atCommit = undefined
      near.destroy()
    })
  }

  #keep(socket: Socket): Socket {
    this.#sockets.add(socket)
    socket.on('error', () => {})
    socket.on('close', () => this.#sockets.delete(socket))
    return socket
  }

  cut(): void {
    for (const socket of this.#sockets) socket.resetAndDestroy()
  }
}
