/**
 * The rooms of a process beside the first one: the corridor, over a store that it reads by itself and
 * whose commits the first one makes. What needs more than the store is handed on to the first one as it
 * came, unread: it is decided, answered and recorded there.
 */
import type { Server } from 'node:net'
import { Strangers } from './audit/strangers.ts'
import type { Config } from './config.ts'
import type { Batch, Briefing, Counts } from './employing.ts'
import { RuleBook } from './events/book.ts'
import { journalKeysOf } from './folder.ts'
import { bulkOf, hallOf } from './hall.ts'
import { parseHeader } from './keyring/header.ts'
import { Keyring } from './keyring/keyring.ts'
import { minuteMs, secondMs, systemClock } from './lib/clock.ts'
import { secretKeyFrom } from './lib/secret-key.ts'
import { cacheSources, openMetering } from './metering.ts'
import { rolesOf } from './ports.ts'
import { loansOf, servicesOf } from './registry.ts'
import { type Received, respond } from './server/front.ts'
import { claimedService } from './server/lane.ts'
import { type Listening, listen } from './server/listen.ts'
import { Codec } from './store/collection.ts'
import type { Conflicted, Proposal } from './store/engine.ts'
import { StoreFull } from './store/engine.ts'
import { parcelOf } from './store/parcel.ts'
import { openRelay } from './store/sqlite/relay.ts'
import { Store, sharedLimits } from './store/store.ts'
import type { Answer } from './wire/protocol.ts'
import { type Channel, Line } from './workers/line.ts'
import { complainOf, type World } from './world.ts'

/** Services that need only the store, by the name in a credential scope. */
const ownServices: ReadonlySet<string> = new Set(['iam', 'kms', 'secretsmanager', 'ssm', 'sts'])

/** What only the first process has. Whoever would use it here went past the handing on. */
const elsewhere: never = new Proxy(() => {}, {
  get: () => elsewhere,
  apply: () => {
    throw new Error('only the first process does this')
  },
}) as never

/** Answers until it is told to end. Resolves when everything that was taken is answered. */
export async function work(briefing: Briefing, server: Server, channel: Channel): Promise<void> {
  const { promise: ended, resolve: end } = Promise.withResolvers<void>()
  const line = new Line(
    channel,
    {
      changed: () => rooms.follow(),
      count: async () => rooms.count(),
      pulse: () => undefined,
      drain: () => end(),
    },
    { StoreFull: () => new StoreFull() },
  )
  const rooms = await furnish(briefing, line)
  const listening = await open(briefing, server, line, rooms)
  line.tell('ready')
  await ended
  await listening.drain()
  await rooms.close()
}

type Rooms = Awaited<ReturnType<typeof furnish>>

function open(
  { config, limits }: Briefing,
  shared: Server,
  line: Line,
  { hall, bulk, world }: Rooms,
): Promise<Listening> {
  const { host, port, tls } = config
  return listen({
    ...{ host, port, shared, tls, limits },
    page: (path, { sourceIp, headers }) =>
      line.ask('page', { path, visitor: { sourceIp, headers } }),
    respond: (received) =>
      ownServices.has(claimedService(received) ?? '')
        ? respond(hall, received)
        : line.ask<Answer>('respond', received satisfies Received),
    roomFor: (head, bytes) => bulk.roomFor(head, bytes),
    complain: (requestId, thrown) => complainOf(world, requestId, thrown),
  })
}

async function furnish(briefing: Briefing, line: Line) {
  const config = configOf(briefing)
  const complain = (words: string) => line.tell('complain', words)
  const world: World = { limits: briefing.limits, complain, fatal: complain }
  const clock = systemClock
  const keyring = keyringOf(briefing)
  const committing = new Committing(line)
  const store = openStore(briefing, keyring, committing)
  const metering = openMetering(config, complain)
  for (const source of cacheSources(store)) metering.meter.add(source)
  const awake = () => committing.noteRotation()
  const loans = loansOf(keyring, config.regions, world, awake)
  const { see } = store
  const functions = { runners: elsewhere, rolesOf, see, wakeQueue: elsewhere }
  const lent = { ...loans, functions, alarming: elsewhere, events: elsewhere }
  const journalKeys = journalKeysOf(keyring)
  const services = servicesOf(
    ...([lent, store, elsewhere, elsewhere, elsewhere, journalKeys, config, world] as const),
  )
  const strangers = new Strangers()
  const parts = { config, world, clock, store, loans, strangers, services, metering }
  await knowRules(store, complain)
  const tellCounts = () => {
    const counts: Counts = { uses: metering.usage.take(), strangers: strangers.take() }
    if (counts.uses.length + counts.strangers.size > 0) line.tell('counts', counts)
  }
  const timers = [
    setInterval(tellCounts, secondMs),
    setInterval(() => keyring.forget(clock.now()), minuteMs),
  ]
  return {
    world,
    hall: hallOf(parts),
    bulk: bulkOf(parts),
    /** Others have changed something: it spares second tries, and no answer rests on it. */
    follow: () => void store.refresh().catch((thrown) => complain(String(thrown))),
    async count() {
      line.tell('counted', await metering.meter.snapshot())
    },
    async close() {
      for (const timer of timers) clearInterval(timer)
      tellCounts()
      await metering.close()
      await line.ask('counted', await metering.meter.snapshot())
      await store.close()
    },
  }
}

const configOf = ({ config, traces }: Briefing): Config =>
  traces
    ? { ...config, exports: { ...config.exports, traces: { ...traces, url: new URL(traces.url) } } }
    : config

function keyringOf({ header: text, storeKeys }: Briefing): Keyring {
  const header = parseHeader(text)
  if (!header) throw new Error('the header of the store does not read')
  const keys = new Map(storeKeys.map(([id, key]) => [id, secretKeyFrom(key)]))
  return new Keyring(header, keys, systemClock.now())
}

function openStore({ databasePath }: Briefing, keyring: Keyring, committing: Committing): Store {
  const keys = journalKeysOf(keyring)
  const commit = (batch: readonly Proposal[]) => committing.commit(batch)
  const codec = new Codec(keyring.storeId, keyring.sealer('records'))
  return new Store(openRelay({ databasePath, keys, commit }), codec, sharedLimits)
}

/** Batches on their way to the first process. */
class Committing {
  readonly #line: Line
  #isRotationDue = false

  constructor(line: Line) {
    this.#line = line
  }

  /** Told before the commit that makes it due. */
  noteRotation(): void {
    this.#isRotationDue = true
  }

  commit(proposals: readonly Proposal[]): Promise<readonly Conflicted[]> {
    const batch: Batch = { proposals: parcelOf(proposals), isRotationDue: this.#isRotationDue }
    this.#isRotationDue = false
    return this.#line.ask('commit', batch)
  }
}

/** Which events somebody waits for; what is not announced here no rule hears of. */
async function knowRules(store: Store, complain: (words: string) => void): Promise<void> {
  const book = new RuleBook(store.see)
  store.onCommit((changed, isBehind) => {
    book.note(changed)
    if (isBehind) book.doubt()
    if (book.isOpen) book.open().catch((thrown) => complain(`events wait: ${thrown}`))
  })
  store.awaitedBy((account, region) => book.isAwaited(account, region))
  await book.open()
}
