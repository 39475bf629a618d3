/**
 * Records to a syslog server: one JSON text a message, by TLS or plain TCP, framed by their length.
 * Syslog confirms nothing: a record counts as arrived when the connection took it and was still up.
 *
 * https://datatracker.ietf.org/doc/html/rfc5424 and rfc5425 (TLS), rfc6587 section 3.4.1 (framing)
 */
import { once } from 'node:events'
import { connect as connectTcp, isIP, type Socket } from 'node:net'
import { hostname } from 'node:os'
import { setTimeout as sleep } from 'node:timers/promises'
import { connect as connectTls } from 'node:tls'
import { Unreachable } from '../../lib/address.ts'
import type { AuditRecord } from '../copies.ts'
import type { Sink } from './sink.ts'

export interface SyslogTarget {
  readonly host: string
  readonly port: number
  readonly tls: boolean
}

const timeoutMilliseconds = 10_000
/** After the last byte: a server that refuses resets the connection at once. */
const settledMilliseconds = 20

export class Syslog implements Sink {
  readonly #target: SyslogTarget
  #socket: Socket | undefined

  constructor(target: SyslogTarget) {
    this.#target = target
  }

  async send(records: readonly AuditRecord[]): Promise<void> {
    const socket = await this.#connected()
    const { promise: lost, reject } = Promise.withResolvers<never>()
    const lose = () => reject(new Unreachable(`${this.#target.host} closed the connection`))
    socket.once('close', lose)
    const timer = setTimeout(() => socket.destroy(), timeoutMilliseconds)
    try {
      await Promise.race([written(socket, Buffer.concat(records.map(frameOf))), lost])
      await Promise.race([sleep(settledMilliseconds), lost])
    } finally {
      clearTimeout(timer)
      socket.off('close', lose)
    }
  }

  close(): void {
    this.#socket?.end()
    this.#socket = undefined
  }

  async #connected(): Promise<Socket> {
    if (this.#socket && !this.#socket.destroyed && this.#socket.writable) return this.#socket
    const { host, port, tls } = this.#target
    const names = isIP(host) === 0 ? { servername: host } : {}
    const socket = tls ? connectTls({ host, port, ...names }) : connectTcp({ host, port })
    socket.setTimeout(timeoutMilliseconds, () => {
      if (socket.connecting) socket.destroy()
    })
    // A server that closes must be seen although nobody reads what it sends.
    socket.resume()
    socket.on('end', () => socket.destroy())
    try {
      await once(socket, tls ? 'secureConnect' : 'connect', {
        signal: AbortSignal.timeout(timeoutMilliseconds),
      })
    } catch (thrown) {
      socket.on('error', () => {})
      socket.destroy()
      const { code, name } = thrown as NodeJS.ErrnoException
      throw new Unreachable(`${host}: ${code ?? name}`)
    }
    socket.on('error', () => socket.destroy())
    this.#socket = socket
    return socket
  }
}

/** When the system has taken all of it; what goes wrong closes the socket. */
const written = (socket: Socket, bytes: Buffer): Promise<void> =>
  new Promise((resolve) => {
    socket.write(bytes, (error) => {
      if (!error) resolve()
    })
  })

/** Facility 13, log audit. */
const facility = 13 * 8
const severities = { info: 6, warning: 4 } as const

function frameOf(record: AuditRecord): Buffer {
  const priority = facility + severities[record.errorCode ? 'warning' : 'info']
  const header = [
    `<${priority}>1`,
    record.eventTime,
    printable(hostname(), 255),
    'strongroom',
    '-',
    printable(record.eventName, 32),
    '-',
  ]
  const message = Buffer.from(`${header.join(' ')} ${JSON.stringify(record)}`)
  return Buffer.concat([Buffer.from(`${message.length} `), message])
}

/** Header fields are printable ASCII without blanks. */
const printable = (text: string, charsMax: number): string =>
  text.replace(/[^!-~]/g, '?').slice(0, charsMax) || '-'
