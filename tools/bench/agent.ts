/**
 * Requests that an agent answers from its cache, beside bare node:http that answers the same bytes, in
 * interleaved rounds of one run; requests per second and CPU per request of the server's process. The
 * load generator is a process of its own on the same machine.
 * Run: node tools/bench/agent.ts [--rounds N] [--seconds N] [--connections N]
 */
import { type ChildProcess, execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { parseArgs } from 'node:util'
import { parse } from 'ini'
import { call, packed } from './wire.ts'

const { values } = parseArgs({
  options: {
    rounds: { type: 'string', default: '5' },
    seconds: { type: 'string', default: '2' },
    connections: { type: 'string', default: '32' },
  },
})
const secretsCount = 100
const token = 'bench'
const hertz = Number(execFileSync('getconf', ['CLK_TCK'], { encoding: 'utf8' }))
const folder = mkdtempSync(join(tmpdir(), 'strongroom-bench-'))
const children: ChildProcess[] = []

async function start(args: readonly string[], environment: Record<string, string> = {}) {
  const child = spawn(process.execPath, args, {
    stdio: ['ignore', 'pipe', 'inherit'],
    env: { PATH: process.env.PATH, ...environment },
  })
  children.push(child)
  const [line] = (await once(createInterface({ input: child.stdout }), 'line')) as [string]
  return { child, line }
}

const near = (name: string): string => new URL(name, import.meta.url).pathname
const main = near('../../src/main.ts')

async function serve() {
  const data = join(folder, 'data')
  const { line } = await start([main, 'serve', '--listen', '127.0.0.1:0', '--data', data])
  const { strongroom } = parse(readFileSync(join(data, 'root-credentials'), 'utf8'))
  const root = {
    accessKeyId: strongroom?.aws_access_key_id,
    secretAccessKey: strongroom?.aws_secret_access_key,
  }
  return { url: /listens on (\S+)/.exec(line)?.[1] ?? '', root }
}

/** CPU seconds that a process has used so far. */
function cpuOf({ pid }: ChildProcess): number {
  const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]?.split(' ') ?? []
  return (Number(fields[11]) + Number(fields[12])) / hertz
}

interface Seen {
  readonly answers: number
  readonly seconds: number
  readonly failures: number
  readonly p99: number
}

async function measure(child: ChildProcess, port: string, requests: string) {
  const before = cpuOf(child)
  const milliseconds = String(Number(values.seconds) * 1000)
  const { line } = await start([
    ...[near('./load.ts'), port, values.connections, milliseconds, requests],
  ])
  const seen: Seen = JSON.parse(line)
  if (seen.failures > 0) throw new Error(`${seen.failures} answers were not 200`)
  const microseconds = ((cpuOf(child) - before) * 1e6) / seen.answers
  return { perSecond: seen.answers / seen.seconds, microseconds, p99: seen.p99 }
}

const median = (numbers: readonly number[]): number =>
  numbers.toSorted((a, b) => a - b)[Math.floor(numbers.length / 2)] ?? 0

try {
  const { url, root } = await serve()
  const names = Array.from({ length: secretsCount }, (_, n) => `bench/secret-${n}`)
  for (const Name of names) {
    const SecretString = JSON.stringify({ username: 'app', password: `not-a-secret-${Name}` })
    const input = { Name, SecretString, ClientRequestToken: crypto.randomUUID() }
    await call(url, root, { service: 'secretsmanager', operation: 'CreateSecret', input })
  }
  const agent = await start([main, 'agent', '--listen', '127.0.0.1:0'], {
    AWS_TOKEN: token,
    AWS_REGION: 'us-east-1',
    AWS_ENDPOINT_URL: url,
    AWS_ACCESS_KEY_ID: root.accessKeyId,
    AWS_SECRET_ACCESS_KEY: root.secretAccessKey,
  })
  const address = /listening on (\S+)/.exec(agent.line)?.[1] ?? ''
  const { port, host } = new URL(address)
  const shown = `Host: ${host}\r\nX-Aws-Parameters-Secrets-Token: ${token}\r\n`
  const pathOf = (name: string) => `/secretsmanager/get?secretId=${encodeURIComponent(name)}`
  const requests = names.map((name) => Buffer.from(`GET ${pathOf(name)} HTTP/1.1\r\n${shown}\r\n`))
  const path = join(folder, 'requests')
  writeFileSync(path, packed(requests))
  const headers = { 'X-Aws-Parameters-Secrets-Token': token }
  const one = await fetch(address + pathOf('bench/secret-1'), { headers })
  const body = join(folder, 'body')
  writeFileSync(body, await one.text())
  const bare = await start([near('./bare.ts'), body])
  await measure(agent.child, port, path)
  const rounds: Record<'bare' | 'ours', Awaited<ReturnType<typeof measure>>>[] = []
  for (let n = 0; n < Number(values.rounds); n++) {
    rounds.push({
      bare: await measure(bare.child, bare.line, path),
      ours: await measure(agent.child, port, path),
    })
  }
  const of = (pick: (round: (typeof rounds)[number]) => number) => median(rounds.map(pick))
  const ratio = of(({ ours, bare: limit }) => ours.perSecond / limit.perSecond)
  console.log(`from the agent's cache, ${secretsCount} secrets, ${values.connections} connections, medians of ${rounds.length} rounds of ${values.seconds} s:
  requests/s: ${of((r) => r.ours.perSecond).toFixed(0)}, bare node:http ${of((r) => r.bare.perSecond).toFixed(0)}, ratio ${ratio.toFixed(2)}
  p99: ${of((r) => r.ours.p99).toFixed(1)} ms; CPU per request: ${of((r) => r.ours.microseconds).toFixed(0)} µs of ${of((r) => r.bare.microseconds).toFixed(0)} µs`)
} finally {
  for (const child of children) {
    if (child.exitCode !== null) continue
    const gone = once(child, 'exit')
    child.kill('SIGTERM')
    await gone
  }
  rmSync(folder, { recursive: true, force: true })
}
