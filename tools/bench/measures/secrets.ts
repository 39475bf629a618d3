/** Growth with the number of secrets: a call, a list, memory, the second start, the database. */
import { randomUUID } from 'node:crypto'
import { statSync } from 'node:fs'
import { join } from 'node:path'
import { filledName, fillSecrets } from '../fill.ts'
import { type Figure, type Measure, quotients } from '../measure.ts'
import { callsFile, each, inTurns, press, type Round, send } from '../press.ts'
import { hot, makeUser, type Served, secretsOrder, serve, type User } from '../served.ts'
import { residentMiB, type Stage } from '../stage.ts'
import { bytesOf, call, type Order } from '../wire.ts'

const accountsCount = 10
const touchedMax = 20_000
const startsCount = 3
const actions = ['secretsmanager:GetSecretValue', 'secretsmanager:ListSecrets']

const lists: Readonly<Record<string, object>> = {
  'ListSecrets, first page': { MaxResults: 10 },
  'ListSecrets, by name prefix': {
    ...{ MaxResults: 10, Filters: [{ Key: 'name', Values: [filledName(3)] }] },
  },
}

export const secrets: Measure = {
  name: 'secrets',
  about: `the same read and lists as the number of secrets grows, over ${accountsCount} accounts: CPU of a call against the smallest store`,

  async run(stage, size, common) {
    const grown: Grown[] = []
    for (const count of size.secrets) grown.push(await grow(stage, count))
    const calls = grown.map((store) => ({ store, files: filesOf(stage, store) }))
    for (const { store, files } of calls) await common.warm(store.house, files.GetSecretValue)
    const candidates = calls.flatMap(({ store, files }) =>
      Object.entries(files).map(([name, file]) => {
        const load = { connections: hot.connections, seconds: size.seconds / 2, calls: file }
        return [`${name} at ${store.count}`, () => press(stage, store.house, load)] as const
      }),
    )
    const seen = await inTurns(size, Object.fromEntries(candidates))
    return [
      ...Object.keys(calls[0]?.files ?? {}).flatMap((n) => costs(n, grown, seen)),
      ...kept(grown),
    ]
  },
}

/** A house with so many secrets, and what was seen of it besides its calls. */
interface Grown {
  readonly count: number
  readonly house: Served
  readonly users: readonly User[]
  readonly startMs: readonly number[]
  readonly residentMiB: number
  readonly databaseBytes: number
}

async function grow(stage: Stage, count: number): Promise<Grown> {
  const before = await serve(stage)
  const perAccount = count / accountsCount
  const made: { id: string; user: User }[] = []
  for (let n = 0; n < accountsCount; n++) made.push(await makeAccount(before))
  await stage.end(before)
  const users = made.map(({ user }) => user)
  await fillSecrets(before.data, { accounts: made.map(({ id }) => id), perAccount })
  const databaseBytes = statSync(join(before.data, 'store.db')).size
  const startMs: number[] = []
  let house = await started(stage, before.data, users, startMs)
  for (let n = 1; n < startsCount; n++) {
    await stage.end(house)
    house = await started(stage, before.data, users, startMs)
  }
  const store = { count, house, users, startMs, databaseBytes }
  await send(stage, house, reads(store, Math.min(count, touchedMax)))
  return { ...store, residentMiB: residentMiB(house.child) }
}

/** Its first secret brings the key under which the others are sealed. */
async function makeAccount(house: Served): Promise<{ id: string; user: User }> {
  const order = { service: 'strongroom', operation: 'CreateAccount', input: {} }
  const made = JSON.parse(await call(house.url, house.root, order))
  const root = { accessKeyId: made.AccessKeyId, secretAccessKey: made.SecretAccessKey }
  const first = { Name: 'first', SecretString: 'x', ClientRequestToken: randomUUID() }
  await call(house.url, root, secretsOrder('CreateSecret', first))
  return { id: made.AccountId, user: await makeUser(house, root, 'reader', actions) }
}

/** From the start of the process until one read is answered. */
async function started(stage: Stage, data: string, users: readonly User[], times: number[]) {
  const startedAt = performance.now()
  const house = await serve(stage, { data })
  const input = { SecretId: filledName(1) }
  await call(house.url, (users[0] as User).keys, secretsOrder('GetSecretValue', input))
  times.push(performance.now() - startedAt)
  return house
}

type Callable = Pick<Grown, 'house' | 'users' | 'count'>

/** The bytes of each call for a file; every account's user signs in turn. */
const callsOf = ({ house, users }: Callable, count: number, order: (n: number) => Order) =>
  Array.from({ length: count }, (_, n) =>
    bytesOf(house.url, (users[n % users.length] as User).keys, order(Math.floor(n / users.length))),
  )

/** Reads of so many secrets that are spread over all of each account. */
const reads = (store: Callable, count: number): Buffer[] => {
  const step = Math.max(1, Math.floor(store.count / count))
  return callsOf(store, count, (n) =>
    secretsOrder('GetSecretValue', { SecretId: filledName(n * step) }),
  )
}

function filesOf(stage: Stage, store: Grown): Record<string, string> & { GetSecretValue: string } {
  const ofLists = Object.entries(lists).map(([name, input]) => {
    const calls = callsOf(store, store.users.length, () => secretsOrder('ListSecrets', input))
    return [name, callsFile(stage, calls)]
  })
  const calls = reads(store, Math.min(store.count, hot.secrets))
  return { GetSecretValue: callsFile(stage, calls), ...Object.fromEntries(ofLists) }
}

/** What a call costs at each size, against the smallest. */
function costs(
  name: string,
  grown: readonly Grown[],
  seen: Readonly<Record<string, readonly Round[]>>,
): Figure[] {
  const of = (count: number) => each(seen[`${name} at ${count}`] ?? [], 'microseconds')
  const [smallest, ...others] = grown
  const base = of(smallest?.count ?? 0)
  return [
    { name: `${name} at ${smallest?.count}`, unit: 'µs', better: 'less', rounds: base },
    ...others.map(({ count }): Figure => {
      const rounds = quotients(of(count), base)
      return { name: `${name} at ${count}`, unit: 'x', better: 'less', rounds, goal: 1.2 }
    }),
  ]
}

/** Memory, the second start, the database. */
function kept(grown: readonly Grown[]): Figure[] {
  const [smallest] = grown
  return grown.flatMap(({ count, startMs, residentMiB: mebibytes, databaseBytes }): Figure[] => {
    const more = count - (smallest?.count ?? 0)
    const bytes = (databaseBytes - (smallest?.databaseBytes ?? 0)) / more
    const isLarge = count >= 1_000_000
    return [
      {
        ...{ name: `memory at ${count}`, unit: 'MiB', better: 'less', rounds: [mebibytes] },
        ...(isLarge && { goal: 300 }),
      },
      {
        ...{ name: `second start at ${count}`, unit: 'ms', better: 'less', rounds: startMs },
        ...(isLarge && { goal: 500 }),
      },
      ...(more > 0
        ? [
            {
              name: `a secret at ${count}`,
              unit: 'bytes',
              better: 'less',
              rounds: [bytes],
            } as const,
          ]
        : []),
    ]
  })
}
