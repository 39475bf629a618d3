/** A client of the Runtime API, as small as its use of HTTP. */
import { connect } from 'node:net'

export const [host, port] = process.env.AWS_LAMBDA_RUNTIME_API.split(':')
export const root = '/2018-06-01/runtime'

/**
 * The Runtime API by one connection, one request at a time. Node's own client costs several times as
 * much, for each invocation and for each start; what it can do beyond this the interface does not use.
 */
export class Api {
  #socket = connect({ host, port: Number(port), noDelay: true })
  #received = Buffer.alloc(0)
  #pending

  constructor() {
    this.#socket.unref()
    this.#socket.on('data', (chunk) => this.#take(chunk))
    this.#socket.on('error', (thrown) => this.#pending?.reject(thrown))
    this.#socket.on('close', () => this.#pending?.reject(new Error('the Runtime API is gone')))
  }

  /** Resolves with headers and body. The process lives as long as something is awaited. */
  call(method, path, body = '', headers = '') {
    const length = method === 'GET' ? '' : `Content-Length: ${Buffer.byteLength(body)}\r\n`
    const head = `${method} ${root}${path} HTTP/1.1\r\nHost: ${host}:${port}\r\n${length}${headers}\r\n`
    this.#socket.ref()
    this.#socket.write(head + body)
    this.#pending = Promise.withResolvers()
    return this.#pending.promise
  }

  #take(chunk) {
    this.#received = this.#received.length === 0 ? chunk : Buffer.concat([this.#received, chunk])
    const bodyAt = this.#received.indexOf('\r\n\r\n') + 4
    if (bodyAt < 4) return
    const lines = this.#received.toString('latin1', 0, bodyAt - 4).split('\r\n')
    const headers = Object.create(null)
    for (const line of lines) {
      const colon = line.indexOf(': ')
      if (colon > 0) headers[line.slice(0, colon).toLowerCase()] = line.slice(colon + 2)
    }
    const end = bodyAt + Number(headers['content-length'] ?? 0)
    if (this.#received.length < end) return
    const body = this.#received.subarray(bodyAt, end)
    this.#received = this.#received.subarray(end)
    this.#socket.unref()
    this.#pending.resolve({ headers, body })
  }
}
