/**
 * A listening socket of the agent over a table of routes. In the order of AWS's agent: connections,
 * guards, method, path. No content type is told, as there.
 */
import type { IncomingMessage, Server, ServerResponse } from 'node:http'
import { createServer as createTlsServer } from 'node:https'
import type { AddressInfo, Socket } from 'node:net'
import { Refusal } from '../lib/fault.ts'
import { createServer } from '../lib/http.ts'
import { replyTo } from './replies.ts'
import type { Asked, Guard, Reply, Route, Visitor } from './route.ts'

export interface DoorNeeds {
  readonly routes: readonly Route[]
  /** Those of paths that nobody takes, too. */
  readonly guards: readonly Guard[]
  readonly visitor: Visitor
  readonly tls?: { readonly cert: Buffer; readonly key: Buffer } | undefined
  connectionsMax(): number
  complain(thrown: unknown): void
}

export interface Door {
  /** `http://127.0.0.1:2773`; empty for a socket in the file system. */
  readonly url: string
  readonly port: number
  close(): Promise<void>
}

/** A TCP address, or the path of a socket. */
export type Place = { readonly host: string; readonly port: number } | { readonly path: string }

/** `/ping` tells whether the agent lives also when it is busy. */
const sparePings = 2
/** What is beyond all that are answered is dropped. */
const spareConnections = 64
const answerMsMax = 61_000
const headerBytesMax = 64 << 10
const headersMsMax = 10_000
const idleMsMax = 60_000

/** Throws Refusal where it cannot listen. */
export async function openDoor(place: Place, needs: DoorNeeds): Promise<Door> {
  const settings = {
    maxHeaderSize: headerBytesMax,
    headersTimeout: headersMsMax,
    requestTimeout: answerMsMax,
    keepAliveTimeout: idleMsMax,
  }
  const server = needs.tls
    ? createTlsServer({ ...settings, ...needs.tls, minVersion: 'TLSv1.2' })
    : createServer(settings)
  // Node drops what is above its own count in silence, and with it what a guard looks for.
  server.maxHeadersCount = 0
  server.maxConnections = needs.connectionsMax() + spareConnections
  const connections = connectionsOf(server)
  server.on('request', (request, response) => void take(needs, connections, request, response))
  await listening(server, place)
  const { address, port } = addressOf(server)
  const host = address.includes(':') ? `[${address}]` : address
  return {
    url: address === '' ? '' : `${needs.tls ? 'https' : 'http'}://${host}:${port}`,
    port,
    close: () => closed(server, connections),
  }
}

type Connections = ReadonlySet<Socket>

function connectionsOf(server: Server): Connections {
  const open = new Set<Socket>()
  server.on('connection', (socket: Socket) => {
    open.add(socket)
    socket.once('close', () => open.delete(socket))
  })
  return open
}

async function listening(server: Server, place: Place): Promise<void> {
  const { promise, resolve, reject } = Promise.withResolvers<void>()
  server.once('error', (error: NodeJS.ErrnoException) => reject(refusalTo(place, error)))
  if ('path' in place) bindPrivately(server, place.path, resolve)
  else server.listen({ ...place, ipv6Only: true }, resolve)
  await promise
}

/** It must not be anybody's for a moment, and the mode of a socket comes from the mask alone. */
function bindPrivately(server: Server, path: string, listens: () => void): void {
  const mask = process.umask(0o177)
  try {
    server.listen(path, listens)
  } finally {
    process.umask(mask)
  }
}

function refusalTo(place: Place, { code }: NodeJS.ErrnoException): Error {
  const where = 'path' in place ? place.path : `${place.host}:${place.port}`
  const words =
    code === 'EADDRINUSE'
      ? `${where} is in use: stop what uses it, or choose another by --listen.`
      : `Can't listen on ${where} (${code}).`
  return Object.assign(new Refusal(words), { code })
}

function addressOf(server: Server): Pick<AddressInfo, 'address' | 'port'> {
  const address = server.address()
  return typeof address === 'object' && address ? address : { address: '', port: 0 }
}

async function closed(server: Server, connections: Connections): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>()
  server.close(() => resolve())
  server.closeIdleConnections()
  const late = setTimeout(() => {
    for (const socket of connections) socket.destroy()
  }, 1000)
  await promise
  clearTimeout(late)
}

async function take(
  needs: DoorNeeds,
  connections: Connections,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const { url = '' } = request
  const split = url.indexOf('?')
  const path = split < 0 ? url : url.slice(0, split)
  const excess = connections.size - needs.connectionsMax()
  const spare = path === '/ping' ? sparePings : 0
  if (excess > spare) {
    return send(response, { status: 429, body: 'Connection limit exceeded' }, true)
  }
  const query = new URLSearchParams(split < 0 ? '' : url.slice(split + 1))
  const { method = '' } = request
  const asked: Asked = { method, path, query, request, visitor: needs.visitor }
  try {
    const reply = answer(needs, asked)
    send(response, reply instanceof Promise ? await inTime(reply) : reply)
  } catch (thrown) {
    send(response, replyTo(thrown, needs.complain))
  }
}

function answer({ routes, guards }: DoorNeeds, asked: Asked): Reply | Promise<Reply> {
  const route = routes.find((each) => each.takes(asked.path))
  for (const guard of route?.guards ?? guards) {
    const refusal = guard(asked.request)
    if (refusal) return refusal
  }
  const methods = route?.methods ?? ['GET']
  if (!methods.includes(asked.method)) return { status: 405, body: 'Not allowed' }
  return route ? route.answer(asked) : { status: 404, body: 'Not found' }
}

/** The last bound; each call of a service has a shorter one. */
async function inTime(reply: Promise<Reply>): Promise<Reply> {
  const { promise: late, resolve } = Promise.withResolvers<Reply>()
  const timer = setTimeout(() => resolve(lateReply), answerMsMax)
  try {
    return await Promise.race([reply, late])
  } finally {
    clearTimeout(timer)
  }
}

const lateReply: Reply = {
  status: 504,
  body: JSON.stringify({ __type: 'TimeoutError', message: 'Timeout' }),
}

function send(response: ServerResponse, { status, body, headers }: Reply, isLast = false): void {
  if (response.destroyed) return
  response.writeHead(status, {
    ...headers,
    ...(isLast && { Connection: 'close' }),
    'Content-Length': Buffer.byteLength(body),
  })
  response.end(body)
}
