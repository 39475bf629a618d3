/** Several queues on one store, as several nodes have them: claims, and what a dead one leaves. */
import assert from 'node:assert/strict'
import { createSecretKey, randomBytes } from 'node:crypto'
import { after, before, beforeEach, test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import type { AccountId } from '../../../src/lib/brand.ts'
import { Draws } from '../../../src/lib/draws.ts'
import { Sealer } from '../../../src/lib/sealer.ts'
import { Delivery } from '../../../src/services/lambda/delivery.ts'
import { enqueue } from '../../../src/services/lambda/queue.ts'
import type { FunctionRecord } from '../../../src/services/lambda/records.ts'
import type { NotRun, Outcome } from '../../../src/services/lambda/service.ts'
import type { Lent } from '../../../src/services/lambda/settlement.ts'
import { FunctionReader, FunctionStore } from '../../../src/services/lambda/store.ts'
import { Codec } from '../../../src/store/collection.ts'
import { Store } from '../../../src/store/store.ts'
import { sqliteBench } from '../../engines/sqlite.ts'
import { until } from '../../until.ts'

const shelf = { account: '000000000000' as AccountId, region: 'us-east-1' }
const clock = { at: 1_000_000_000_000, now: () => clock.at }
const bench = sqliteBench()
let store: Store

const record: FunctionRecord = {
  name: 'f',
  id: 'id-of-f',
  latest: {
    ...{ version: '$LATEST', description: '', runtime: 'nodejs22.x', handler: 'index.handler' },
    ...{ roleArn: 'arn:aws:iam::000000000000:role/r', timeoutSeconds: 3, memoryMegabytes: 128 },
    ...{ environment: [], architecture: 'x86_64', modifiedAt: 0, revisionId: 'r' },
    code: { id: 'c', sha256: '', bytes: 0 },
  },
  ...{ versions: [], lastVersion: 0, aliases: [], tags: [], eventConfigs: [], policies: [] },
}

before(async () => {
  const keys = new Map([[1, createSecretKey(randomBytes(32))]])
  const codec = new Codec('bench', new Sealer('records', { current: 1, keys }))
  store = new Store(await bench.open(), codec)
  await store.attempt(async (attempt) => new FunctionStore(attempt).add(shelf, record))
})
after(async () => {
  await store.close()
  bench.remove()
})

let ran: string[] = []
beforeEach(() => {
  ran = []
})

type Run = (requestId: string) => Promise<Outcome | NotRun>

const done: Run = async () => ({ payload: Buffer.from('null') })

/** A queue of its own, as a node has it; what it complains of fails the test. */
function node(run: Run, life = { isOver: false }): Delivery {
  const lent: Lent = {
    see: store.see,
    // Whoever is dead commits nothing any more.
    attempt: (each) => (life.isOver ? new Promise<never>(() => {}) : store.attempt(each)),
    clock,
    runners: {
      invoke: (_deployed, { requestId }) => {
        ran.push(requestId)
        return run(requestId)
      },
      forget: () => undefined,
    },
    rolesOf: () => ({ trustOf: () => undefined, mayInvoke: () => false }),
    deliveryRecord: () => ({}),
    complain: (thrown) => {
      throw thrown
    },
  }
  return new Delivery(lent, { lookMilliseconds: 10 })
}

const add = (requestId: string) =>
  store.attempt((attempt) =>
    enqueue(
      { functions: new FunctionStore(attempt), draws: new Draws(clock.at) },
      { shelf, record, qualifier: undefined, requestId, payload: Buffer.from('{}') },
    ),
  )

const waiting = async () =>
  (await store.see((look) => new FunctionReader(look).queued(shelf))).count

test('several nodes share the work: each invocation is run once', async () => {
  const ids = Array.from({ length: 60 }, (_, at) => `shared-${at}`)
  for (const id of ids) await add(id)
  const nodes = [node(done), node(done), node(done)]
  await until(async () => (await waiting()) === 0)
  await Promise.all(nodes.map((each) => each.close()))
  assert.deepEqual(ran.toSorted(), ids.toSorted())
})

test('what a dead node had claimed is taken when its claim has ended, and not before', async () => {
  const { promise: never } = Promise.withResolvers<Outcome>()
  await add('orphan')
  const life = { isOver: false }
  const dead = node(() => never, life)
  await until(() => ran.length === 1)
  life.isOver = true
  // Never to end: what it had begun is never over for it.
  void dead.close()
  const living = node(done)
  await sleep(100)
  assert.equal(ran.length, 1)
  clock.at += 10 * 60_000
  await until(async () => (await waiting()) === 0)
  assert.deepEqual(ran, ['orphan', 'orphan'])
  await living.close()
})

test('one that was settled by another meanwhile is not settled twice', async () => {
  const { promise: late, resolve } = Promise.withResolvers<Outcome>()
  await add('paused')
  const paused = node((requestId) => (requestId === 'paused' ? late : done(requestId)))
  await until(() => ran.length === 1)
  clock.at += 10 * 60_000
  const other = node(async () => ({ payload: Buffer.from('{}'), error: 'Unhandled' }))
  await until(() => ran.length === 2)
  await until(async () => {
    const [due] = await store.see((look) => new FunctionReader(look).firstDue(1))
    return due !== undefined && due.dueAt === clock.at + 60_000
  })
  resolve({ payload: Buffer.from('null') })
  await paused.close()
  assert.equal(await waiting(), 1)
  await other.close()
  clock.at += 60_000
  const last = node(done)
  await until(async () => (await waiting()) === 0)
  await last.close()
})

test('a node that ends gives back what it was at, uncounted', async () => {
  const { promise, reject } = Promise.withResolvers<Outcome>()
  await add('given-back')
  const cut = promise.catch(() => ({ notRun: 'busy', words: '' }) as const)
  const ending = node(() => cut)
  await until(() => ran.length === 1)
  const closed = ending.close()
  reject(new Error('the house ends'))
  await closed
  const [due] = await store.see((look) => new FunctionReader(look).firstDue(1))
  const queued = await store.see((look) => new FunctionReader(look).findQueued(due?.id ?? ''))
  assert.deepEqual([queued?.failures, queued?.refusals, queued?.dueAt], [0, 0, clock.at])
  const next = node(done)
  await until(async () => (await waiting()) === 0)
  await next.close()
})

test('as many wait as may, and no more', async () => {
  const fill = (by: number) =>
    store.attempt(async (attempt) =>
      attempt.count(by, 'invocations-count', shelf.account, shelf.region),
    )
  await fill(10_000)
  await assert.rejects(add('too-many'), { code: 'TooManyRequestsException' })
  await fill(-10_000)
  assert.equal(await waiting(), 0)
})
