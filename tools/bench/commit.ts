/**
 * What one answer costs at the store, without the wire: attempts that read six records from the cache and
 * record what a GetSecretValue records, or that write a version as a PutSecretValue does, from a number of
 * callers at once. CPU per attempt by thread, attempts per fsync, and how much faster many are than one.
 *
 * Run: node tools/bench/commit.ts [--seconds N] [--attempts N] [--callers 1,16,64,256] [--of read,write] [--work N]
 * Each measurement ends after so many seconds or attempts, whichever comes first; --work: for how many
 * microseconds per attempt the thread that answers is busy with something else.
 */
import { createSecretKey, randomBytes, randomUUID } from 'node:crypto'
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { Sealer } from '../../src/lib/sealer.ts'
import type { Attempt } from '../../src/store/attempt.ts'
import { Codec, collection } from '../../src/store/collection.ts'
import { firstLink } from '../../src/store/journal.ts'
import { openSqlite } from '../../src/store/sqlite/engine.ts'
import { createDatabase } from '../../src/store/sqlite/folder.ts'
import { Store } from '../../src/store/store.ts'

const { values } = parseArgs({
  options: {
    seconds: { type: 'string', default: '2' },
    attempts: { type: 'string', default: '20000' },
    of: { type: 'string', default: 'read,write' },
    callers: { type: 'string', default: '1,16,64,256' },
    work: { type: 'string', default: '0' },
  },
})

interface Thing {
  readonly id: number
  readonly words: string
  readonly labels: Readonly<Record<string, string>>
}

const thingsCount = 1000
const kinds = ['keys', 'users', 'user-policies', 'secrets', 'versions', 'kms-keys'].map((name) =>
  collection<Thing>(`bench-${name}`),
)
const account = '000000000000'
const region = 'us-east-1'
/** About as long as what is recorded of a GetSecretValue and of the Decrypt inside it. */
const recordBytes = [1250, 1150]
const parents = () => ({ current: 1, keys: new Map([[1, createSecretKey(randomBytes(32))]]) })

const thing = (id: number): Thing => ({
  id,
  words: randomUUID().repeat(8),
  labels: { AWSCURRENT: randomUUID(), AWSPREVIOUS: randomUUID() },
})

function recordIn(attempt: Attempt): void {
  for (const bytes of recordBytes) {
    const facts = { eventID: randomUUID(), requestID: randomUUID(), recipientAccountId: account }
    attempt.record({ ...facts, words: 'a record '.repeat(bytes / 9 - 20) })
  }
}

function read(attempt: Attempt, n: number): void {
  for (const kind of kinds) attempt.get(kind, account, region, `thing-${n % thingsCount}`)
  attempt.note(20_000, 'bench-days', account, region, `thing-${n % thingsCount}`)
  recordIn(attempt)
}

function write(attempt: Attempt, n: number): void {
  const [, , , secrets, versions] = kinds as [never, never, never, (typeof kinds)[0], never]
  const name = `thing-${n % thingsCount}`
  for (const kind of kinds) attempt.get(kind, account, region, name)
  attempt.put(secrets, [account, region, name], thing(n))
  attempt.put(versions, [account, region, name], thing(n))
  recordIn(attempt)
}

function spin(microseconds: number): void {
  const until = performance.now() + microseconds / 1000
  while (performance.now() < until);
}

/** Nanoseconds on a processor so far, by thread; the thread that answers has the process's id. */
const threads = () =>
  new Map(
    readdirSync('/proc/self/task').map((id) => {
      const [used] = readFileSync(`/proc/self/task/${id}/schedstat`, 'utf8').split(' ')
      return [Number(id), Number(used)]
    }),
  )

type Run = (attempt: Attempt, n: number) => void | Promise<void>

async function press(store: Store, run: Run, callers: number) {
  const until = performance.now() + Number(values.seconds) * 1000
  let [attempts, next] = [0, 0]
  const call = async () => {
    while (performance.now() < until && attempts < Number(values.attempts)) {
      const n = next++
      await store.attempt(async (attempt) => {
        await run(attempt, n)
        spin(Number(values.work))
      })
      attempts++
    }
  }
  const [before, from, at] = [threads(), store.position, performance.now()]
  await Promise.all(Array.from({ length: callers }, call))
  const seconds = (performance.now() - at) / 1000
  const used = [...threads()].map(([id, ns]) => [id, (ns - (before.get(id) ?? 0)) / 1000] as const)
  const main = used.find(([id]) => id === process.pid)?.[1] ?? 0
  const rest = used.filter(([id]) => id !== process.pid).map(([, us]) => us)
  return {
    perSecond: attempts / seconds,
    perFsync: attempts / (store.position - from),
    main: main / attempts,
    writer: Math.max(...rest) / attempts,
    others: (rest.reduce((sum, us) => sum + us, 0) - Math.max(...rest)) / attempts,
  }
}

async function compare(store: Store, name: string, run: Run): Promise<void> {
  let one = 0
  for (const callers of values.callers.split(',').map(Number)) {
    const seen = await press(store, run, callers)
    one ||= seen.perSecond
    const cpu = `µs each: main ${seen.main.toFixed(1)}, writer ${seen.writer.toFixed(1)}, other threads ${seen.others.toFixed(1)}`
    const pace = `${seen.perSecond.toFixed(0)}/s, ${(seen.perSecond / one).toFixed(1)} times one`
    console.log(
      `${name} ${String(callers).padStart(3)}: ${cpu}; ${seen.perFsync.toFixed(1)} per fsync; ${pace}`,
    )
  }
}

const folder = mkdtempSync(join(tmpdir(), 'strongroom-commit-'))
try {
  const databasePath = join(folder, 'store.db')
  const keys = { storeId: 'bench', seal: parents(), link: parents(), sign: parents(), floor: 1 }
  createDatabase(databasePath, '{}', firstLink)
  const fatal = (reason: string) => {
    throw new Error(reason)
  }
  const engine = await openSqlite({ databasePath, anchorPath: join(folder, 'anchor'), keys, fatal })
  const store = new Store(engine, new Codec('bench', new Sealer('records', parents())))
  for (const kind of kinds) {
    await store.attempt(async (attempt) => {
      for (let n = 0; n < thingsCount; n++) {
        attempt.put(kind, [account, region, `thing-${n}`], thing(n))
      }
    })
  }
  await press(store, read, 64)
  const of = values.of.split(',')
  if (of.includes('read')) await compare(store, 'read ', read)
  if (of.includes('write')) await compare(store, 'write', write)
  await store.close()
} finally {
  rmSync(folder, { recursive: true, force: true })
}
