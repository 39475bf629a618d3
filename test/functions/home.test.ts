/** A server that is served by TLS with a certificate of its own: functions find it and trust it. */
import assert from 'node:assert/strict'
import { once } from 'node:events'
import { createServer } from 'node:https'
import type { AddressInfo } from 'node:net'
import { after, before, test } from 'node:test'
import { generate } from 'selfsigned'
import { deploy, deployPython, raiseRunners, type TestRunners } from './fixture.ts'

let fleet: TestRunners
const server = createServer((_request, response) => void response.end('"home"'))
before(async () => {
  const pair = await generate([{ name: 'commonName', value: 'localhost' }], {
    extensions: [{ name: 'subjectAltName', altNames: [{ type: 2, value: 'localhost' }] }],
  })
  server.setSecureContext({ cert: pair.cert, key: pair.private })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  const home = { url: `https://localhost:${port}`, ca: pair.cert }
  fleet = raiseRunners({ ports: { home } })
})
after(async () => {
  await fleet[Symbol.asyncDispose]()
  server.close()
  server.closeAllConnections()
})

test('Node trusts home beside all others', async () => {
  const code =
    'export const handler = async () => (await fetch(process.env.AWS_ENDPOINT_URL)).json()'
  assert.equal((await fleet.invoke(deploy(code))).value, 'home')
})

test("botocore's bundle holds home and all others", async () => {
  const code = `import os, ssl, urllib.request
def handler(event, context):
  trust = ssl.create_default_context(cafile=os.environ["AWS_CA_BUNDLE"])
  with urllib.request.urlopen(os.environ["SECRETS_MANAGER_ENDPOINT"], context=trust) as answer:
    return [answer.read().decode(), len(trust.get_ca_certs()) > 50]
`
  assert.deepEqual((await fleet.invoke(deployPython(code))).value, ['"home"', true])
})
