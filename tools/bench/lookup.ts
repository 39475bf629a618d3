/**
 * How long a page of look-ups takes over a million events of sixty days, by each kind of attribute,
 * and how long the index takes to be made from the journal. Run: node tools/bench/lookup.ts [events]
 */
import { createSecretKey, randomBytes, randomUUID } from 'node:crypto'
import { mkdtempSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { Lookup } from '../../src/audit/lookup/lookup.ts'
import type { Query } from '../../src/audit/lookup/query.ts'
import { printRecord } from '../../src/audit/record.ts'
import type { AccountId, Arn } from '../../src/lib/brand.ts'
import { dayMs, systemClock } from '../../src/lib/clock.ts'
import { Sealer } from '../../src/lib/sealer.ts'
import { Codec } from '../../src/store/collection.ts'
import { firstLink, type JournalKeys } from '../../src/store/journal.ts'
import { openSqlite } from '../../src/store/sqlite/engine.ts'
import { createDatabase } from '../../src/store/sqlite/folder.ts'
import { Store } from '../../src/store/store.ts'

const events = Number(process.argv[2] ?? 1_000_000)
const rounds = 41
const account = '000000000000' as AccountId
const region = 'us-east-1'
const startAt = Date.now() - 60 * dayMs
const secretArn = (n: number) =>
  `arn:aws:secretsmanager:${region}:${account}:secret:team-${n % 97}/service-${n}-AbCdEf`
const userArn = (n: number) => `arn:aws:iam::${account}:user/user-${n}` as Arn

const names = ['GetSecretValue', 'GetSecretValue', 'GetSecretValue', 'DescribeSecret', 'Decrypt']

function record(n: number): string {
  const user = n % 200
  const service = n % 5 === 4 ? 'kms' : 'secretsmanager'
  return printRecord({
    eventId: randomUUID(),
    requestId: requestId(n),
    at: startAt + (n / events) * 60 * dayMs,
    eventSource: `${service}.amazonaws.com`,
    eventName: names[n % 5] as string,
    region,
    apiVersion: '2017-10-17',
    readOnly: true,
    caller: {
      kind: 'user',
      account,
      arn: userArn(user),
      principalId: `AIDA${user}`,
      userName: `user-${user}`,
      accessKeyId: `AKIA${String(user).padStart(16, '0')}`,
      tags: {},
    },
    origin: {
      sourceIp: '10.0.0.1',
      userAgent: 'aws-sdk-js/3.1000.0 md/nodejs#26.0.0 api/secrets-manager#3.1000.0',
      secure: false,
      host: 'localhost',
    },
    parameters: { secretId: secretArn(n % 3000) },
    response: null,
    resources: [
      { accountId: account, type: 'AWS::SecretsManager::Secret', ARN: secretArn(n % 3000) },
    ],
    decision: { outcome: 'allow', policyKind: 'identity', policyName: 'a', statement: 0 },
  })
}

const requestId = (n: number): string =>
  `00000000-0000-4000-8000-${n.toString(16).padStart(12, '0')}`

/** Batches as load makes them: from one answer to sixty. */
async function filled(folder: string, keys: JournalKeys): Promise<Store> {
  const databasePath = join(folder, 'store.db')
  createDatabase(databasePath, '{}', firstLink)
  const fatal = (reason: string) => {
    throw new Error(reason)
  }
  const engine = await openSqlite({ databasePath, anchorPath: join(folder, 'anchor'), keys, fatal })
  const store = new Store(engine, new Codec('bench', new Sealer('records', keys.seal)))
  for (let n = 0, batch = 0; n < events; batch++) {
    const size = Math.min(events - n, 1 + ((batch * 7) % 60))
    await store.attempt(async (attempt) => {
      for (let at = 0; at < size; at++) attempt.record(record(n + at))
    })
    n += size
  }
  return store
}

const questions: Readonly<Record<string, Partial<Query>>> = {
  'no attribute': {},
  'one of 3,000 resources': { attribute: { name: 'ResourceName', value: secretArn(17) } },
  'one of 200 users': { attribute: { name: 'Username', value: 'user-17' } },
  'one of 3 names': { attribute: { name: 'EventName', value: 'Decrypt' } },
  'read only': { attribute: { name: 'ReadOnly', value: 'true' } },
  'one request': { attribute: { name: 'RequestId', value: requestId(5) } },
  'a resource, a month ago': {
    attribute: { name: 'ResourceName', value: secretArn(17) },
    to: Math.floor((startAt + 30 * dayMs) / 1000),
  },
  nothing: { attribute: { name: 'Username', value: 'nobody' } },
}

/** The median time of a page, the processor's time for one, and how many items it had. */
async function measured(lookup: Lookup, question: Partial<Query>) {
  const scope = question.attribute?.name === 'RequestId' ? {} : { region }
  const times: number[] = []
  let items = 0
  const before = process.cpuUsage()
  for (let round = 0; round < rounds; round++) {
    const start = performance.now()
    const page = await lookup.find({ account, ...scope, itemsMax: 50, ...question })
    times.push(performance.now() - start)
    items = page.items.length
  }
  const { user, system } = process.cpuUsage(before)
  const median = times.sort((a, b) => a - b)[rounds >> 1] ?? 0
  return { median, processor: (user + system) / 1000 / rounds, items }
}

const folder = mkdtempSync(join(tmpdir(), 'strongroom-lookup-'))
try {
  const key = () => createSecretKey(randomBytes(32))
  const seal = { current: 1, keys: new Map([[1, key()]]) }
  const keys: JournalKeys = { storeId: 'bench', seal, link: seal, sign: seal, floor: 1 }
  const store = await filled(folder, keys)
  const path = join(folder, 'lookup.db')
  const start = performance.now()
  const complain = (thrown: unknown) => process.stderr.write(`${thrown}\n`)
  const options = { source: store, path, keys, termKey: key(), keptSeconds: 90 * 86_400 }
  const lookup = new Lookup({ ...options, clock: systemClock, complain })
  while (lookup.lag > 0) await sleep(100)
  const seconds = (performance.now() - start) / 1000
  const megabytes = Math.round(statSync(path).size / 1e6)
  process.stdout.write(
    `${events} events in ${store.position} batches: indexed in ${seconds.toFixed(1)} s, ${megabytes} MB\n`,
  )
  for (const [name, question] of Object.entries(questions)) {
    const { median, processor, items } = await measured(lookup, question)
    const [wall, cpu] = [median, processor].map((each) => each.toFixed(1).padStart(6))
    process.stdout.write(
      `${name.padEnd(26)} ${wall} ms median, ${cpu} ms of processor, ${items} items\n`,
    )
  }
  await lookup.close()
  await store.close()
} finally {
  rmSync(folder, { recursive: true, force: true })
}
