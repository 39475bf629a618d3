/**
 * kill -9 before a finding, between the finding and its event, and behind both: after the restart each
 * incident stands there once, with one record in the audit, and its event has been sent at least once.
 */
import assert from 'node:assert/strict'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import {
  CloudWatchLogsClient,
  CreateLogGroupCommand,
  FilterLogEventsCommand,
} from '@aws-sdk/client-cloudwatch-logs'
import { EventBridgeClient } from '@aws-sdk/client-eventbridge'
import {
  CreateSecretCommand,
  DescribeSecretCommand,
  SecretsManagerClient,
} from '@aws-sdk/client-secrets-manager'
import { callStrongroom } from '../../src/cli/client.ts'
import type { AlertView, ListAlertsResponse } from '../../src/contract/generated/strongroom.ts'
import { ruleFor } from '../events/scene.ts'
import { type Served, serveProcess } from '../process.ts'
import { until } from '../until.ts'

const dataPath = mkdtempSync(join(tmpdir(), 'strongroom-detections-'))
after(() => rmSync(dataPath, { recursive: true, force: true }))

const serve = () => serveProcess(dataPath, '--detect', 'canary')
const settings = ({ url, root }: Served) => ({
  ...{ endpoint: url, region: 'us-east-1', credentials: root, maxAttempts: 1 },
})
const group = '/aws/events/findings'

/** How long it lives on after the answer: the journal is looked at four times a second. */
const livesMs = [0, 240, 320]

const call = <Output>({ url, root }: Served, operation: string, input: object) =>
  callStrongroom<Output>({ url, region: 'us-east-1', credentials: root }, operation, input)

async function alertsOf(house: Served): Promise<readonly AlertView[]> {
  return (await call<ListAlertsResponse>(house, 'ListAlerts', {})).Alerts
}

async function eventsSent(house: Served): Promise<string[]> {
  const logs = new CloudWatchLogsClient(settings(house))
  const { events = [] } = await logs.send(new FilterLogEventsCommand({ logGroupName: group }))
  return events.map(({ message = '' }) => JSON.parse(message).detail.id)
}

async function recordsRaised(house: Served): Promise<string[]> {
  const { Records } = await call<{ Records: { CloudTrailEvent: string }[] }>(house, 'TailAudit', {
    MaxResults: 1000,
  })
  return Records.map(({ CloudTrailEvent }) => JSON.parse(CloudTrailEvent))
    .filter(({ eventName }) => eventName === 'FindingRaised')
    .map(({ additionalEventData }) => additionalEventData.id)
}

test('a kill loses no incident and doubles none', async () => {
  let house = await serve()
  await new CloudWatchLogsClient(settings(house)).send(
    new CreateLogGroupCommand({ logGroupName: group }),
  )
  const target = { Arn: `arn:aws:logs:us-east-1:000000000000:log-group:${group}` }
  const rules = new EventBridgeClient(settings(house))
  await ruleFor(rules, 'findings', { source: ['strongroom.detections'] }, target)
  const Tags = [{ Key: 'strongroom:canary', Value: 'true' }]
  for (const at of livesMs.keys()) {
    const input = { Name: `trap-${at}`, SecretString: 'x', Tags }
    await new SecretsManagerClient(settings(house)).send(new CreateSecretCommand(input))
  }
  for (const [at, ms] of livesMs.entries()) {
    const touch = new DescribeSecretCommand({ SecretId: `trap-${at}` })
    await new SecretsManagerClient(settings(house)).send(touch)
    await sleep(ms)
    await house.end('SIGKILL')
    house = await serve()
  }
  try {
    const alerts = await until(async () => {
      const found = await alertsOf(house)
      return found.length >= livesMs.length && found
    })
    const ids = alerts.map(({ Id }) => Id).toSorted()
    assert.equal(new Set(alerts.map(({ Resource }) => Resource)).size, livesMs.length)
    assert.deepEqual(
      alerts.map(({ Count }) => Count),
      livesMs.map(() => 1),
    )
    assert.deepEqual((await recordsRaised(house)).toSorted(), ids)
    const sent = await until(async () => {
      const found = await eventsSent(house)
      return ids.every((id) => found.includes(id)) && found
    })
    assert.deepEqual([...new Set(sent)].toSorted(), ids)
  } finally {
    await house.end()
  }
})
