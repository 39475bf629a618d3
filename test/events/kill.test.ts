/** A receiver that is away, and a house that is killed meanwhile: what happened arrives all the same. */
import assert from 'node:assert/strict'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { PutEventsCommand } from '@aws-sdk/client-eventbridge'
import {
  CreateSecretCommand,
  GetSecretValueCommand,
  SecretsManagerClient,
} from '@aws-sdk/client-secrets-manager'
import { type Served, serveWith } from '../process.ts'
import { receive, writeCertificate } from './receiver.ts'
import { destinationTo, eventsOf, ruleFor } from './scene.ts'

const clientOf = ({ url: endpoint, root: credentials }: Served) => ({
  client: () => ({ endpoint, region: 'us-east-1', credentials, maxAttempts: 1 }),
})

const reads = 15
const flags = ['--events-allow-private', '127.0.0.0/8,::1/128']

test('a receiver that is away for a while, and a house that is killed, lose nothing', async (t) => {
  const dataPath = mkdtempSync(join(tmpdir(), 'strongroom-events-'))
  t.after(() => rmSync(dataPath, { recursive: true, force: true }))
  const trusted = { NODE_EXTRA_CA_CERTS: await writeCertificate(dataPath) }
  const away = await receive()
  const { port } = away
  const served = await serveWith(join(dataPath, 'data'), { flags, environment: trusted })
  const { client } = clientOf(served)
  const events = eventsOf({ client })
  const secrets = new SecretsManagerClient(client())
  const Arn = await destinationTo(events, 'kill', away.url)
  await away[Symbol.asyncDispose]()
  const detail = { eventName: ['GetSecretValue'] }
  await ruleFor(events, 'read', { source: ['aws.secretsmanager'], detail }, { Arn })
  await ruleFor(events, 'mine', { source: ['mine'] }, { Arn })
  await secrets.send(new CreateSecretCommand({ Name: 's', SecretString: 'v' }))
  const wanted = new Set<string>()
  for (let n = 0; n < reads; n++) {
    const { $metadata } = await secrets.send(new GetSecretValueCommand({ SecretId: 's' }))
    wanted.add($metadata.requestId ?? '')
    const entry = { Source: 'mine', DetailType: 'd', Detail: '{}' }
    const { Entries = [] } = await events.send(new PutEventsCommand({ Entries: [entry] }))
    wanted.add(Entries[0]?.EventId ?? '')
  }
  // At once: the last ones were answered and are in no queue yet.
  await served.end('SIGKILL')
  events.destroy()
  secrets.destroy()
  await using back = await receive(port)
  const again = await serveWith(join(dataPath, 'data'), { flags, environment: trusted })
  t.after(() => again.end())
  const startedAt = Date.now()
  const missing = () => {
    const left = new Set(wanted)
    for (const { body } of back.got) {
      const { id, detail } = JSON.parse(body)
      left.delete(id)
      left.delete(detail.requestID)
    }
    return left.size
  }
  for (let count = wanted.size; missing() > 0; count++) await back.waitFor(count)
  t.diagnostic(
    `${wanted.size} events arrived, ${back.got.length - wanted.size} of them twice, ${Date.now() - startedAt} ms behind the start`,
  )
  assert.equal(missing(), 0)
})
