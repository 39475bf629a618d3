/**
 * GetSecretValue beside the limit: requests per second and CPU per request of the whole house (signature,
 * IAM, KMS, durable audit record before each answer) against bare node:http that answers the same bytes,
 * in interleaved rounds of one run. Run: node tools/bench/read.ts [--rounds N] [--seconds N] [--profile]
 */
import { type ChildProcess, execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { parse } from 'ini'
import type { Signer } from '../../src/sigv4/sign.ts'
import { bytesOf, call, packed } from './wire.ts'

const { values } = parseArgs({
  options: {
    rounds: { type: 'string', default: '7' },
    seconds: { type: 'string', default: '2' },
    connections: { type: 'string', default: '64' },
    profile: { type: 'boolean', default: false },
  },
})
const secretsCount = 1000
const usersCount = 20
const hertz = Number(execFileSync('getconf', ['CLK_TCK'], { encoding: 'utf8' }))

interface Seen {
  readonly answers: number
  readonly seconds: number
  readonly failures: number
  readonly p50: number
  readonly p99: number
}

async function lineOf(child: ChildProcess, pattern: RegExp): Promise<string> {
  let text = ''
  for await (const chunk of child.stdout ?? []) {
    text += chunk
    const [, found] = pattern.exec(text) ?? []
    if (found) {
      child.stdout?.resume()
      return found
    }
  }
  throw new Error('a server of the benchmark did not start')
}

const start = (args: readonly string[]): ChildProcess =>
  spawn(process.execPath, args, {
    stdio: ['ignore', 'pipe', 'inherit'],
    env: { PATH: process.env.PATH },
  })

function ended(child: ChildProcess): Promise<unknown> {
  const gone = once(child, 'exit')
  child.kill('SIGTERM')
  return gone
}

/** CPU seconds that a process has used so far. */
function cpuOf(child: ChildProcess): number {
  const fields = readFileSync(`/proc/${child.pid}/stat`, 'utf8').split(') ')[1]?.split(' ') ?? []
  return (Number(fields[11]) + Number(fields[12])) / hertz
}

async function furnish(url: string, root: Signer): Promise<Buffer[]> {
  const users: Signer[] = []
  for (let n = 0; n < usersCount; n++) users.push(await userOf(url, root, `reader-${n}`))
  const calls: Buffer[] = []
  for (let n = 0; n < secretsCount; n++) {
    const Name = `bench/secret-${n}`
    const SecretString = JSON.stringify({ username: 'app', password: `not-a-secret-${n}` })
    const ClientRequestToken = crypto.randomUUID()
    const input = { Name, SecretString, ClientRequestToken }
    await call(url, root, { service: 'secretsmanager', operation: 'CreateSecret', input })
    const order = {
      service: 'secretsmanager',
      operation: 'GetSecretValue',
      input: { SecretId: Name },
    }
    calls.push(bytesOf(url, users[n % usersCount] as Signer, order))
  }
  return calls
}

async function userOf(url: string, root: Signer, UserName: string): Promise<Signer> {
  const iam = (operation: string, input: object) =>
    call(url, root, { service: 'iam', operation, input })
  await iam('CreateUser', { UserName })
  const Statement = [{ Effect: 'Allow', Action: 'secretsmanager:GetSecretValue', Resource: '*' }]
  const PolicyDocument = JSON.stringify({ Version: '2012-10-17', Statement })
  await iam('PutUserPolicy', { UserName, PolicyName: 'read', PolicyDocument })
  const made = await iam('CreateAccessKey', { UserName })
  const member = (name: string) => new RegExp(`<${name}>([^<]+)<`).exec(made)?.[1] ?? ''
  return { accessKeyId: member('AccessKeyId'), secretAccessKey: member('SecretAccessKey') }
}

async function load(port: string, path: string): Promise<Seen> {
  const file = new URL('./load.ts', import.meta.url).pathname
  const milliseconds = String(Number(values.seconds) * 1000)
  const child = start([file, port, values.connections, milliseconds, path])
  return JSON.parse(await lineOf(child, /(\{.*\})\n/))
}

const median = (numbers: readonly number[]): number =>
  [...numbers].sort((a, b) => a - b)[Math.floor(numbers.length / 2)] ?? 0

async function measure(child: ChildProcess, port: string, path: string) {
  const before = cpuOf(child)
  const seen = await load(port, path)
  if (seen.failures > 0) throw new Error(`${seen.failures} answers were not 200`)
  return {
    perSecond: seen.answers / seen.seconds,
    microseconds: ((cpuOf(child) - before) * 1e6) / seen.answers,
    p50: seen.p50,
    p99: seen.p99,
  }
}

const folder = mkdtempSync(join(tmpdir(), 'strongroom-bench-'))
const children: ChildProcess[] = []
try {
  const main = new URL('../../src/main.ts', import.meta.url).pathname
  const profiling = values.profile
    ? ['--cpu-prof', '--cpu-prof-interval=200', `--cpu-prof-dir=${join(folder, 'profile')}`]
    : []
  const data = join(folder, 'data')
  const house = start([...profiling, main, 'serve', '--listen', '127.0.0.1:0', '--data', data])
  children.push(house)
  const url = await lineOf(house, /listens on (\S+)\n/)
  const { strongroom } = parse(readFileSync(join(data, 'root-credentials'), 'utf8'))
  const root = {
    accessKeyId: strongroom?.aws_access_key_id,
    secretAccessKey: strongroom?.aws_secret_access_key,
  }
  const calls = await furnish(url, root)
  const path = join(folder, 'calls')
  writeFileSync(path, packed(calls))
  const body = join(folder, 'body')
  const order = {
    service: 'secretsmanager',
    operation: 'GetSecretValue',
    input: { SecretId: 'bench/secret-1' },
  }
  writeFileSync(body, await call(url, root, order))
  const bare = start([new URL('./bare.ts', import.meta.url).pathname, body])
  children.push(bare)
  const barePort = await lineOf(bare, /(\d+)\n/)
  await load(new URL(url).port, path)
  const rounds: {
    ours: Awaited<ReturnType<typeof measure>>
    bare: Awaited<ReturnType<typeof measure>>
  }[] = []
  for (let n = 0; n < Number(values.rounds); n++) {
    rounds.push({
      bare: await measure(bare, barePort, path),
      ours: await measure(house, new URL(url).port, path),
    })
  }
  const ratio = rounds.map((round) => round.ours.perSecond / round.bare.perSecond)
  const cpu = rounds.map((round) => round.ours.microseconds / round.bare.microseconds)
  const spread = (numbers: readonly number[]) =>
    `${median(numbers).toFixed(3)} (${Math.min(...numbers).toFixed(3)} to ${Math.max(...numbers).toFixed(3)})`
  const of = (pick: (round: (typeof rounds)[number]) => number) =>
    median(rounds.map(pick)).toFixed(0)
  console.log(`GetSecretValue, ${values.connections} connections, ${rounds.length} rounds of ${values.seconds} s:
  requests/s of bare node:http: ${spread(ratio)}   [${of((r) => r.ours.perSecond)} of ${of((r) => r.bare.perSecond)}]
  CPU per request against it:   ${spread(cpu)}   [${of((r) => r.ours.microseconds)} µs of ${of((r) => r.bare.microseconds)} µs, all threads]`)
  if (values.profile) console.log(`profiles: ${join(folder, 'profile')}`)
} finally {
  await Promise.all(children.map(ended))
  if (!values.profile) rmSync(folder, { recursive: true, force: true })
}
