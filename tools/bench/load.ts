/**
 * A load generator in a process of its own: keeps a number of keep-alive connections busy with
 * requests that were signed before, one at a time on each, and says what it saw as one line of JSON.
 *
 * argv: HOST:PORT CONNECTIONS MILLISECONDS FILE [tls]; FILE holds the requests, each behind its length
 * (four bytes, big endian). The time begins when all are connected; 0: until each was answered once.
 */
import { readFileSync } from 'node:fs'
import { connect as connectPlain, type Socket } from 'node:net'
import { connect as connectTls } from 'node:tls'

const [place = '', connections = '1', milliseconds = '0', path = '', tls] = process.argv.slice(2)
const isEachOnce = milliseconds === '0'

function readRequests(bytes: Buffer): Buffer[] {
  const requests: Buffer[] = []
  for (let at = 0; at < bytes.length; ) {
    const length = bytes.readUInt32BE(at)
    requests.push(bytes.subarray(at + 4, at + 4 + length))
    at += 4 + length
  }
  return requests
}

const requests = readRequests(readFileSync(path))
const latencies: number[] = []
let failures = 0
/** The first answer that was not 200, or what became of its connection. */
let failure = ''
let sent = 0
let isOver = false

/** How long the whole answer at the start of these bytes is; 0 while it is not all there. */
function answerLength(text: Buffer): number {
  const end = text.indexOf('\r\n\r\n')
  if (end < 0) return 0
  const [, length] = /content-length: (\d+)/i.exec(text.toString('latin1', 0, end)) ?? []
  const whole = end + 4 + Number(length)
  return text.length >= whole ? whole : 0
}

function fail(words: string): void {
  failures++
  failure ||= words
}

/** A server may end a connection behind its answer. */
const isLast = (text: Buffer): boolean =>
  /^HTTP\/1\.0|^connection: close/im.test(text.toString('latin1', 0, text.indexOf('\r\n\r\n')))

const { hostname: host, port } = new URL(`tcp://${place}`)
const address = { host, port: Number(port) }

/** What is measured is the benchmark's own or named by its user: whose certificate it has is nothing to it. */
function connect(then: (socket: Socket) => void): void {
  const socket = tls ? connectTls({ ...address, rejectUnauthorized: false }) : connectPlain(address)
  socket.setNoDelay(true)
  socket.once(tls ? 'secureConnect' : 'connect', () => then(socket))
  socket.on('error', (error) => {
    if (!isOver) fail(String(error))
  })
}

function run(socket: Socket): void {
  let pending: Buffer = Buffer.alloc(0)
  let startedAt = 0
  const next = () => {
    if (isOver || (isEachOnce && sent === requests.length)) return void socket.destroy()
    startedAt = performance.now()
    socket.write(requests[sent++ % requests.length] as Buffer)
  }
  socket.on('data', (chunk: Buffer) => {
    pending = pending.length === 0 ? chunk : Buffer.concat([pending, chunk])
    if (answerLength(pending) === 0) return
    const answer = pending
    pending = Buffer.alloc(0)
    latencies.push(performance.now() - startedAt)
    if (answer.toString('latin1', 9, 12) !== '200') fail(answer.toString())
    if (isEachOnce && latencies.length === requests.length) finish()
    else if (!isLast(answer)) next()
    else {
      socket.destroy()
      connect(run)
    }
  })
  next()
}

let startedAt = 0
let cpu = process.cpuUsage()

function begin(sockets: readonly Socket[]): void {
  startedAt = performance.now()
  cpu = process.cpuUsage()
  for (const socket of sockets) run(socket)
  if (!isEachOnce) setTimeout(finish, Number(milliseconds))
}

function finish(): void {
  // On a machine that is busy with something else even the first answers may take their time.
  if (!isEachOnce && latencies.length < Number(connections)) return void setTimeout(finish, 100)
  isOver = true
  const seconds = (performance.now() - startedAt) / 1000
  latencies.sort((a, b) => a - b)
  const at = (share: number) => latencies[Math.floor((latencies.length - 1) * share)] ?? 0
  const { user, system } = process.cpuUsage(cpu)
  const seen = {
    ...{ answers: latencies.length, seconds, failures, failure },
    ...{ p50: at(0.5), p99: at(0.99), cpuSeconds: (user + system) / 1e6 },
  }
  process.stdout.write(`${JSON.stringify(seen)}\n`, () => process.exit(0))
}

const ready: Socket[] = []
for (let n = 0; n < Number(connections); n++) {
  connect((socket) => {
    if (ready.push(socket) === Number(connections)) begin(ready)
  })
}
