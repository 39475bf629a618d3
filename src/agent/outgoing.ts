/** Requests of the agent: bounded in time, size and number of connections, which are kept open. */
import type { Agent as PlainAgent } from 'node:http'
import { request as requestHttps, Agent as TlsAgent } from 'node:https'
import { Agent, request as requestHttp } from '../lib/http.ts'

export interface Sent {
  readonly url: string
  readonly method?: 'GET' | 'PUT' | 'POST'
  readonly headers: Readonly<Record<string, string>>
  readonly body?: Uint8Array
}

export interface Answered {
  readonly status: number
  readonly headers: Readonly<Record<string, string | string[] | undefined>>
  readonly text: string
}

/** No answer came. `kind`: what AWS's agent calls it. */
export class Unreachable extends Error {
  override name = 'Unreachable'
  readonly kind: 'timeout' | 'read' | 'response'

  constructor(kind: Unreachable['kind'], words: string) {
    super(words)
    this.kind = kind
  }
}

export interface Outgoing {
  send(sent: Sent, signal: AbortSignal): Promise<Answered>
  close(): void
}

/** 20 secrets of 64 KiB each, escaped. */
const answerBytesMax = 16 << 20

/** @param ca certificates to trust besides the public ones, PEM */
export function outgoing(socketsMax: number, ca?: string): Outgoing {
  const settings = { keepAlive: true, maxSockets: socketsMax, maxFreeSockets: socketsMax }
  const plain = new Agent(settings)
  const tls = new TlsAgent({ ...settings, ...(ca !== undefined && { ca }) })
  return {
    send: (sent, signal) => send(sent, signal, { plain, tls }),
    close() {
      plain.destroy()
      tls.destroy()
    },
  }
}

interface Agents {
  readonly plain: PlainAgent
  readonly tls: TlsAgent
}

function send(sent: Sent, signal: AbortSignal, { plain, tls }: Agents): Promise<Answered> {
  const { url, method = 'GET', body } = sent
  const target = new URL(url)
  const headers = { ...sent.headers, 'Content-Length': String(body?.length ?? 0) }
  const options = { method, headers, signal }
  const { promise, resolve, reject } = Promise.withResolvers<Answered>()
  const request =
    target.protocol === 'https:'
      ? requestHttps(target, { ...options, agent: tls })
      : requestHttp(target, { ...options, agent: plain })
  request.on('error', (error) => reject(unreachable(error, signal)))
  request.on('response', (response) => {
    const chunks: Buffer[] = []
    let bytes = 0
    response.on('data', (chunk: Buffer) => {
      bytes += chunk.length
      if (bytes > answerBytesMax) response.destroy(new Error('an answer that is too long'))
      else chunks.push(chunk)
    })
    response.on('error', (error) => reject(unreachable(error, signal)))
    response.on('end', () => {
      const text = Buffer.concat(chunks).toString()
      resolve({ status: response.statusCode ?? 0, headers: response.headers, text })
    })
  })
  request.end(body)
  return promise
}

function unreachable(error: Error & { code?: string }, signal: AbortSignal): Unreachable {
  if (signal.aborted) return new Unreachable('timeout', 'no answer in time')
  return new Unreachable('read', error.code ?? error.message)
}
