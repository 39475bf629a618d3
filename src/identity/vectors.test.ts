/**
 * Hostile and honest requests with a strict server's verdict on each, at the authenticator itself and
 * once more byte for byte through a socket and Node's HTTP parser.
 */
import assert from 'node:assert/strict'
import { hash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { createServer, type IncomingMessage, type Server } from 'node:http'
import { type AddressInfo, connect } from 'node:net'
import { after, before, test } from 'node:test'
import { Fault } from '../lib/fault.ts'
import { canonicalRequest, stringToSign } from '../sigv4/canonical.ts'
import { readClaim } from '../sigv4/claim.ts'
import { SigningKeys } from '../sigv4/key.ts'
import type { RawHeaders, RawRequest } from '../sigv4/request.ts'
import { type Authenticate, authenticator } from './authenticator.ts'
import type { Credential } from './credential.ts'

interface Vector {
  id: string
  expect: 'accept' | 'reject'
  errorClass: string | null
  serverClock: string
  endpoint: { region: string; service: string }
  method: string
  target: string
  headers: RawHeaders | null
  bodyB64: string
  wireB64: string
  canonicalRequest?: string
  stringToSign?: string
  sessionExpired?: boolean
}

type Keys = Record<string, string | { secret: string; token: string }>

const file = new URL('../../test/vectors/sigv4-vectors.json', import.meta.url)
const { server: vectors, meta }: { server: Vector[]; meta: { server: { keys: Keys } } } =
  JSON.parse(readFileSync(file, 'utf8'))
const keys = new Map(Object.entries(meta.server.keys))
const signingKeys = new SigningKeys()

const overTransport = vectors.filter(({ errorClass }) => errorClass === 'transport')
const atFunction = vectors.filter(({ errorClass }) => errorClass !== 'transport')
const withSteps = atFunction.filter((v) => v.expect === 'accept' && v.stringToSign !== undefined)

function find(
  accessKeyId: string,
  { serverClock, sessionExpired }: Vector,
): Credential | undefined {
  const known = keys.get(accessKeyId)
  if (known === undefined) return undefined
  const { secret, token } = typeof known === 'string' ? { secret: known } : { ...known }
  const at = Date.parse(serverClock)
  return {
    accessKeyId,
    signingKey: (day, region, service) =>
      signingKeys.get(accessKeyId, { day, region, service }, () => secret),
    ...(token !== undefined && { token, expiresAt: sessionExpired ? at - 1 : at + 3_600_000 }),
  }
}

const services = ['secretsmanager', 'kms', 'sts']

function doorOf(vector: Vector): Authenticate {
  return authenticator({
    credentials: { find: async (accessKeyId) => find(accessKeyId, vector) },
    clock: { now: () => Date.parse(vector.serverClock) },
    accepts: (service, region) => region === vector.endpoint.region && services.includes(service),
  })
}

const targets = new Map([
  ['secretsmanager', 'secretsmanager'],
  ['TrentService', 'kms'],
])

function expectedService(headers: RawHeaders): string | undefined {
  const target = headers.find(([name]) => name.toLowerCase() === 'x-amz-target')
  return targets.get(target?.[1].split('.')[0] ?? '')
}

/** `accept`, or the code of the refusal. Whatever is thrown beside a Fault is a bug and fails the test. */
async function verdict(vector: Vector, request: RawRequest): Promise<string> {
  try {
    await doorOf(vector)(request, expectedService(request.headers))
    return 'accept'
  } catch (thrown) {
    if (thrown instanceof Fault) return thrown.code
    throw thrown
  }
}

const expected = ({ expect, errorClass }: Vector): string | null =>
  expect === 'accept' ? expect : errorClass

test('the vectors are whole', () => {
  assert.equal(vectors.length, 61)
  assert.equal(atFunction.length, 56)
  assert.equal(overTransport.length, 5)
  assert.equal(withSteps.length, 7)
})

for (const vector of atFunction) {
  test(`at the function, ${vector.expect} ${vector.id}`, async () => {
    const request = {
      method: vector.method,
      target: vector.target,
      headers: vector.headers ?? [],
      body: Buffer.from(vector.bodyB64, 'base64'),
    }
    assert.equal(await verdict(vector, request), expected(vector))
  })
}

for (const vector of withSteps) {
  test(`step by step, ${vector.id}`, () => {
    const body = Buffer.from(vector.bodyB64, 'base64')
    const { method, target } = vector
    const claim = readClaim({ method, target, headers: vector.headers ?? [], body })
    const canonical = canonicalRequest(claim.parts, hash('sha256', body))
    assert.equal(canonical, vector.canonicalRequest)
    assert.equal(stringToSign(claim.date.amzDate, claim.scope, canonical), vector.stringToSign)
  })
}

/** The vector that is being sent: one at a time, since the server must know its clock. */
let current: Vector | undefined
let server: Server
let port = 0

before(async () => {
  server = createServer(async (message, response) => {
    assert.ok(current)
    const outcome = await verdict(current, await rawRequest(message))
    response.writeHead(outcome === 'accept' ? 200 : 400, { connection: 'close' }).end(outcome)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  port = (server.address() as AddressInfo).port
})

after(() => {
  server.close()
  server.closeAllConnections()
})

async function rawRequest(message: IncomingMessage): Promise<RawRequest> {
  const { method = '', url: target = '', rawHeaders } = message
  const chunks: Buffer[] = []
  for await (const chunk of message) chunks.push(chunk)
  const headers = rawHeaders.flatMap((name, at): [string, string][] =>
    at % 2 === 0 ? [[name, rawHeaders[at + 1] ?? '']] : [],
  )
  return { method, target, headers, body: Buffer.concat(chunks) }
}

/** Sends the bytes as they are and gives the whole answer, empty if the connection was just closed. */
function send(bytes: Buffer): Promise<string> {
  return new Promise((resolve, reject) => {
    let answer = ''
    const socket = connect(port, '127.0.0.1', () => socket.write(bytes))
    socket.setTimeout(5_000, () => reject(new Error('no answer')))
    socket.on('data', (chunk) => {
      answer += chunk.toString('latin1')
    })
    socket.on('error', () => resolve(answer))
    socket.on('close', () => resolve(answer))
  })
}

for (const vector of atFunction) {
  test(`over a socket, ${vector.expect} ${vector.id}`, async () => {
    current = vector
    const answer = await send(Buffer.from(vector.wireB64, 'base64'))
    const status = vector.expect === 'accept' ? '200' : '400'
    assert.equal(answer.slice(0, 12), `HTTP/1.1 ${status}`)
    assert.equal(outcomeOf(answer), expected(vector))
  })
}

const outcomeOf = (answer: string): string | undefined =>
  /(accept|[A-Za-z]+Exception)/.exec(answer.slice(answer.indexOf('\r\n\r\n')))?.[0]

for (const vector of overTransport) {
  test(`over a socket, closed or 4xx ${vector.id}`, async () => {
    current = vector
    const answer = await send(Buffer.from(vector.wireB64, 'base64'))
    assert.match(answer.slice(0, 12), /^$|^HTTP\/1\.1 4\d\d$/)
  })
}
