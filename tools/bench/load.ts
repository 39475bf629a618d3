/**
 * The load generator, in a process of its own that takes one job after another: keeps a number of
 * keep-alive connections busy with requests that were signed before, one at a time on each, and says what
 * it saw. The time begins when all are connected.
 */
import { readFileSync } from 'node:fs'
import { connect as connectPlain, type Socket } from 'node:net'
import { connect as connectTls } from 'node:tls'

export interface Job {
  readonly host: string
  readonly port: number
  readonly isTls: boolean
  readonly connections: number
  /** 0: until each request was answered once. */
  readonly milliseconds: number
  /** A file of requests, each behind its length (four bytes, big endian). */
  readonly calls: string
}

/** What it saw. */
export interface Seen {
  readonly answers: number
  readonly seconds: number
  /** Answers that were not 200, and connections that broke. */
  readonly failures: number
  /** The first of them: the answer, or what became of its connection. */
  readonly failure: string
  /** Milliseconds. */
  readonly p50: number
  readonly p99: number
  /** Its own. */
  readonly cpuSeconds: number
}

function readRequests(bytes: Buffer): Buffer[] {
  const requests: Buffer[] = []
  for (let at = 0; at < bytes.length; ) {
    const length = bytes.readUInt32BE(at)
    requests.push(bytes.subarray(at + 4, at + 4 + length))
    at += 4 + length
  }
  return requests
}

/** How long the whole answer at the start of these bytes is; 0 while it is not all there. */
function answerLength(text: Buffer): number {
  const end = text.indexOf('\r\n\r\n')
  if (end < 0) return 0
  const [, length] = /content-length: (\d+)/i.exec(text.toString('latin1', 0, end)) ?? []
  const whole = end + 4 + Number(length)
  return text.length >= whole ? whole : 0
}

/** A server may end a connection behind its answer. */
const isLast = (text: Buffer): boolean =>
  /^HTTP\/1\.0|^connection: close/im.test(text.toString('latin1', 0, text.indexOf('\r\n\r\n')))

class Run {
  readonly #job: Job
  readonly #requests: readonly Buffer[]
  readonly #latencies: number[] = []
  readonly #sockets = new Set<Socket>()
  readonly #ended = Promise.withResolvers<void>()
  #failures = 0
  #failure = ''
  #sent = 0
  #isOver = false

  constructor(job: Job) {
    this.#job = job
    this.#requests = readRequests(readFileSync(job.calls))
  }

  async seen(): Promise<Seen> {
    const { connections, milliseconds } = this.#job
    const sockets = await Promise.all(Array.from({ length: connections }, () => this.#connected()))
    const startedAt = performance.now()
    const cpu = process.cpuUsage()
    for (const socket of sockets) this.#drive(socket)
    if (milliseconds > 0) setTimeout(() => this.#timeIsUp(), milliseconds)
    await this.#ended.promise
    const seconds = (performance.now() - startedAt) / 1000
    const { user, system } = process.cpuUsage(cpu)
    this.#isOver = true
    for (const socket of this.#sockets) socket.destroy()
    const latencies = this.#latencies.sort((a, b) => a - b)
    const at = (share: number) => latencies[Math.floor((latencies.length - 1) * share)] ?? 0
    return {
      ...{ answers: latencies.length, seconds, failures: this.#failures, failure: this.#failure },
      ...{ p50: at(0.5), p99: at(0.99), cpuSeconds: (user + system) / 1e6 },
    }
  }

  /** On a machine that is busy with something else even the first answers may take their time. */
  #timeIsUp(): void {
    if (this.#latencies.length >= this.#job.connections) this.#ended.resolve()
    else setTimeout(() => this.#timeIsUp(), 100)
  }

  /** What is measured is the benchmark's own or named by its user: whose certificate it has is nothing to it. */
  #connected(): Promise<Socket> {
    const { host, port, isTls } = this.#job
    const address = { host, port }
    const { promise, resolve } = Promise.withResolvers<Socket>()
    const socket = isTls
      ? connectTls({ ...address, rejectUnauthorized: false })
      : connectPlain(address)
    this.#sockets.add(socket)
    socket.setNoDelay(true)
    socket.once(isTls ? 'secureConnect' : 'connect', () => resolve(socket))
    socket.on('error', (error) => {
      if (!this.#isOver) this.#fail(String(error))
    })
    socket.on('close', () => {
      this.#sockets.delete(socket)
      if (this.#isOver || this.#sockets.size > 0) return
      this.#fail('every connection ended')
      this.#ended.resolve()
    })
    return promise
  }

  #drive(socket: Socket): void {
    const isEachOnce = this.#job.milliseconds === 0
    const requests = this.#requests
    let pending: Buffer = Buffer.alloc(0)
    let startedAt = 0
    const next = () => {
      if (this.#isOver || (isEachOnce && this.#sent === requests.length)) return
      startedAt = performance.now()
      socket.write(requests[this.#sent++ % requests.length] as Buffer)
    }
    socket.on('data', (chunk: Buffer) => {
      pending = pending.length === 0 ? chunk : Buffer.concat([pending, chunk])
      if (answerLength(pending) === 0) return
      const answer = pending
      pending = Buffer.alloc(0)
      this.#latencies.push(performance.now() - startedAt)
      if (answer.toString('latin1', 9, 12) !== '200') this.#fail(answer.toString())
      if (isEachOnce && this.#latencies.length === requests.length) this.#ended.resolve()
      else if (!isLast(answer)) next()
      else {
        socket.destroy()
        void this.#connected().then((another) => this.#drive(another))
      }
    })
    next()
  }

  #fail(words: string): void {
    this.#failures++
    this.#failure ||= words
  }
}

process.on('message', async (job: Job) => {
  const seen = await new Run(job).seen()
  process.send?.(seen)
})
process.on('disconnect', () => process.exit(0))
