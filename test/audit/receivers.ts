/** Receivers of audit records, as a test lets them answer. */
import { createServer, type IncomingHttpHeaders } from 'node:http'
import { type AddressInfo, createServer as createTcp, type Socket } from 'node:net'
import { listenAgain } from '../until.ts'

export interface Delivery {
  readonly path: string
  readonly headers: IncomingHttpHeaders
  readonly body: string
}

export interface Receiver {
  readonly url: string
  /** What was taken. */
  readonly deliveries: Delivery[]
  /** How it answers from now on. */
  answer(status: number, body?: string): void
  close(): Promise<void>
}

export async function httpReceiver(): Promise<Receiver> {
  let [status, words] = [200, '']
  const deliveries: Delivery[] = []
  const server = createServer(async (request, response) => {
    const chunks: Buffer[] = []
    for await (const chunk of request) chunks.push(chunk)
    if (status < 300) {
      const body = Buffer.concat(chunks).toString()
      deliveries.push({ path: request.url ?? '', headers: request.headers, body })
    }
    response.writeHead(status, status >= 300 ? { Location: 'http://127.0.0.1:1/' } : {})
    response.end(words)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  return {
    url: `http://127.0.0.1:${port}`,
    deliveries,
    answer(next, body = '') {
      status = next
      words = body
    },
    close: () => new Promise((resolve) => server.close(() => resolve())),
  }
}

export interface SyslogReceiver {
  readonly port: number
  /** Whole messages, without their framing. */
  messages(): string[]
  close(): Promise<void>
}

/** @param port of a receiver that was there before, or any */
export async function syslogReceiver(port = 0): Promise<SyslogReceiver> {
  const texts: Buffer[][] = []
  const sockets = new Set<Socket>()
  const server = createTcp((socket) => {
    const chunks: Buffer[] = []
    texts.push(chunks)
    sockets.add(socket)
    socket.on('data', (chunk: Buffer) => chunks.push(chunk))
    socket.on('error', () => {})
  })
  await listenAgain(server, port)
  return {
    port: (server.address() as AddressInfo).port,
    messages: () => texts.flatMap((chunks) => framesIn(Buffer.concat(chunks))),
    async close() {
      const closed = new Promise<void>((resolve) => server.close(() => resolve()))
      for (const socket of sockets) socket.destroy()
      await closed
    },
  }
}

/** Messages by the length that stands before each. */
function framesIn(bytes: Buffer): string[] {
  const frames: string[] = []
  for (let at = 0; at < bytes.length; ) {
    const blank = bytes.indexOf(0x20, at)
    const length = Number(bytes.subarray(at, blank).toString())
    if (blank < 0 || bytes.length < blank + 1 + length) break
    frames.push(bytes.subarray(blank + 1, blank + 1 + length).toString())
    at = blank + 1 + length
  }
  return frames
}
