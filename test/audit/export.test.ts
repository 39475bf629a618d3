/** strongroom audit export: every record of a span, oldest first, in three forms. */
import assert from 'node:assert/strict'
import { mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { CreateSecretCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager'
import { typed } from '../cli/command.ts'
import { raiseHouse, type TestHouse } from '../house.ts'
import { callJson } from '../raw.ts'

const minute = 60_000
let now = Date.now() - 60 * minute
let house: TestHouse
const folder = mkdtempSync(join(tmpdir(), 'strongroom-export-'))
before(async () => {
  house = await raiseHouse({ world: { clock: { now: () => now } } })
})
after(async () => {
  await house[Symbol.asyncDispose]()
  rmSync(folder, { recursive: true })
})

/** Makes a secret at an instant of the house's clock. */
async function makeAt(at: number, Name: string): Promise<void> {
  now = at
  const systemClockOffset = at - Date.now()
  const client = new SecretsManagerClient({ ...house.client(), systemClockOffset })
  await client.send(new CreateSecretCommand({ Name, SecretString: 'planted value' }))
}

const say = (...words: string[]) =>
  typed(['audit', 'export', ...words], {
    AWS_ACCESS_KEY_ID: house.root.accessKeyId,
    AWS_SECRET_ACCESS_KEY: house.root.secretAccessKey,
    AWS_ENDPOINT_URL: house.url,
  })
const made = (text: string) =>
  text
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line))
    .filter(({ eventName }) => eventName === 'CreateSecret')
    .map(({ requestParameters }) => requestParameters.name)

test('a span, in order; by pages as by one', async () => {
  const start = now
  for (const [n, name] of ['a', 'b', 'c', 'd'].entries())
    await makeAt(start + n * 10 * minute, name)
  now = Date.now()
  const all = await say('--since', '2h')
  assert.equal(all.code, 0, all.stderr)
  assert.deepEqual(made(all.stdout), ['a', 'b', 'c', 'd'])
  assert.doesNotMatch(all.stdout, /planted/)
  const since = new Date(start + 5 * minute).toISOString()
  const until = new Date(start + 25 * minute).toISOString()
  assert.deepEqual(made((await say('--since', since, '--until', until)).stdout), ['b', 'c'])
  const call = { url: house.url, keys: house.root, service: 'strongroom' }
  const found: string[] = []
  let NextToken: string | undefined
  do {
    const input = { MaxResults: 3, StartTime: 0, EndTime: Date.now() / 1000 - 60, NextToken }
    const page = JSON.parse((await callJson('Strongroom.ExportAudit', input, call)).body)
    found.push(...page.Records.map((each: { CloudTrailEvent: string }) => each.CloudTrailEvent))
    NextToken = page.NextToken
  } while (NextToken)
  assert.deepEqual(made(found.join('\n')), ['a', 'b', 'c', 'd'])
})

test('json and csv, into a file of its owner’s', async () => {
  const json = join(folder, 'audit.json')
  assert.equal((await say('--since', '2h', '--format', 'json', '--output', json)).code, 0)
  assert.equal(statSync(json).mode & 0o777, 0o600)
  assert.ok(JSON.parse(readFileSync(json, 'utf8')).Records.length >= 4)
  const again = await say('--since', '2h', '--output', json)
  assert.deepEqual([again.code, /is there already/.test(again.stderr)], [1, true])
  const { stdout } = await say('--since', '2h', '--format', 'csv')
  const [head = '', ...rows] = stdout.trimEnd().split('\r\n')
  assert.match(head, /^eventTime,eventID,eventSource,eventName/)
  const width = head.split(',').length
  assert.ok(rows.some((row) => row.includes(',CreateSecret,') && row.split(',').length >= width))
})

test('what cannot be is refused in one sentence', async () => {
  for (const [words, expected] of [
    [['--since', 'soon'], /neither a span/],
    [['--since', '1h', '--format', 'xml'], /json, ndjson or csv/],
  ] as const) {
    const { code, stderr } = await say(...words)
    assert.equal(code, 1)
    assert.match(stderr, expected)
  }
})
