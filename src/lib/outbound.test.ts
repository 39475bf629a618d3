import assert from 'node:assert/strict'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { test } from 'node:test'
import { admittedBeside, isPrivate, Unreachable } from './address.ts'
import { send } from './outbound.ts'

async function serve(server: Server) {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  return {
    port,
    async [Symbol.asyncDispose]() {
      const closed = new Promise((resolve) => server.close(resolve))
      server.closeAllConnections()
      await closed
    },
  }
}

const usual = { method: 'POST', headers: {}, body: 'x', timeoutMs: 5000 }

test('the public internet, and the blocks that were named', () => {
  const admits = admittedBeside(['10.1.0.0/16', 'fd00::/8'])
  for (const address of ['8.8.8.8', '10.1.2.3', 'fd00::1', '2606:4700::1']) {
    assert.ok(admits(address), address)
  }
  for (const address of [
    ...[
      '127.0.0.1',
      '10.2.0.1',
      '169.254.169.254',
      '192.168.1.1',
      '172.16.0.1',
      '100.64.0.1',
      '0.0.0.0',
    ],
    ...[
      '::1',
      '::',
      'fe80::1',
      'fc00::1',
      '::ffff:127.0.0.1',
      '::ffff:10.2.0.1',
      '64:ff9b::7f00:1',
      '2002:7f00:1::',
    ],
  ]) {
    assert.ok(!admits(address), address)
  }
})

test('what is no block is refused', () => {
  for (const block of ['10.0.0.0', '10.0.0.0/33', 'x/8', '::/129', '10.0.0.0/8/8', '']) {
    assert.throws(() => admittedBeside([block]), RangeError, block)
  }
})

test('no private address is called, by whatever name', async () => {
  let calls = 0
  await using served = await serve(createServer(() => calls++))
  const admits = (address: string) => !isPrivate(address)
  for (const host of [
    '127.0.0.1',
    'localhost',
    '2130706433',
    '0x7f.1',
    '[::ffff:127.0.0.1]',
    '[::1]',
  ]) {
    const url = new URL(`http://${host}:${served.port}/`)
    await assert.rejects(send({ ...usual, url, admits }), Unreachable, host)
  }
  assert.equal(calls, 0)
})

test('a redirect is an answer like any other, and is not followed', async () => {
  const paths: string[] = []
  await using served = await serve(
    createServer((request, response) => {
      paths.push(request.url ?? '')
      response.writeHead(307, { Location: '/elsewhere' }).end()
    }),
  )
  const url = new URL(`http://127.0.0.1:${served.port}/first`)
  assert.equal((await send({ ...usual, url, admits: () => true })).status, 307)
  assert.deepEqual(paths, ['/first'])
})

test('one that hangs is given up in time, and so is one that never ends', async () => {
  await using hangs = await serve(createServer(() => {}))
  await using endless = await serve(
    createServer((_request, response) => {
      response.writeHead(200)
      const more = (error?: Error | null) => {
        if (!error) response.write('x'.repeat(60_000), more)
      }
      more()
    }),
  )
  const admits = () => true
  const wait = { ...usual, timeoutMs: 100, admits }
  const hanging = new URL(`http://127.0.0.1:${hangs.port}/`)
  await assert.rejects(send({ ...wait, url: hanging }), Unreachable)
  const url = new URL(`http://127.0.0.1:${endless.port}/`)
  const { status, text } = await send({ ...usual, url, admits })
  assert.equal(status, 200)
  assert.ok(text.length <= 64 << 10)
})

test('what breaks off behind its status has that status', async () => {
  await using served = await serve(
    createServer((_request, response) => {
      response.writeHead(200, { 'Content-Length': '1000' })
      response.write('part')
      setTimeout(() => response.destroy(), 20)
    }),
  )
  const url = new URL(`http://127.0.0.1:${served.port}/`)
  const { status, text } = await send({ ...usual, url, admits: () => true })
  assert.deepEqual({ status, text }, { status: 200, text: 'part' })
})

test('words name the host, never the path', async () => {
  const url = new URL('http://127.0.0.1:1/secret-path')
  await assert.rejects(send({ ...usual, url, admits: () => true }), (thrown: Error) => {
    assert.match(thrown.message, /^127\.0\.0\.1:1: /)
    assert.doesNotMatch(thrown.message, /secret/)
    return true
  })
})
