/** A receiver of events by HTTPS, as a test lets it answer, trusted by this process. */
import { writeFileSync } from 'node:fs'
import type { IncomingHttpHeaders } from 'node:http'
import { createServer } from 'node:https'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { getCACertificates, setDefaultCACertificates } from 'node:tls'
import { generate } from 'selfsigned'
import { listenAgain } from '../until.ts'

export interface Got {
  readonly at: number
  readonly method: string
  readonly path: string
  readonly headers: IncomingHttpHeaders
  readonly body: string
}

export interface Answer {
  readonly status: number
  readonly headers?: Readonly<Record<string, string>>
  readonly body?: string
}

export interface Receiver extends AsyncDisposable {
  readonly port: number
  readonly url: string
  /** What came, answered or not. */
  readonly got: Got[]
  /** How many requests stood open at the same time, at most. */
  readonly openMost: number
  /** How it answers from now on; `hang` never does. */
  answer: ((got: Got) => Answer | 'hang') | undefined
  /** Resolves when so much has come. */
  waitFor(count: number): Promise<Got[]>
}

let certified: Promise<{ key: string; cert: string }> | undefined

/** One certificate for this process, which trusts it from then on. */
function certificate() {
  certified ??= makeCertificate()
  return certified
}

async function makeCertificate() {
  const { private: key, cert } = await generate([{ name: 'commonName', value: 'localhost' }], {
    keyType: 'ec',
    extensions: [
      {
        name: 'subjectAltName',
        altNames: [
          { type: 2, value: 'localhost' },
          { type: 7, ip: '127.0.0.1' },
        ],
      },
    ],
  })
  setDefaultCACertificates([...getCACertificates('default'), cert])
  return { key, cert }
}

/** Writes the certificate where a process of its own can be told to trust it. */
export async function writeCertificate(folder: string): Promise<string> {
  const path = join(folder, 'receiver.pem')
  writeFileSync(path, (await certificate()).cert)
  return path
}

/** @param port of a receiver that was there before, or any */
export async function receive(port = 0): Promise<Receiver> {
  const got: Got[] = []
  const waiting = new Set<() => void>()
  let open = 0
  let openMost = 0
  const server = createServer(await certificate(), async (request, response) => {
    openMost = Math.max(openMost, ++open)
    response.once('close', () => open--)
    const chunks: Buffer[] = []
    for await (const chunk of request) chunks.push(chunk)
    const { method = '', url: path = '', headers } = request
    const one = { at: Date.now(), method, path, headers, body: Buffer.concat(chunks).toString() }
    got.push(one)
    for (const tell of waiting) tell()
    const answer = receiver.answer?.(one) ?? { status: 200 }
    if (answer === 'hang') return
    response.writeHead(answer.status, answer.headers).end(answer.body)
  })
  await listenAgain(server, port)
  // One that a failed test has left behind keeps no process from its end.
  server.unref()
  const at = (server.address() as AddressInfo).port
  const receiver: Receiver = {
    port: at,
    url: `https://localhost:${at}`,
    got,
    get openMost() {
      return openMost
    },
    answer: undefined,
    async waitFor(count) {
      while (got.length < count) {
        const { promise, resolve } = Promise.withResolvers<void>()
        waiting.add(resolve)
        await promise
        waiting.delete(resolve)
      }
      return got
    },
    async [Symbol.asyncDispose]() {
      const closed = new Promise((resolve) => server.close(resolve))
      server.closeAllConnections()
      await closed
    },
  }
  return receiver
}
