/**
 * A load generator in a process of its own: keeps a number of keep-alive connections busy with
 * requests that were signed before, one at a time on each, and says what it saw as one line of JSON.
 *
 * argv: PORT CONNECTIONS MILLISECONDS FILE [tls]; FILE holds the requests, each behind its length
 * (four bytes, big endian).
 */
import { readFileSync } from 'node:fs'
import { connect, type Socket } from 'node:net'
import { connect as connectTls } from 'node:tls'

const [port = '', connections = '1', milliseconds = '1000', path = '', tls] = process.argv.slice(2)

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

function run(socket: Socket): void {
  let pending: Buffer = Buffer.alloc(0)
  let startedAt = 0
  const next = () => {
    if (isOver) return void socket.destroy()
    startedAt = performance.now()
    socket.write(requests[sent++ % requests.length] as Buffer)
  }
  socket.setNoDelay(true)
  socket.on('data', (chunk: Buffer) => {
    pending = pending.length === 0 ? chunk : Buffer.concat([pending, chunk])
    if (answerLength(pending) === 0) return
    latencies.push(performance.now() - startedAt)
    if (pending.toString('latin1', 9, 12) !== '200') failures++
    pending = Buffer.alloc(0)
    next()
  })
  socket.on('error', () => {
    if (!isOver) failures++
  })
  socket.once(tls ? 'secureConnect' : 'connect', next)
}

const address = { host: '127.0.0.1', port: Number(port) }
for (let n = 0; n < Number(connections); n++) {
  // A loopback server of the benchmark's own, with a certificate made for this run.
  run(tls ? connectTls({ ...address, rejectUnauthorized: false }) : connect(address))
}
const startedAt = performance.now()
setTimeout(() => {
  isOver = true
  const seconds = (performance.now() - startedAt) / 1000
  latencies.sort((a, b) => a - b)
  const at = (share: number) => latencies[Math.floor((latencies.length - 1) * share)] ?? 0
  const cpu = process.cpuUsage()
  const cpuSeconds = (cpu.user + cpu.system) / 1e6
  const seen = {
    answers: latencies.length,
    seconds,
    failures,
    p50: at(0.5),
    p99: at(0.99),
    cpuSeconds,
  }
  process.stdout.write(`${JSON.stringify(seen)}\n`, () => process.exit(0))
}, Number(milliseconds))
