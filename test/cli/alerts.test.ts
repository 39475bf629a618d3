/** strongroom alerts: as a person types it. */
import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { after, test } from 'node:test'
import {
  CreateSecretCommand,
  DescribeSecretCommand,
  SecretsManagerClient,
} from '@aws-sdk/client-secrets-manager'
import type { AlertView, ListAlertsResponse } from '../../src/contract/generated/strongroom.ts'
import { raiseHouse } from '../house.ts'
import { main } from '../program.ts'
import { until } from '../until.ts'
import { call } from '../wire/strongroom/records.ts'
import { typed } from './command.ts'

const house = await raiseHouse({ flags: { detect: 'canary' } })
after(() => house[Symbol.asyncDispose]())
const secrets = new SecretsManagerClient(house.client())
const profile = ['--profile', join(house.dataPath, 'root-credentials')]
const alerts = (...words: string[]) => typed(['alerts', ...words, ...profile])

/** Resolves when an alert about a secret of this name is there. */
async function told(name: string): Promise<void> {
  const isThere = ({ Resource }: AlertView) => Resource?.includes(`:secret:${name}-`)
  await until(async () =>
    (await call<ListAlertsResponse>(house, 'ListAlerts', {})).Alerts.some(isThere),
  )
}

/** A canary that was touched. */
async function spring(Name: string): Promise<void> {
  const Tags = [{ Key: 'strongroom:canary', Value: 'true' }]
  await secrets.send(new CreateSecretCommand({ Name, SecretString: 'x', Tags }))
  await secrets.send(new DescribeSecretCommand({ SecretId: Name }))
}

test('alerts tells what was found, alerts ack that it was seen to', async () => {
  await spring('first')
  await told('first')
  const { stdout } = await alerts('--open')
  assert.match(
    stdout,
    /^20\S+Z {2}open {2}critical {2}canary {2}arn:aws:iam::000000000000:root {2}arn:\S+:secret:first-\w{6}\n {5}secretsmanager:DescribeSecret on a canary \([0-9a-f]{12}-[0-9a-f]{16}\)\n$/,
  )
  const [, id = ''] = /\((\S+)\)/.exec(stdout) ?? []
  const seen = await typed(['alerts', 'ack', id, ...profile])
  assert.match(seen.stdout, / {2}seen {2}critical/)
  assert.equal((await alerts('--open')).stdout, '')
  const { AcknowledgedBy, Id } = JSON.parse((await alerts('--json', '--since', '1h')).stdout)
  assert.deepEqual([Id, AcknowledgedBy], [id, 'arn:aws:iam::000000000000:root'])
})

test('alerts ack refuses what is not there, alerts a date that is none, in one sentence', async () => {
  const absent = await typed(['alerts', 'ack', 'nothing', ...profile])
  assert.equal(absent.code, 1)
  assert.equal(absent.stderr, 'strongroom: ResourceNotFoundException: There is no alert nothing.\n')
  assert.match((await alerts('--since', 'once')).stderr, /^strongroom: --since once is neither/)
})

test('alerts --follow goes on with new ones', async () => {
  const child = spawn(process.execPath, [main, 'alerts', '--follow', '--json', ...profile], {
    stdio: ['ignore', 'pipe', 'inherit'],
    env: { PATH: process.env.PATH },
  })
  try {
    const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]()
    const next = async () => JSON.parse((await lines.next()).value ?? '')
    assert.match((await next()).Resource, /first/)
    await spring('second')
    assert.match((await next()).Resource, /second/)
  } finally {
    child.kill()
  }
})
