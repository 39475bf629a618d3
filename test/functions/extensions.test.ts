/** Extensions: external ones from layers, in the pattern of AWS's Parameters and Secrets extension; internal ones. */
import assert from 'node:assert/strict'
import { dirname } from 'node:path'
import { after, test } from 'node:test'
import { until } from '../until.ts'
import { deploy, packed, raiseRunners } from './fixture.ts'

const fleet = raiseRunners()
after(() => fleet[Symbol.asyncDispose]())

/** An external extension in Node: registers, serves a port, tells the log of each event. */
const extension = (events: readonly string[], more = '') => `#!/bin/sh
PATH=$PATH:${dirname(process.execPath)}
exec node --input-type=module -e '
import { createServer } from "node:http"
const api = "http://" + process.env.AWS_LAMBDA_RUNTIME_API + "/2020-01-01/extension"
const seen = []
const server = createServer((request, response) => response.end(JSON.stringify(seen)))
await new Promise((go) => server.listen(Number(process.env.PORT), "127.0.0.1", go))
const registered = await fetch(api + "/register", {
  method: "POST",
  headers: { "Lambda-Extension-Name": "cached", "Lambda-Extension-Accept-Feature": "accountId" },
  body: JSON.stringify({ events: ${JSON.stringify(events)} }),
})
const id = registered.headers.get("Lambda-Extension-Identifier")
seen.push(await registered.json(), Object.keys(process.env).filter((name) => /^(_|AWS_EXECUTION|AWS_LAMBDA_LOG|LAMBDA_)/.test(name)))
const telemetry = await fetch("http://" + process.env.AWS_LAMBDA_RUNTIME_API + "/2022-07-01/telemetry", {
  method: "PUT", headers: { "Lambda-Extension-Identifier": id }, body: "{}" })
seen.push([telemetry.status, (await telemetry.json()).errorType])
for (;;) {
  const response = await fetch(api + "/event/next", { headers: { "Lambda-Extension-Identifier": id } })
  const event = await response.json()
  console.log("EXTENSION " + event.eventType + " " + (event.requestId ?? event.shutdownReason))
  seen.push(event.eventType)
  ${more}
  if (event.eventType === "SHUTDOWN") process.exit(0)
}'
`

/** A port that is free now: extensions share the machine's loopback. */
const port = String(20_000 + Math.floor(Math.random() * 10_000))

const asking = `
const early = await (await fetch('http://127.0.0.1:' + process.env.PORT)).json()
export const handler = async () => [early, await (await fetch('http://127.0.0.1:' + process.env.PORT)).json()]`

test('an external extension serves before the function starts, and hears of invocations and of the end', async () => {
  const layer = packed({ 'extensions/cached': extension(['INVOKE', 'SHUTDOWN']) })
  const deployed = deploy(asking, {
    name: 'extended',
    layers: [layer],
    environment: { PORT: port },
  })
  const requestId = '11111111-2222-4333-8444-555555555555'
  const { value, error } = await fleet.invoke(deployed, {}, { requestId })
  const [early, later] = value as [unknown[], unknown[]]
  assert.equal(error, undefined)
  assert.deepEqual(early[0], {
    functionName: 'extended',
    functionVersion: '$LATEST',
    handler: 'index.handler',
    accountId: '000000000000',
  })
  assert.deepEqual(early[1], [], 'what is not passed to extensions')
  assert.deepEqual(later[2], [202, 'Telemetry.NotSupported'])
  assert.ok(later.includes('INVOKE'))
  assert.equal((await fleet.invoke(deployed)).error, undefined)
  fleet.runners.forget(deployed.arn)
  await until(() => fleet.lines.includes('EXTENSION SHUTDOWN spindown'))
  assert.ok(fleet.lines.includes(`EXTENSION INVOKE ${requestId}`))
})

test('an extension that ends takes its environment with it', async () => {
  const layer = packed({ 'extensions/cached': extension(['INVOKE'], 'process.exit(7)') })
  const code = 'export const handler = () => new Promise((go) => setTimeout(go, 5000))'
  const deployed = deploy(code, { layers: [layer], environment: { PORT: '0' } })
  const { value, error } = await fleet.invoke(deployed)
  assert.deepEqual(
    [(value as Record<string, string>).errorType, error],
    ['Extension.Crash', 'Unhandled'],
  )
})

test('an extension that never registers keeps the function from starting', async () => {
  await using quick = raiseRunners({ limits: { initMilliseconds: 300 } })
  const layer = packed({ 'extensions/idle': '#!/bin/sh\nexec sleep 60' })
  const deployed = deploy('export const handler = async () => 1', {
    layers: [layer],
    timeoutSeconds: 1,
  })
  const { value } = await quick.invoke(deployed)
  assert.equal((value as Record<string, string>).errorType, 'Sandbox.Timedout')
})

test('an internal extension may ask for invocations, not for the end; nobody may join later', async () => {
  const deployed = deploy(`
const api = 'http://' + process.env.AWS_LAMBDA_RUNTIME_API + '/2020-01-01/extension'
const register = async (events, name = 'inside') => {
  const response = await fetch(api + '/register', { method: 'POST', headers: { 'Lambda-Extension-Name': name }, body: JSON.stringify({ events }) })
  return { id: response.headers.get('lambda-extension-identifier'), status: response.status, body: await response.json() }
}
const refused = await register(['SHUTDOWN'])
const { id } = await register(['INVOKE'])
const again = await register(['INVOKE'])
let events = []
const listen = async () => { for (;;) events.push((await (await fetch(api + '/event/next', { headers: { 'Lambda-Extension-Identifier': id } })).json()).eventType) }
listen()
const next = async (headers) => { const r = await fetch(api + '/event/next', { headers }); return [r.status, (await r.json()).errorType] }
export const handler = async () => [
  [refused.status, refused.body.errorType], again.body.errorType,
  (await register(['INVOKE'], 'late')).body.errorType,
  await next({}), await next({ 'Lambda-Extension-Identifier': 'x' }),
  await next({ 'Lambda-Extension-Identifier': '11111111-2222-4333-8444-555555555555' }), events,
]`)
  const { value } = await fleet.invoke(deployed)
  assert.deepEqual(value, [
    [403, 'Extension.InvalidEventType'],
    'Extension.InvalidExtensionName',
    'Extension.RegistrationClosed',
    [403, 'Extension.MissingExtensionIdentifier'],
    [403, 'Extension.InvalidExtensionIdentifier'],
    [403, 'Extension.UnknownExtensionIdentifier'],
    ['INVOKE'],
  ])
})
