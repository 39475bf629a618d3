/** What a connection may cost before it is trusted: slow, idle and many senders are let go. */
import assert from 'node:assert/strict'
import { once } from 'node:events'
import { connect, type Socket } from 'node:net'
import { describe, test } from 'node:test'
import { type ServerLimits, serverLimits } from '../../src/server/limits.ts'
import { raiseHouse, type TestHouse } from '../house.ts'
import { until } from '../until.ts'
import { ended, exchange, jsonCall, replyOf, signedBytes } from './socket.ts'

const bounded = (limits: Partial<ServerLimits>, docs = '') =>
  raiseHouse({ world: { limits: { ...serverLimits, ...limits }, docs } })

const impatient = { headersMilliseconds: 100, requestMilliseconds: 200, idleMilliseconds: 100 }
const health = 'GET /-/health HTTP/1.1\r\nHost: localhost\r\n\r\n'

async function open(house: TestHouse): Promise<Socket> {
  const socket = connect(house.port, '127.0.0.1')
  socket.on('error', () => {})
  await once(socket, 'connect')
  return socket
}

/**
 * Goes on sending a little. Behind whatever has come in the meantime: a write to a connection that the
 * other side has ended would take the answer along that stands there to be read.
 */
const trickling = (socket: Socket, bytes: string) =>
  setInterval(() => setImmediate(() => socket.write(bytes)), 20)

/** True if the house answers on a connection of its own. */
async function isAnswered(house: TestHouse): Promise<boolean> {
  return (await exchange(house.port, Buffer.from(health)))?.status === 200
}

/** Tries until there is room; rejects when there is none for longer than any limit here. */
async function isAnsweredAtLast(house: TestHouse): Promise<void> {
  await until(() => isAnswered(house))
}

describe('a sender that is slow', () => {
  test('with its first byte is let go', async () => {
    await using house = await bounded(impatient)
    await ended(await open(house))
  })

  test('with its headers is told 408 and let go, though it goes on', async () => {
    await using house = await bounded(impatient)
    const socket = await open(house)
    socket.write('POST / HTTP/1.1\r\nHost: localhost\r\n')
    const trickle = trickling(socket, 'X-A: b\r\n')
    const reply = await replyOf(socket)
    await ended(socket)
    clearInterval(trickle)
    assert.equal(reply?.status, 408)
  })

  test('with its body is told 408 and let go, though it goes on', async () => {
    await using house = await bounded(impatient)
    const socket = await open(house)
    socket.write('POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: 100000\r\n\r\n')
    const trickle = trickling(socket, 'x')
    const reply = await replyOf(socket)
    await ended(socket)
    clearInterval(trickle)
    assert.equal(reply?.status, 408)
    assert.deepEqual(house.complaints, [])
  })

  test('with reading its answer is let go', async () => {
    await using house = await bounded(
      { ...impatient, connectionsPerAddressMax: 1 },
      'x'.repeat(32 << 20),
    )
    const socket = await open(house)
    socket.pause()
    socket.write('GET /-/docs HTTP/1.1\r\nHost: localhost\r\n\r\n')
    await isAnsweredAtLast(house)
    socket.destroy()
  })

  test('does not keep others waiting', async () => {
    await using house = await bounded({})
    const slow = await Promise.all(Array.from({ length: 200 }, () => open(house)))
    for (const socket of slow) socket.write('POST / HTTP/1.1\r\nHost: localhost\r\nContent-Le')
    assert.equal(await isAnswered(house), true)
    for (const socket of slow) socket.destroy()
  })
})

describe('a connection', () => {
  test('that is idle between requests is closed', async () => {
    await using house = await bounded({ idleMilliseconds: 100 })
    const socket = await open(house)
    socket.write(health)
    const reply = await replyOf(socket)
    assert.equal(reply?.status, 200)
    await ended(socket)
  })

  test('above the number for one address is closed, until another ends', async () => {
    await using house = await bounded({ connectionsPerAddressMax: 2 })
    const [first, second] = [await open(house), await open(house)]
    assert.equal(await isAnswered(house), false)
    first.destroy()
    await isAnsweredAtLast(house)
    assert.equal(second.closed, false)
    second.destroy()
  })

  test('above the number in all is closed, until another ends', async () => {
    await using house = await bounded({ connectionsMax: 2 })
    const [first, second] = [await open(house), await open(house)]
    assert.equal(await isAnswered(house), false)
    first.destroy()
    await isAnsweredAtLast(house)
    assert.equal(second.closed, false)
    second.destroy()
  })
})

describe('a stop', () => {
  test('does not wait for connections that have asked for nothing', async () => {
    await using house = await bounded({ drainMilliseconds: 600_000 })
    const mute = await open(house)
    const half = await open(house)
    half.write('POST / HTTP/1.1\r\nHost: loc')
    const idle = await open(house)
    idle.write(health)
    await replyOf(idle)
    await house[Symbol.asyncDispose]()
    await Promise.all([mute, half, idle].map(ended))
  })

  test('does not wait for ever for a request that does not come to its end', async () => {
    await using house = await bounded({ drainMilliseconds: 50 })
    const socket = await open(house)
    socket.write('POST / HTTP/1.1\r\nHost: localhost\r\nExpect: 100-continue\r\n')
    socket.write('Content-Length: 10\r\n\r\n')
    await once(socket, 'data')
    await house[Symbol.asyncDispose]()
    await ended(socket)
    assert.deepEqual(house.complaints, [])
  })

  test('takes the rest of a request that has begun, and answers it', async () => {
    await using house = await bounded({})
    const bytes = signedBytes({
      keys: house.root,
      headers: jsonCall('secretsmanager.ListSecrets'),
      unsigned: [['Expect', '100-continue']],
      body: '{}',
    })
    const socket = await open(house)
    socket.write(bytes.subarray(0, -1))
    await once(socket, 'data')
    const gone = house[Symbol.asyncDispose]()
    const reply = replyOf(socket)
    socket.write(bytes.subarray(-1))
    assert.equal((await reply)?.status, 200)
    assert.equal((await reply)?.headers.get('connection'), 'close')
    await gone
  })
})
