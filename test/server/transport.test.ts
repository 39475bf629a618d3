/**
 * What is refused before anybody is believed: what is not signed, not HTTP as we take it, or too
 * large. One short answer, nothing read on, nothing told to the operator.
 */
import assert from 'node:assert/strict'
import { once } from 'node:events'
import { connect } from 'node:net'
import { after, before, describe, test } from 'node:test'
import { raiseHouse, type TestHouse } from '../house.ts'
import { ended, exchange, jsonCall, replyOf, signedBytes } from './socket.ts'

let house: TestHouse

before(async () => {
  house = await raiseHouse()
})

after(async () => {
  await house[Symbol.asyncDispose]()
  assert.deepEqual(house.complaints, [])
})

const sendRaw = (text: string) => exchange(house.port, Buffer.from(text, 'latin1'))

describe('not signed', () => {
  test('GET / is told so in XML', async () => {
    const reply = await sendRaw('GET / HTTP/1.1\r\nHost: a\r\n\r\n')
    assert.equal(reply?.status, 403)
    assert.match(reply.body, /<Code>MissingAuthenticationToken<\/Code>/)
  })

  test('POST / is told so in JSON', async () => {
    const reply = await sendRaw('POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\n\r\n{}')
    assert.equal(reply?.status, 400)
    assert.deepEqual(JSON.parse(reply.body), {
      __type: 'MissingAuthenticationTokenException',
      message: 'Missing Authentication Token',
    })
  })

  for (const path of ['/secrets', '/..%2f..%2fetc/passwd', '/_localstack/health']) {
    test(`POST ${path} is told so, too`, async () => {
      const reply = await sendRaw(`POST ${path} HTTP/1.1\r\nHost: a\r\nContent-Length: 0\r\n\r\n`)
      assert.equal(reply?.status, 400)
      assert.match(reply.body, /"MissingAuthenticationTokenException"/)
    })
  }

  for (const line of ['POST /-/health', 'GET /-/nothing', 'GET /-/../src', 'DELETE /-/docs']) {
    test(`${line} is not found, and its body is not waited for`, async () => {
      const reply = await sendRaw(
        `${line} HTTP/1.1\r\nHost: a\r\nContent-Length: 900000\r\n\r\nbody that never ends`,
      )
      assert.equal(reply?.status, 404)
      assert.equal(reply.headers.get('connection'), 'close')
      assert.equal(reply.body, 'There is nothing here.\n')
    })
  }

  for (const text of [
    '\r\n\r\n\r\n\r\n',
    'hello\r\n\r\n',
    '\x16\x03\x01\x00\xa5\x01\x00\x00\xa1',
  ]) {
    test(`${JSON.stringify(text)} is not HTTP`, async () => {
      const socket = connect(house.port, '127.0.0.1')
      socket.end(text, 'latin1')
      const reply = await replyOf(socket)
      await ended(socket)
      assert.ok(reply === undefined || reply.status === 400)
      assert.equal(reply?.body ?? '', '')
    })
  }
})

test('HTTP/1.0 is answered, and its connection ends', async () => {
  const bytes = signedBytes({
    keys: house.root,
    headers: jsonCall('secretsmanager.ListSecrets'),
    body: '{}',
    version: 'HTTP/1.0',
  })
  const socket = connect(house.port, '127.0.0.1')
  socket.write(bytes)
  const reply = await replyOf(socket)
  assert.equal(reply?.status, 200)
  await ended(socket)
})

describe('too large', () => {
  const bytesMax = 512 << 10
  const tooLarge = {
    __type: 'RequestEntityTooLargeException',
    message: 'The request is too large.',
  }

  test('a body at the bound is read', async () => {
    const body = `{"Name":${' '.repeat(bytesMax - 10)}5}`
    assert.equal(body.length, bytesMax)
    const headers = jsonCall('secretsmanager.CreateSecret')
    const bytes = signedBytes({ keys: house.root, headers, body })
    const reply = await exchange(house.port, bytes)
    assert.equal(JSON.parse(reply?.body ?? '').__type, 'SerializationException')
  })

  for (const expect of ['', 'Expect: 100-continue\r\n']) {
    test(`a body announced above the bound is refused unread ${expect.trim()}`, async () => {
      const socket = connect(house.port, '127.0.0.1')
      socket.write(`POST / HTTP/1.1\r\nHost: a\r\n${expect}Content-Length: ${bytesMax + 1}\r\n\r\n`)
      const [first] = await once(socket, 'data')
      assert.match(String(first), /^HTTP\/1\.1 413 /)
      assert.match(String(first), /\r\nConnection: close\r\n/)
      assert.deepEqual(JSON.parse(String(first).split('\r\n\r\n')[1] ?? ''), tooLarge)
      await ended(socket)
    })
  }

  test('a body in chunks is refused at the bound, and no more of it is read', async () => {
    const socket = connect(house.port, '127.0.0.1')
    socket.on('error', () => {})
    const replied = replyOf(socket)
    socket.write('POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n')
    const chunk = Buffer.from(`10000\r\n${'x'.repeat(0x10000)}\r\n`)
    // The bound and a byte, after which the house must have answered.
    for (let sent = 0; sent < bytesMax; sent += 0x10000) socket.write(chunk)
    socket.write('1\r\nx\r\n')
    const reply = await replied
    assert.equal(reply?.status, 413)
    assert.deepEqual(JSON.parse(reply.body), tooLarge)
    await ended(socket)
  })

  test('a sender that does not stop is cut off', async () => {
    const socket = connect(house.port, '127.0.0.1')
    const closed = ended(socket)
    socket.write('POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n')
    const chunk = Buffer.from(`100000\r\n${'x'.repeat(0x100000)}\r\n`)
    let chunks = 0
    while (!socket.destroyed && chunks < 512) {
      chunks++
      if (!socket.write(chunk)) await Promise.race([once(socket, 'drain').catch(() => {}), closed])
    }
    await closed
    assert.ok(chunks < 64, `${chunks} MiB went out`)
  })

  test('65 headers are refused', async () => {
    const headers = Array.from({ length: 63 }, (_, n) => `X-${n}: a\r\n`).join('')
    const socket = connect(house.port, '127.0.0.1')
    socket.write(`POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 0\r\n${headers}\r\n`)
    const reply = await replyOf(socket)
    assert.equal(reply?.status, 413)
    assert.deepEqual(JSON.parse(reply.body), {
      __type: 'RequestEntityTooLargeException',
      message: 'The request has too many headers.',
    })
    await ended(socket)
  })

  test('headers above 16 KiB are refused', async () => {
    const socket = connect(house.port, '127.0.0.1')
    socket.write(`POST / HTTP/1.1\r\nHost: a\r\nX-Long: ${'a'.repeat(17 << 10)}`)
    const reply = await replyOf(socket)
    assert.equal(reply?.status, 431)
    await ended(socket)
  })
})

test("a sender that goes away in the middle is nobody's concern", async () => {
  const socket = connect(house.port, '127.0.0.1')
  socket.write('POST / HTTP/1.1\r\nHost: a\r\nExpect: 100-continue\r\nContent-Length: 9\r\n\r\n')
  await once(socket, 'data')
  socket.resetAndDestroy()
  await ended(socket)
  const reply = await sendRaw('GET /-/health HTTP/1.1\r\nHost: a\r\n\r\n')
  assert.equal(reply?.status, 200)
})
