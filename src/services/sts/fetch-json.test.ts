import assert from 'node:assert/strict'
import { createServer, type RequestListener } from 'node:http'
import type { AddressInfo } from 'node:net'
import { after, test } from 'node:test'
import { isPrivate } from '../../lib/address.ts'
import { fetchJson } from './fetch-json.ts'

const server = createServer((request, response) => answer(request, response))
let answer: RequestListener = (_request, response) => response.end('{}')
await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
const { port } = server.address() as AddressInfo
const url = (host: string) => new URL(`http://${host}:${port}/keys`)
after(() => {
  server.close()
  server.closeAllConnections()
})

const privates = [
  ...['0.0.0.0', '10.1.2.3', '100.64.0.1', '127.0.0.1', '169.254.169.254', '172.31.255.255'],
  ...['192.168.1.1', '198.19.0.1', '224.0.0.1', '255.255.255.255', '::', '::1', 'fe80::1'],
  ...['fd00:ec2::254', '::ffff:10.0.0.1', '::ffff:8.8.8.8', '64:ff9b::a00:1', '2002:a00:1::1'],
  ...['2001::1', 'ff02::1'],
]
const publics = ['8.8.8.8', '100.128.0.1', '172.32.0.1', '2606:4700::1111', '2a00:1450:4001::1']

test('private addresses are told from public ones', () => {
  for (const address of privates) assert.equal(isPrivate(address), true, address)
  for (const address of publics) assert.equal(isPrivate(address), false, address)
})

test('a private address is refused in every way of writing it', () => {
  for (const host of ['127.0.0.1', '[::1]', '0x7f.1', '2130706433', '[::ffff:127.0.0.1]']) {
    assert.throws(() => fetchJson(new URL(`https://${host}:${port}/`), false), /is private/, host)
  }
})

test('a name that leads to a private address is refused when connecting', async () => {
  await assert.rejects(fetchJson(new URL(`https://localhost:${port}/`), false), /is private/)
})

test('plain http is refused, even where it may be private, but for loopback', async () => {
  assert.throws(() => fetchJson(url('127.0.0.1'), false), /is not https/)
  assert.throws(() => fetchJson(url('10.0.0.1'), true), /is not https/)
  assert.throws(() => fetchJson(new URL('file:///etc/passwd'), true), /is not https/)
  assert.deepEqual({ ...((await fetchJson(url('127.0.0.1'), true)) as object) }, {})
})

test('a URL with a password in it is refused', () => {
  assert.throws(() => fetchJson(new URL('https://me:you@example.com/'), false), /with a password/)
})

test('a redirect is not followed', async () => {
  answer = (_request, response) => response.writeHead(302, { Location: '/other' }).end('{}')
  await assert.rejects(fetchJson(url('localhost'), true), /answers 302/)
})

test('an answer that does not end is cut off', async () => {
  answer = (_request, response) => response.end(`"${'a'.repeat(300_000)}"`)
  await assert.rejects(fetchJson(url('localhost'), true), /too large/)
})

test('an answer that is not JSON, or says one key twice, is refused', async () => {
  for (const body of ['<html>', '{"keys":[],"keys":[]}']) {
    answer = (_request, response) => response.end(body)
    await assert.rejects(fetchJson(url('localhost'), true), { name: 'JsonError' })
  }
})
