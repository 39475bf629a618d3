/** Exporters: everything arrives, in order; what was not taken comes again; nothing waits for them. */
import assert from 'node:assert/strict'
import { createHmac } from 'node:crypto'
import { after, test } from 'node:test'
import { CreateSecretCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager'
import { readConfig } from '../../src/config.ts'
import { raiseHouse, type TestHouse } from '../house.ts'
import { until, untilEqual } from '../until.ts'
import { httpReceiver, type Receiver, syslogReceiver } from './receivers.ts'

const secret = 'a-secret-of-the-receiver'
const environment = {
  STRONGROOM_AUDIT_WEBHOOK_SECRET: secret,
  STRONGROOM_AUDIT_OTLP_HEADERS: 'x-api-key=canary-key',
}
const receivers: { close(): Promise<void> }[] = []
after(() => Promise.all(receivers.map((each) => each.close())))
async function receiver(): Promise<Receiver> {
  const made = await httpReceiver()
  receivers.push(made)
  return made
}

const create = (house: TestHouse, Name: string) =>
  new SecretsManagerClient(house.client()).send(
    new CreateSecretCommand({ Name, SecretString: 'canary-of-a-value' }),
  )
async function health(house: TestHouse) {
  const response = await fetch(`${house.url}/-/health`)
  return (await response.json()) as {
    audit?: Record<string, { behind: number; failing: boolean }>
  }
}

interface Sent {
  readonly eventID: string
  readonly eventName: string
  readonly requestParameters?: { readonly name?: string }
}
const sentTo = ({ deliveries }: Receiver): Sent[] =>
  deliveries.flatMap(({ body }) => JSON.parse(body).Records)
const secretsIn = (records: readonly Sent[]) =>
  records
    .filter(({ eventName }) => eventName === 'CreateSecret')
    .map(({ requestParameters }) => requestParameters?.name)

test('the webhook gets every record, signed, in order', async () => {
  const to = await receiver()
  const flags = { auditWebhook: `${to.url}/path`, auditPrivate: true }
  await using house = await raiseHouse({ flags, environment: { ...environment } })
  for (const name of ['a', 'b', 'c']) await create(house, name)
  await until(() => secretsIn(sentTo(to)).length === 3)
  assert.deepEqual(secretsIn(sentTo(to)), ['a', 'b', 'c'])
  for (const { path, headers, body } of to.deliveries) {
    const timestamp = String(headers['x-strongroom-timestamp'])
    const mac = createHmac('sha256', secret).update(`${timestamp}.${body}`).digest('hex')
    assert.equal(headers['x-strongroom-signature'], `v1=${mac}`)
    assert.match(String(headers['x-strongroom-delivery']), /^[0-9a-f]{32}$/)
    assert.equal(path, '/path')
    assert.ok(!body.includes('canary-of-a-value'))
  }
  // The last one has come; that its sender knows so follows.
  await untilEqual(async () => (await health(house)).audit, {
    webhook: { behind: 0, failing: false },
  })
  assert.deepEqual(house.complaints, [])
})

test('a receiver that fails: answers go on, health tells it, and then everything arrives', async () => {
  const to = await receiver()
  to.answer(503)
  const flags = { auditWebhook: to.url, auditPrivate: true }
  await using house = await raiseHouse({ flags, environment: { ...environment } })
  for (const name of ['a', 'b']) await create(house, name)
  await until(() => house.complaints.length > 0)
  await until(async () => (await health(house)).audit?.webhook?.failing)
  assert.ok(((await health(house)).audit?.webhook?.behind ?? 0) > 0)
  assert.match(house.complaints[0] ?? '', /^audit records for webhook wait: .*answers 503$/)
  await house.restart()
  to.answer(200)
  await create(house, 'c')
  await until(() => secretsIn(sentTo(to)).includes('c'))
  assert.deepEqual(secretsIn(sentTo(to)), ['a', 'b', 'c'])
})

test('a restart goes on where the last one was', async () => {
  const to = await receiver()
  const flags = { auditWebhook: to.url, auditPrivate: true }
  await using house = await raiseHouse({ flags, environment: { ...environment } })
  await create(house, 'a')
  await until(() => secretsIn(sentTo(to)).length === 1)
  await house.restart()
  await create(house, 'b')
  await until(() => secretsIn(sentTo(to)).length > 1)
  const ids = sentTo(to).map(({ eventID }) => eventID)
  assert.equal(new Set(ids).size, ids.length)
  assert.deepEqual(secretsIn(sentTo(to)), ['a', 'b'])
})

test('a webhook in the house’s own network is refused unless it was allowed; redirects are not followed', async () => {
  const to = await receiver()
  {
    const flags = { auditWebhook: to.url.replace('http:', 'https:') }
    await using house = await raiseHouse({ flags, environment: { ...environment } })
    await create(house, 'a')
    await until(() => house.complaints.length > 0)
    assert.match(house.complaints[0] ?? '', /: Unreachable: 127\.0\.0\.1 is private$/)
  }
  to.answer(302)
  const flags = { auditWebhook: to.url, auditPrivate: true }
  await using house = await raiseHouse({ flags, environment: { ...environment } })
  await create(house, 'a')
  await until(() => house.complaints.length > 0)
  assert.match(house.complaints[0] ?? '', /answers 302$/)
})

test('OpenTelemetry: one log record each, under the collector’s own headers', async () => {
  const to = await receiver()
  await using house = await raiseHouse({
    flags: { auditOtlp: to.url },
    environment: { ...environment },
  })
  await create(house, 'a')
  const logs = () =>
    to.deliveries.flatMap(({ body }) => JSON.parse(body).resourceLogs[0].scopeLogs[0].logRecords)
  await until(() => logs().some(({ eventName }) => eventName === 'CreateSecret'))
  const log = logs().find(({ eventName }) => eventName === 'CreateSecret')
  const record = JSON.parse(log.body.stringValue)
  assert.equal(log.timeUnixNano, `${Date.parse(record.eventTime)}000000`)
  assert.equal(log.severityText, 'INFO')
  assert.ok(
    log.attributes.some(
      (each: { key: string; value: { stringValue: string } }) =>
        each.key === 'aws.event_id' && each.value.stringValue === record.eventID,
    ),
  )
  assert.equal(to.deliveries[0]?.path, '/v1/logs')
  assert.equal(to.deliveries[0]?.headers['x-api-key'], 'canary-key')
})

test('a collector that refuses part of it is told to the operator', async () => {
  const to = await receiver()
  to.answer(200, '{"partialSuccess":{"rejectedLogRecords":"2"}}')
  await using house = await raiseHouse({
    flags: { auditOtlp: to.url },
    environment: { ...environment },
  })
  await create(house, 'a')
  await until(() => house.complaints.length > 0)
  assert.match(house.complaints[0] ?? '', /refused 2 records$/)
})

test('syslog: RFC 5424, framed; a server that went away and came back gets the rest', async () => {
  const first = await syslogReceiver()
  const { port } = first
  await using house = await raiseHouse({ flags: { auditSyslog: `tcp://127.0.0.1:${port}` } })
  await create(house, 'a')
  await until(() => first.messages().some((text) => text.includes(' CreateSecret - {')))
  const [message = ''] = first.messages().filter((text) => text.includes(' CreateSecret - {'))
  assert.match(
    message,
    /^<110>1 \d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ \S+ strongroom - CreateSecret - \{/,
  )
  assert.equal(JSON.parse(message.slice(message.indexOf('{'))).requestParameters.name, 'a')
  await first.close()
  await create(house, 'b')
  await until(() => house.complaints.length > 0)
  const second = await syslogReceiver(port)
  receivers.push(second)
  await until(() => second.messages().some((text) => text.includes('"name":"b"')))
})

test('what cannot be is refused before anything starts', () => {
  const refusals: [Record<string, string>, RegExp][] = [
    [{ auditWebhook: 'nowhere' }, /^--audit-webhook is not a URL/],
    [{ auditWebhook: 'https://a.example/' }, /needs STRONGROOM_AUDIT_WEBHOOK_SECRET/],
    [{ auditOtlp: 'http://a.example/' }, /^--audit-otlp without TLS/],
    [{ auditOtlp: 'ftp://a.example/' }, /^--audit-otlp is not a URL/],
    [{ auditSyslog: 'a.example' }, /^--audit-syslog a\.example is not HOST:PORT/],
    [{ auditSyslog: 'tcp://a.example:514' }, /^--audit-syslog without TLS/],
    [{ auditFilesEvery: 'soon' }, /^--audit-files-every soon/],
    [{ trailBuckets: 'Bucket' }, /^--trail-buckets Bucket is not NAME=DIR/],
  ]
  for (const [flags, message] of refusals) {
    assert.throws(() => readConfig(flags, {}), { message })
  }
})

test('secrets are taken out of the environment', () => {
  const given: Record<string, string> = { ...environment }
  const { exports } = readConfig({ auditWebhook: 'https://a.example/', data: 'x' }, given)
  assert.equal(exports.webhook?.secret, secret)
  assert.deepEqual(given, {})
})
