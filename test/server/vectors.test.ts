/**
 * Hostile and honest requests with a strict server's verdict on each, byte for byte over a socket
 * against the whole house: its own keys, its own clock, its own choice of regions and services.
 */
import assert from 'node:assert/strict'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import { readConfig } from '../../src/config.ts'
import { type House, raise } from '../../src/house.ts'
import { exchange, type Reply } from './socket.ts'

interface Vector {
  readonly id: string
  readonly expect: 'accept' | 'reject'
  readonly errorClass: string | null
  readonly serverClock: string
  readonly endpoint: { readonly service: string }
  readonly wireB64: string
}

const file = new URL('../vectors/sigv4-vectors.json', import.meta.url)
const {
  server: vectors,
  meta: {
    server: { keys },
  },
}: { server: Vector[]; meta: { server: { keys: Record<string, unknown> } } } = JSON.parse(
  readFileSync(file, 'utf8'),
)

/** What the house cannot be brought to meet. */
const skipped: ReadonlyMap<string, string> = new Map([
  [
    'bad/token-swapped-after-signing',
    "signed with a session key of the vectors' own making; a session of the house stands in its sealed token",
  ],
])

/** How the query protocol spells these codes, and their status. */
const queryCodes: ReadonlyMap<string, readonly [code: string, status: number]> = new Map([
  ['MissingAuthenticationTokenException', ['MissingAuthenticationToken', 403]],
  ['IncompleteSignatureException', ['IncompleteSignature', 400]],
  ['InvalidSignatureException', ['SignatureDoesNotMatch', 403]],
])

const authentication =
  /MissingAuthenticationToken|IncompleteSignature|InvalidSignature|SignatureDoesNotMatch|UnrecognizedClient|InvalidClientTokenId|ExpiredToken/

let now = Date.parse('2026-01-02T03:04:05Z')
const complaints: string[] = []
const dataPath = mkdtempSync(join(tmpdir(), 'strongroom-vectors-'))
let house: House

/** A house whose root has, among others, this key pair. */
function open(accessKeyId: string): Promise<House> {
  const flags = { listen: '127.0.0.1:0', data: dataPath, region: 'eu-west-1', regions: 'eu-west-1' }
  const config = readConfig(flags, {
    STRONGROOM_ROOT_ACCESS_KEY_ID: accessKeyId,
    STRONGROOM_ROOT_SECRET_ACCESS_KEY: String(keys[accessKeyId]),
  })
  return raise(config, {
    clock: { now: () => now },
    complain: (words) => void complaints.push(words),
    fatal: (reason) => void complaints.push(reason),
  })
}

before(async () => {
  const [first = '', second = ''] = Object.keys(keys).filter((id) => id.startsWith('AKIA'))
  await (await open(first)).down()
  house = await open(second)
})

after(async () => {
  await house.down()
  rmSync(dataPath, { recursive: true })
  assert.deepEqual(complaints, [])
})

async function send(vector: Vector): Promise<Reply | undefined> {
  now = Date.parse(vector.serverClock)
  return exchange(house.port, Buffer.from(vector.wireB64, 'base64'))
}

function codeOf({ headers, body }: Reply): string {
  if (headers.get('content-type')?.includes('json')) return JSON.parse(body).__type ?? ''
  return /<Code>(\w+)<\/Code>/.exec(body)?.[1] ?? ''
}

const isQuery = ({ endpoint }: Vector): boolean => endpoint.service === 'sts'

const running = vectors.filter(({ id }) => !skipped.has(id))

describe('vectors over a socket', () => {
  test('60 of 61 run', (t) => {
    assert.equal(vectors.length, 61)
    assert.equal(running.length, 60)
    for (const [id, reason] of skipped) t.diagnostic(`not run: ${id}: ${reason}`)
  })

  for (const vector of running.filter(({ expect }) => expect === 'accept')) {
    test(`accept ${vector.id}`, async () => {
      const reply = await send(vector)
      assert.ok(reply)
      assert.ok(reply.status === 200 || reply.status === 400, `${reply.status}`)
      assert.doesNotMatch(codeOf(reply), authentication)
      assert.ok(reply.status === 200 || codeOf(reply) !== '', 'an answer of the operation')
    })
  }

  for (const vector of running.filter(
    (each) => each.expect === 'reject' && each.errorClass !== 'transport',
  )) {
    test(`reject ${vector.id}`, async () => {
      const reply = await send(vector)
      assert.ok(reply)
      const { errorClass } = vector
      const [code, status] = (isQuery(vector) && queryCodes.get(errorClass ?? '')) || [
        errorClass,
        400,
      ]
      assert.equal(codeOf(reply), code)
      assert.equal(reply.status, status)
    })
  }

  for (const vector of running.filter(({ errorClass }) => errorClass === 'transport')) {
    test(`refuse before HTTP is trusted ${vector.id}`, async () => {
      const reply = await send(vector)
      assert.ok(reply === undefined || Math.floor(reply.status / 100) === 4, `${reply?.status}`)
      assert.equal(reply?.body ?? '', '')
    })
  }

  test('a request line of HTTP/0.9 or HTTP/2.0 is refused before anything is read from it', async () => {
    for (const version of ['HTTP/0.9', 'HTTP/2.0']) {
      const line = `POST / ${version}\r\nHost: localhost\r\nContent-Length: 2\r\n\r\n{}`
      const reply = await exchange(house.port, Buffer.from(line))
      assert.equal(reply?.status, 400)
      assert.equal(reply.body, '')
      assert.equal(reply.headers.get('connection'), 'close')
    }
  })
})
