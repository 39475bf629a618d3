/**
 * Connections to one server, each known by its socket, so that nothing ends up waiting for a server that
 * does not say goodbye.
 */
import { Socket } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'
import pg, { type Pool, type PoolClient } from 'pg'

/** Longer than the server itself lets a statement take. */
const answerMilliseconds = 12_000

export interface ConnectionsOptions {
  readonly address: string
  readonly max: number
  /** How long making one may take. */
  readonly connectMilliseconds: number
  /** Looks at each connection that is made, before it is lent. */
  verify(client: PoolClient): Promise<void>
}

export class Connections {
  readonly #pool: Pool
  readonly #max: number
  readonly #sockets = new Set<Socket>()
  #goodbye: Promise<void> | undefined
  #made = 0

  constructor({ address, max, connectMilliseconds, verify }: ConnectionsOptions) {
    this.#max = max
    this.#pool = new pg.Pool({
      ...{ connectionString: address, application_name: 'strongroom', max },
      connectionTimeoutMillis: connectMilliseconds,
      query_timeout: answerMilliseconds,
      keepAlive: true,
      // Statements that wait for nothing between them are sent together.
      pipeline: true,
      types: { getTypeParser },
      stream: () => this.#newSocket(),
      verify: (client, done) => verify(client).then(() => done(), done),
    })
    // One that is lent tells by its statement, too; unheard, its error would end the process.
    this.#pool.on('connect', (client) => {
      this.#made++
      client.on('error', () => {})
    })
    // A connection that breaks while nobody uses it is made anew for the next who does.
    this.#pool.on('error', () => {})
  }

  #newSocket(): Socket {
    const socket = new Socket()
    this.#sockets.add(socket)
    socket.once('close', () => this.#sockets.delete(socket))
    return socket
  }

  connect(): Promise<PoolClient> {
    return this.#pool.connect()
  }

  /** How many were made so far. */
  get made(): number {
    return this.#made
  }

  /** All are lent, or being made. */
  get isFull(): boolean {
    return this.#pool.totalCount >= this.#max
  }

  /** Ends each as it comes back, and breaks off what has not ended after so long. May be called again, with less. */
  async end(graceMs: number): Promise<void> {
    this.#goodbye ??= this.#pool.end().catch(() => {})
    const over = new AbortController()
    const grace = sleep(graceMs, undefined, { signal: over.signal, ref: false }).catch(() => {})
    await Promise.race([this.#gone(this.#goodbye), grace])
    over.abort()
    this.cut()
  }

  async #gone(goodbye: Promise<void>): Promise<void> {
    await goodbye
    // One that is reset closes, too: its error is told to whoever it was lent to.
    await Promise.all([...this.#sockets].map((socket) => closed(socket)))
  }

  /** Breaks all of them off. */
  cut(): void {
    for (const socket of this.#sockets) socket.destroy()
  }
}

const closed = (socket: Socket): Promise<void> =>
  new Promise((resolve) => {
    socket.once('close', () => resolve())
  })

const int8 = 20
const float8 = 701

/** Numbers as numbers: none of ours is larger than one can be. */
function getTypeParser(type: number, format?: 'text' | 'binary') {
  if (type === int8 || type === float8) return Number
  return pg.types.getTypeParser(type, format)
}
