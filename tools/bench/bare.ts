/** The limit to measure against: node:http (or node:https) that answers the same bytes and does nothing else. argv: FILE [CERT KEY] */
import { readFileSync } from 'node:fs'
import { createServer, type RequestListener } from 'node:http'
import { createServer as createTlsServer } from 'node:https'
import type { AddressInfo } from 'node:net'

const [path = '', cert, key] = process.argv.slice(2)
const body = readFileSync(path)
const headers = {
  'Content-Type': 'application/x-amz-json-1.1',
  'x-amzn-RequestId': '00000000-0000-4000-8000-000000000000',
  'Content-Length': body.length,
}

const listener: RequestListener = (request, response) => {
  request.on('data', () => {})
  request.on('end', () => {
    response.writeHead(200, headers)
    response.end(body)
  })
}
const server =
  cert && key
    ? createTlsServer({ cert: readFileSync(cert), key: readFileSync(key) }, listener)
    : createServer(listener)
server.listen(0, '127.0.0.1', () => {
  process.stdout.write(`${(server.address() as AddressInfo).port}\n`)
})
process.on('SIGTERM', () => process.exit(0))
