/**
 * How long a page of look-ups takes over a million events of sixty days, by each kind of attribute,
 * and how long the index takes to be made from the journal. Run: node tools/bench/lookup.ts [events]
 */
import { createSecretKey, randomBytes } from 'node:crypto'
import { mkdtempSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { Lookup } from '../../src/audit/lookup/lookup.ts'
import type { Query } from '../../src/audit/lookup/query.ts'
import { Tape } from '../../src/audit/tape.ts'
import { dayMs, systemClock } from '../../src/lib/clock.ts'
import { account, addRecords, requestId, secretArn } from './records.ts'
import { median } from './spread.ts'
import { throwawayKeys, throwawayStore } from './throwaway.ts'
import { region } from './wire.ts'

const events = Number(process.argv[2] ?? 1_000_000)
const rounds = 41
const startAt = Date.now() - 60 * dayMs

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
  return { wall: median(times), processor: (user + system) / 1000 / rounds, items }
}

const folder = mkdtempSync(join(tmpdir(), 'strongroom-lookup-'))
try {
  const keys = throwawayKeys()
  const store = await throwawayStore(folder, keys)
  await addRecords(store, events)
  const path = join(folder, 'lookup.db')
  const start = performance.now()
  const complain = (thrown: unknown) => process.stderr.write(`${thrown}\n`)
  const options = {
    source: new Tape(store, keys),
    batches: (seqs: readonly number[]) => store.batches(seqs),
    path,
    keys,
    termKey: createSecretKey(randomBytes(32)),
    keptSeconds: 90 * 86_400,
  }
  const lookup = new Lookup({ ...options, clock: systemClock, complain })
  while (lookup.lag > 0) await sleep(100)
  const seconds = (performance.now() - start) / 1000
  const megabytes = Math.round(statSync(path).size / 1e6)
  process.stdout.write(
    `${events} events in ${store.position} batches: indexed in ${seconds.toFixed(1)} s, ${megabytes} MB\n`,
  )
  for (const [name, question] of Object.entries(questions)) {
    const { wall: taken, processor, items } = await measured(lookup, question)
    const [wall, cpu] = [taken, processor].map((each) => each.toFixed(1).padStart(6))
    process.stdout.write(
      `${name.padEnd(26)} ${wall} ms median, ${cpu} ms of processor, ${items} items\n`,
    )
  }
  await lookup.close()
  await store.close()
} finally {
  rmSync(folder, { recursive: true, force: true })
}
