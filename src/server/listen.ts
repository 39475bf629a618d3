/**
 * The socket: bounded requests in, answers out. Binds before the house opens, so that a busy port is
 * found out before anything is touched; requests wait until it has.
 */
import { randomUUID } from 'node:crypto'
import { once } from 'node:events'
import type { IncomingMessage, Server, ServerResponse } from 'node:http'
import { createServer as createTlsServer } from 'node:https'
import type { AddressInfo, Server as NetServer, Socket } from 'node:net'
import { setImmediate as nextPoll, setTimeout as sleep } from 'node:timers/promises'
import { Fault, Refusal } from '../lib/fault.ts'
import { createServer as createHttpServer } from '../lib/http.ts'
import { json } from '../wire/json.ts'
import type { Answer } from '../wire/protocol.ts'
import { announcedBytes, readBody, SenderGone } from './body.ts'
import type { Room } from './bulk.ts'
import type { Received } from './front.ts'
import { type Head, readHead } from './head.ts'
import type { ServerLimits } from './limits.ts'
import { notFound, otherVersion, refuseSocket } from './refuse.ts'

/** Who asks for a page, as far as the socket and the headers tell. */
export interface Visitor {
  readonly sourceIp: string
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string | string[] | undefined>>
}

export interface ListenOptions {
  readonly host: string
  /** 0 for any that is free. */
  readonly port: number
  /** A door that another process has opened, in place of host and port. */
  readonly shared?: NetServer | undefined
  readonly tls?: { readonly cert: Buffer; readonly key: Buffer } | undefined
  readonly limits: ServerLimits
  /** What is served besides the AWS wire: `GET` of these paths, to this visitor. */
  page(path: string, visitor: Visitor): Answer | undefined | Promise<Answer | undefined>
  respond(received: Received): Promise<Answer>
  /** How much of a body may be read, before it is. */
  roomFor(head: Head, announcedBytes: number | undefined): Room | Promise<Room>
  complain(requestId: string, thrown: unknown): void
}

export interface Listening {
  /** `http://127.0.0.1:7766` */
  readonly url: string
  readonly port: number
  /** The door, for other processes to share. */
  readonly server: NetServer
  /** Takes no more requests, answers those under way, then resolves. */
  drain(): Promise<void>
  /** Ends at once: nothing was answered. */
  abandon(): void
}

/** Throws Refusal when the address cannot be bound. */
export async function listen(options: ListenOptions): Promise<Listening> {
  const door = new Door(options)
  const { server } = door
  const { promise, resolve, reject } = Promise.withResolvers<void>()
  server.once('error', (error: NodeJS.ErrnoException) => reject(bindRefusal(options, error)))
  if (options.shared) server.listen(options.shared, resolve)
  else server.listen(options.port, options.host, resolve)
  await promise
  const { port } = server.address() as AddressInfo
  const host = options.host.includes(':') ? `[${options.host}]` : options.host
  const scheme = options.tls ? 'https' : 'http'
  return {
    url: `${scheme}://${host}:${port}`,
    port,
    server,
    drain: () => door.drain(),
    abandon: () => door.abandon(),
  }
}

function bindRefusal({ host, port }: ListenOptions, { code }: NodeJS.ErrnoException): Refusal {
  if (code === 'EADDRINUSE') {
    return new Refusal(
      `Port ${port} on ${host} is in use: stop what uses it, or choose another by --listen.`,
    )
  }
  return new Refusal(
    `Can't listen on ${host}:${port} (${code}): choose another address by --listen.`,
  )
}

class Door {
  readonly server: Server
  readonly #options: ListenOptions
  /** Every connection, those included that are still in their TLS handshake. */
  readonly #sockets = new Set<Socket>()
  readonly #perAddress = new Map<string, number>()
  #admitted = 0
  #underWay = 0
  #draining = false
  #onQuiet: (() => void) | undefined

  constructor(options: ListenOptions) {
    this.#options = options
    const { limits, tls } = options
    const settings = {
      maxHeaderSize: limits.headerBytesMax,
      headersTimeout: limits.headersMilliseconds,
      requestTimeout: limits.requestMilliseconds,
      keepAliveTimeout: limits.idleMilliseconds,
      connectionsCheckingInterval: Math.min(1000, limits.headersMilliseconds),
    }
    const handshakeTimeout = limits.headersMilliseconds
    this.server = tls
      ? createTlsServer({ ...settings, ...tls, handshakeTimeout, minVersion: 'TLSv1.2' })
      : createHttpServer(settings)
    // Node drops what is above its own count in silence; we count and refuse.
    this.server.maxHeadersCount = 0
    this.server.maxConnections = limits.connectionsMax
    this.server.on('connection', (socket: Socket) => this.#admit(socket))
    this.server.on('clientError', refuseSocket)
    this.server.on('request', (request, response) => this.#take(request, response))
    this.server.on('checkContinue', (request, response) => {
      this.#take(request, response, () => response.writeContinue())
    })
  }

  #admit(socket: Socket): void {
    const address = socket.remoteAddress ?? ''
    const count = (this.#perAddress.get(address) ?? 0) + 1
    if (count > this.#options.limits.connectionsPerAddressMax) {
      socket.destroy()
      return
    }
    this.#admitted++
    this.#perAddress.set(address, count)
    this.#sockets.add(socket)
    socket.once('close', () => {
      this.#sockets.delete(socket)
      const left = (this.#perAddress.get(address) ?? 1) - 1
      if (left > 0) this.#perAddress.set(address, left)
      else this.#perAddress.delete(address)
    })
  }

  /** @param invite tells a sender who waits for leave that its body will be read */
  async #take(
    request: IncomingMessage,
    response: ServerResponse,
    invite: () => void = () => undefined,
  ): Promise<void> {
    const requestId = randomUUID()
    this.#underWay++
    response.once('close', () => {
      if (--this.#underWay === 0) this.#onQuiet?.()
    })
    try {
      const answer = await this.#answer(request, requestId, invite)
      this.#send(response, answer)
    } catch (thrown) {
      if (thrown instanceof SenderGone) return
      this.#options.complain(requestId, thrown)
      response.destroy()
    }
  }

  async #answer(request: IncomingMessage, requestId: string, invite: () => void): Promise<Answer> {
    const { limits, page } = this.#options
    const target = request.url ?? ''
    if (!versions.has(request.httpVersion)) return otherVersion
    try {
      const head = readHead(request, requestId, limits)
      if (target.startsWith('/-/')) {
        if (request.method !== 'GET') return notFound
        const { sourceIp } = head.origin
        return (await page(target, { sourceIp, headers: request.headers })) ?? notFound
      }
      return await this.#respond(request, head, invite)
    } catch (thrown) {
      if (!(thrown instanceof Fault)) throw thrown
      return closing(json.fault(thrown, requestId))
    }
  }

  async #respond(request: IncomingMessage, head: Head, invite: () => void): Promise<Answer> {
    const { respond, roomFor } = this.#options
    const announced = announcedBytes(request)
    const asked = roomFor(head, announced)
    // Without a wait where none is needed: what the body brings is taken as it comes, and not queued.
    const room = asked instanceof Promise ? await asked : asked
    try {
      // Nobody's: its refusal says why, and the rest stays unread.
      if (room.bytesMax === 0) return closing(await respond({ ...head, body: Buffer.alloc(0) }))
      if ((announced ?? 0) <= room.bytesMax) invite()
      return await respond({ ...head, body: await readBody(request, room.bytesMax) })
    } finally {
      room.release()
    }
  }

  #send(response: ServerResponse, { status, headers, body }: Answer): void {
    const length = typeof body === 'string' ? Buffer.byteLength(body) : body.length
    response.writeHead(status, {
      ...headers,
      // RFC 9110, section 8.6: not even 0.
      ...(status !== noContent && { 'Content-Length': length }),
      ...(status === unavailable && { 'Retry-After': '1' }),
      ...(this.#draining && { Connection: 'close' }),
    })
    response.end(body)
    // Whoever asks and never reads the answer is let go like anybody idle.
    if (response.socket?.writableLength) {
      response.setTimeout(this.#options.limits.idleMilliseconds)
    }
  }

  abandon(): void {
    this.server.close()
    this.#endAll()
  }

  async drain(): Promise<void> {
    this.#draining = true
    // What was sent before the stop was known may still be on its way: it is taken and answered, and
    // each answer says that its connection ends.
    await this.#arrivals()
    if (this.#sockets.size > 0) await sleep(arrivalMilliseconds)
    await this.#arrivals()
    const closed = once(this.server, 'close')
    this.server.close()
    await Promise.race([closed, sleep(arrivalMilliseconds)])
    await nextPoll()
    const { promise: quiet, resolve } = Promise.withResolvers<void>()
    this.#onQuiet = resolve
    const { drainMilliseconds } = this.#options.limits
    if (this.#underWay > 0) await Promise.race([quiet, sleep(drainMilliseconds, null, unheld)])
    // Those that are left have asked for nothing, or for too long.
    this.#endAll()
    await closed
  }

  /** Node takes one waiting connection in each turn: waits for a turn that brings none. */
  async #arrivals(): Promise<void> {
    let turns = this.#options.limits.connectionsMax
    for (let seen = -1; seen !== this.#admitted && turns > 0; turns--) {
      seen = this.#admitted
      await nextPoll()
    }
  }

  #endAll(): void {
    for (const socket of this.#sockets) socket.destroy()
  }
}

/** The last answer on its connection. */
const closing = (answer: Answer): Answer => ({
  ...answer,
  headers: { ...answer.headers, Connection: 'close' },
})

const arrivalMilliseconds = 100

/** A wait that keeps no process alive. */
const unheld = { ref: false }

const noContent = 204
const unavailable = 503

const versions = new Set(['1.0', '1.1'])
