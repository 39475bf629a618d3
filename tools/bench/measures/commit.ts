/** Group commit alone: the store, and beside it a bare thread with node:sqlite, on the same disk. */
import { once } from 'node:events'
import { Worker } from 'node:worker_threads'
import { collection } from '../../../src/store/collection.ts'
import { type Measure, quotients, type Size } from '../measure.ts'
import { near, type Stage } from '../stage.ts'
import { throwawayStore } from '../throwaway.ts'

const writers = [1, 64] as const
const rowBytes = 600
const recordBytes = 900

export const commit: Measure = {
  name: 'commit',
  about:
    'the store’s own commit, one record and its audit record, by 64 writers against one; beside it a bare node:sqlite thread',

  async run(stage, size) {
    const [ours, bare] = [await openStore(stage), openBare(stage)]
    const rates = await ratesOf(size, { ours: ours.write, bare: bare.write })
    await ours.close()
    await bare.close()
    const [one, many] = [rates.get('ours 1') ?? [], rates.get('ours 64') ?? []]
    const [bareOne, bareMany] = [rates.get('bare 1') ?? [], rates.get('bare 64') ?? []]
    return [
      {
        ...{ name: '64 writers against one', unit: 'x', better: 'more', goal: 12 },
        rounds: quotients(many, one),
      },
      {
        ...{ name: '64 writers against one, bare', unit: 'x', better: 'more' },
        rounds: quotients(bareMany, bareOne),
      },
      { name: 'of bare, 1 writer', unit: 'x', better: 'more', rounds: quotients(one, bareOne) },
      { name: 'of bare, 64 writers', unit: 'x', better: 'more', rounds: quotients(many, bareMany) },
      { name: '1 writer', unit: '/s', better: 'more', rounds: one },
      { name: '64 writers', unit: '/s', better: 'more', rounds: many },
    ]
  },
}

type Write = (n: number) => Promise<unknown>

/** Commits per second of each with one writer and with many, in turns; the first round does not count. */
async function ratesOf(size: Size, candidates: Readonly<Record<string, Write>>) {
  const rates = new Map<string, number[]>()
  for (let round = 0; round <= size.rounds; round++) {
    for (const [name, write] of Object.entries(candidates)) {
      for (const count of writers) {
        const rate = await rateOf(write, count, size.seconds / 2)
        const known = rates.get(`${name} ${count}`) ?? []
        if (round > 0) rates.set(`${name} ${count}`, [...known, rate])
      }
    }
  }
  return rates
}

async function rateOf(write: Write, count: number, seconds: number): Promise<number> {
  const startedAt = performance.now()
  const isOver = () => performance.now() - startedAt >= seconds * 1000
  let written = 0
  const loop = async (writer: number) => {
    do {
      await write(writer)
      written++
    } while (!isOver())
  }
  await Promise.all(Array.from({ length: count }, (_, writer) => loop(writer)))
  return (written * 1000) / (performance.now() - startedAt)
}

const things = collection<{ readonly text: string }>('things')

async function openStore(stage: Stage) {
  const store = await throwawayStore(stage.path())
  const text = 'x'.repeat(rowBytes)
  const recorded = { recipientAccountId: '0', filler: 'x'.repeat(recordBytes) }
  const write: Write = (n) =>
    store.attempt(async (attempt) => {
      attempt.put(things, [n], { text })
      attempt.record(recorded)
    })
  return { write, close: () => store.close() }
}

/** What comes while a batch is written waits for the next one, as in the store. */
function openBare(stage: Stage) {
  const worker = new Worker(near('bare-writer.ts'), { workerData: stage.path() })
  const bytes = new Uint8Array(rowBytes + recordBytes)
  let waiting: (() => void)[] = []
  let isBusy = false
  const drain = async () => {
    isBusy = true
    await new Promise((go) => setImmediate(go))
    while (waiting.length > 0) {
      const batch = waiting
      waiting = []
      worker.postMessage(batch.map(() => bytes))
      await once(worker, 'message')
      for (const done of batch) done()
    }
    isBusy = false
  }
  const write: Write = () => {
    const { promise, resolve } = Promise.withResolvers<void>()
    waiting.push(resolve)
    if (!isBusy) void drain()
    return promise
  }
  return { write, close: () => worker.terminate() }
}
