/**
 * What a read costs the main thread behind the socket: signed GetSecretValue calls of many principals go
 * through the whole corridor of a real house, 64 at a time. CPU of the thread per call, as the least of
 * many rounds, which a crowded machine disturbs least. Run: node tools/bench/corridor.ts [ROUNDS]
 */
import { mkdtempSync, rmSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { readConfig } from '../../src/config.ts'
import { openFolder } from '../../src/folder.ts'
import { furnish } from '../../src/rooms.ts'
import type { Received } from '../../src/server/lane.ts'
import { type Signer, signRequest } from '../../src/sigv4/sign.ts'
import { openStore } from '../../src/storing.ts'
import { readRoot } from './root.ts'
import { median } from './spread.ts'

const rounds = Number(process.argv[2] ?? 30)
const secretsCount = 1000
const usersCount = 20
const callsPerRound = 1000
const width = 64

const dataPath = mkdtempSync(join(tmpdir(), 'strongroom-corridor-'))
const config = readConfig({ listen: '127.0.0.1:0', data: dataPath }, {})
const folder = await openFolder(dataPath, { account: config.account, sources: config.seal })
const world = { complain: console.error, fatal: console.error }
const store = await openStore(folder, world, config)
const rooms = await furnish(folder, store, config, world, {
  url: 'http://127.0.0.1:7766',
  server: createServer(),
})

let serial = 0
const origin = { sourceIp: '127.0.0.1', userAgent: 'bench', host: 'localhost', secure: false }
const types = { json: 'application/x-amz-json-1.1', query: 'application/x-www-form-urlencoded' }
const versions: Record<string, string> = { iam: '2010-05-08' }

function request(credentials: Signer, service: string, operation: string, input: object): Received {
  const version = versions[service]
  const body = version
    ? new URLSearchParams({ Action: operation, Version: version, ...input }).toString()
    : JSON.stringify(input)
  const headers: [string, string][] = [
    ['Host', 'localhost'],
    ['Content-Type', version ? types.query : types.json],
  ]
  if (!version) headers.push(['X-Amz-Target', `${service}.${operation}`])
  const parts = { method: 'POST', target: '/', headers, body: Buffer.from(body) }
  const made = signRequest({
    ...parts,
    ...{ credentials, region: config.region, service, at: Date.now() },
  })
  return { ...parts, headers: made.headers, requestId: `request-${serial++}`, origin }
}

async function ask(credentials: Signer, service: string, operation: string, input: object) {
  const answer = await rooms.respond(request(credentials, service, operation, input))
  const text = answer.body.toString()
  if (answer.status !== 200) throw new Error(`${operation}: ${answer.status} ${text}`)
  return text
}

async function readerNamed(root: Signer, UserName: string): Promise<Signer> {
  await ask(root, 'iam', 'CreateUser', { UserName })
  const Statement = [{ Effect: 'Allow', Action: 'secretsmanager:GetSecretValue', Resource: '*' }]
  const PolicyDocument = JSON.stringify({ Version: '2012-10-17', Statement })
  await ask(root, 'iam', 'PutUserPolicy', { UserName, PolicyName: 'read', PolicyDocument })
  const made = await ask(root, 'iam', 'CreateAccessKey', { UserName })
  const member = (name: string) => new RegExp(`<${name}>([^<]+)<`).exec(made)?.[1] ?? ''
  return { accessKeyId: member('AccessKeyId'), secretAccessKey: member('SecretAccessKey') }
}

async function round(calls: readonly Received[]): Promise<[thread: number, process: number]> {
  const before = [process.threadCpuUsage(), process.cpuUsage()] as const
  let next = 0
  const lane = async () => {
    while (next < callsPerRound) {
      const answer = await rooms.respond(calls[next++ % calls.length] as Received)
      if (answer.status !== 200) throw new Error(`status ${answer.status}`)
    }
  }
  await Promise.all(Array.from({ length: width }, lane))
  const perCall = ({ user, system }: NodeJS.CpuUsage) => (user + system) / callsPerRound
  return [perCall(process.threadCpuUsage(before[0])), perCall(process.cpuUsage(before[1]))]
}

function told(numbers: readonly number[]): string {
  return `${Math.min(...numbers).toFixed(0)} µs at least, ${median(numbers).toFixed(0)} at the median`
}

try {
  const root = readRoot(rooms.credentialsPath)
  const readers = await Promise.all(
    Array.from({ length: usersCount }, (_, n) => readerNamed(root, `reader-${n}`)),
  )
  const calls: Received[] = []
  for (let n = 0; n < secretsCount; n++) {
    const Name = `bench/secret-${n}`
    const SecretString = JSON.stringify({ username: 'app', password: `not-a-secret-${n}` })
    const input = { Name, SecretString, ClientRequestToken: crypto.randomUUID() }
    await ask(root, 'secretsmanager', 'CreateSecret', input)
    const reader = readers[n % usersCount] as Signer
    calls.push(request(reader, 'secretsmanager', 'GetSecretValue', { SecretId: Name }))
  }
  const seen: [number, number][] = []
  for (let n = 0; n < rounds; n++) seen.push(await round(calls))
  console.log(`GetSecretValue behind the socket, ${rounds} rounds of ${callsPerRound}, CPU per call:
  main thread: ${told(seen.map(([thread]) => thread))}
  all threads: ${told(seen.map(([, whole]) => whole))}`)
} finally {
  rooms.hush()
  await rooms.close()
  rmSync(dataPath, { recursive: true, force: true })
}
