/** Bytes on a socket as they are, and the answer as it came: for what no HTTP client would send. */
import { connect, type Socket } from 'node:net'
import { signRequest } from '../../src/sigv4/sign.ts'
import type { Keys } from '../house.ts'

export interface Reply {
  readonly status: number
  readonly headers: ReadonlyMap<string, string>
  readonly body: string
}

/** Longer than any limit in these tests: who waits so long waits for ever. */
const patienceMilliseconds = 100_000

/** Reads one answer; `undefined` if the connection ended without one. Rejects when nothing comes. */
export function replyOf(socket: Socket): Promise<Reply | undefined> {
  const { promise, resolve, reject } = Promise.withResolvers<Reply | undefined>()
  let text = ''
  const timer = setTimeout(() => reject(new Error('no answer')), patienceMilliseconds)
  socket.on('data', (chunk) => {
    text += chunk.toString('latin1')
    const reply = parseReply(text)
    if (reply) resolve(reply)
  })
  socket.on('error', () => resolve(undefined))
  socket.on('close', () => resolve(undefined))
  return promise.finally(() => clearTimeout(timer))
}

function parseReply(text: string): Reply | undefined {
  const end = text.indexOf('\r\n\r\n')
  if (end === -1) return undefined
  const [first = '', ...lines] = text.slice(0, end).split('\r\n')
  const headers = new Map(
    lines.map((line): [string, string] => {
      const colon = line.indexOf(':')
      return [line.slice(0, colon).toLowerCase(), line.slice(colon + 1).trim()]
    }),
  )
  const body = text.slice(end + 4)
  const status = Number(/^HTTP\/1\.1 (\d{3}) /.exec(first)?.[1])
  if (status === 100) return parseReply(body)
  return body.length < Number(headers.get('content-length')) ? undefined : { status, headers, body }
}

/** Waits until the connection has ended, whoever ended it. Rejects if it stays. */
export function ended(socket: Socket): Promise<void> {
  if (socket.closed) return Promise.resolve()
  const { promise, resolve, reject } = Promise.withResolvers<void>()
  const timer = setTimeout(() => reject(new Error('the connection stays')), patienceMilliseconds)
  socket.resume()
  socket.on('error', () => {})
  socket.on('close', () => resolve())
  return promise.finally(() => clearTimeout(timer))
}

/** Sends bytes on a connection of their own and gives the answer. */
export async function exchange(port: number, bytes: Uint8Array): Promise<Reply | undefined> {
  const socket = connect(port, '127.0.0.1')
  socket.write(bytes)
  const reply = await replyOf(socket)
  socket.destroy()
  return reply
}

type Header = readonly [name: string, value: string]

export interface Draft {
  readonly keys: Keys
  readonly service?: string
  readonly method?: string
  readonly target?: string
  /** Signed, with Host before them. */
  readonly headers?: readonly Header[]
  /** Sent, not signed. */
  readonly unsigned?: readonly Header[]
  readonly body?: string | Uint8Array
  readonly version?: string
}

/** The headers of a JSON 1.1 call. */
export const jsonCall = (target: string): Header[] => [
  ['Content-Type', 'application/x-amz-json-1.1'],
  ['X-Amz-Target', target],
]

/** A correctly signed request as bytes. */
export function signedBytes(draft: Draft): Buffer {
  const { method = 'POST', target = '/', unsigned = [], version = 'HTTP/1.1' } = draft
  const body = Buffer.from(draft.body ?? '')
  const { headers } = signRequest({
    method,
    target,
    headers: [['Host', 'localhost'], ...(draft.headers ?? [])],
    body,
    credentials: draft.keys,
    region: 'us-east-1',
    service: draft.service ?? 'secretsmanager',
    at: Date.now(),
  })
  const lines = [...headers, ...unsigned, ['Content-Length', String(body.length)]]
  const head = `${method} ${target} ${version}\r\n${lines.map(([n, v]) => `${n}: ${v}\r\n`).join('')}\r\n`
  return Buffer.concat([Buffer.from(head, 'latin1'), body])
}
