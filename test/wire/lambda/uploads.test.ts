/** Bodies of functions are larger than all others: read only for who may be somebody, and few at once. */
import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { connect } from 'node:net'
import { after, before, describe, test } from 'node:test'
import { CreateFunctionCommand, InvokeCommand, TagResourceCommand } from '@aws-sdk/client-lambda'
import { zipSync } from 'fflate'
import { serverLimits } from '../../../src/server/limits.ts'
import { signRequest } from '../../../src/sigv4/sign.ts'
import type { Keys } from '../../house.ts'
import { send } from '../../raw.ts'
import { ended, replyOf } from '../../server/socket.ts'
import { arnOf, functionInput, raiseScene, region, type Scene } from './scene.ts'

let scene: Scene
before(async () => {
  scene = await raiseScene({ world: { limits: { ...serverLimits, bulkBytesMax: 4 << 20 } } })
})
after(async () => {
  assert.deepEqual(scene.house.complaints, [])
  await scene[Symbol.asyncDispose]()
})

/** Code that does not deflate. */
const largeZip = (bytes: number) =>
  zipSync({
    'index.mjs': Buffer.from('export const handler = async () => 1'),
    'large.bin': [randomBytes(bytes), { level: 0 }],
  })

/** The headers of a request that announces a body and has not sent any of it. */
function announced(keys: Keys, bytes: number, service = 'lambda'): string {
  const { host } = new URL(scene.house.url)
  const target = '/2015-03-31/functions'
  const { headers } = signRequest({
    ...{ method: 'POST', target, body: Buffer.alloc(0), credentials: keys, region, service },
    headers: [
      ['Host', host],
      ['Content-Length', String(bytes)],
    ],
    at: Date.now(),
  })
  return `POST ${target} HTTP/1.1\r\n${headers.map(([name, value]) => `${name}: ${value}\r\n`).join('')}\r\n`
}

async function replyTo(text: string) {
  const socket = connect(scene.house.port, '127.0.0.1')
  socket.on('error', () => {})
  socket.write(text)
  const reply = await replyOf(socket)
  await ended(socket)
  return reply
}

describe('a large body', () => {
  test('of a key that nobody has is refused unread', async () => {
    const keys = { accessKeyId: 'AKIAIOSFODNN7EXAMPLE', secretAccessKey: 'x'.repeat(40) }
    const reply = await replyTo(announced(keys, 60 << 20))
    assert.equal(reply?.status, 403)
    assert.equal(reply?.headers.get('x-amzn-errortype'), 'UnrecognizedClientException')
  })

  test('for another service is refused unread', async () => {
    const reply = await replyTo(announced(scene.house.root, 60 << 20, 'secretsmanager'))
    assert.equal(reply?.status, 413)
  })

  test('beyond what even code may be is refused unread', async () => {
    const reply = await replyTo(announced(scene.house.root, 71 << 20))
    assert.equal(reply?.status, 413)
  })

  test('for an operation that takes none is refused', async () => {
    const Tags = { large: 'x'.repeat(600_000) }
    const tag = new TagResourceCommand({ Resource: arnOf('f'), Tags })
    await assert.rejects(scene.root.send(tag), (thrown: Error) =>
      /RequestEntityTooLarge|EPIPE|ECONNRESET/.test(`${thrown.name} ${thrown.message}`),
    )
  })

  test('whose signature does not hold is refused', async () => {
    const { status, errorType } = await send({
      ...{ url: scene.house.url, service: 'lambda', target: '/2015-03-31/functions' },
      keys: { ...scene.house.root, secretAccessKey: 'w'.repeat(40) },
      headers: [['Content-Type', 'application/json']],
      body: JSON.stringify({ FunctionName: 'x'.repeat(1 << 20) }),
    })
    assert.deepEqual([status, errorType], [403, 'InvalidSignatureException'])
  })
})

describe('code', () => {
  test('of several megabytes is deployed by several at once, each in its turn', async () => {
    const made = Array.from({ length: 5 }, async (_, at) => {
      const ZipFile = largeZip(2 << 20)
      const name = `large-${at}`
      const input = { ...functionInput(name), Code: { ZipFile } }
      await scene.root.send(new CreateFunctionCommand(input))
      return { name, ZipFile }
    })
    for (const { name, ZipFile } of await Promise.all(made)) {
      const { Payload } = await scene.root.send(new InvokeCommand({ FunctionName: name }))
      assert.equal(Payload?.transformToString(), '1')
      const call = scene.runner.calls.findLast(({ deployed }) => deployed.name === name)
      assert.deepEqual(Buffer.from((await call?.deployed.code()) ?? []), Buffer.from(ZipFile))
    }
  })
})
