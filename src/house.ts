/**
 * The only file that knows every room: builds them, hands out ports, and takes them down again.
 */
import { randomUUID } from 'node:crypto'
import { AuditLog } from './audit/log.ts'
import { printRefused } from './audit/record.ts'
import { Strangers } from './audit/strangers.ts'
import type { Config } from './config.ts'
import { writeCredentials } from './credentials.ts'
import { openFolder } from './folder.ts'
import { authenticator } from './identity/authenticator.ts'
import { storeDataKeys } from './keyring/envelope.ts'
import type { Clock } from './lib/clock.ts'
import { minuteMs, systemClock } from './lib/clock.ts'
import { Sealer } from './lib/sealer.ts'
import type { FrontHall } from './server/front.ts'
import { respond } from './server/front.ts'
import { type ServerLimits, serverLimits } from './server/limits.ts'
import { type Listening, listen } from './server/listen.ts'
import { iam } from './services/iam/index.ts'
import { findAuthority, Principals } from './services/iam/principals.ts'
import { ensureRoot } from './services/iam/root.ts'
import { KeySecrets } from './services/iam/secrets.ts'
import type { Service } from './services/operation.ts'
import { secretsManager } from './services/secretsmanager/index.ts'
import { strongroom } from './services/strongroom/index.ts'
import { sts } from './services/sts/index.ts'
import { SigningKeys } from './sigv4/key.ts'
import { Codec } from './store/collection.ts'
import { Journal } from './store/journal.ts'
import { openSqlite } from './store/sqlite/engine.ts'
import { Store } from './store/store.ts'
import type { Answer } from './wire/protocol.ts'

/** What of the outside world a house is given; tests set them. */
export interface World {
  readonly clock?: Clock
  readonly limits?: ServerLimits
  /** The page behind `/-/docs`. */
  readonly docs?: string
  /** Tells the operator. Never with a caller's values. */
  complain(words: string): void
  /** A write may have been lost: the process must end. */
  fatal(reason: string): void
}

export interface House {
  readonly url: string
  readonly port: number
  readonly credentialsPath: string
  /** Answers what was taken, then closes every room. */
  down(): Promise<void>
}

/** Binds the address, then opens the rooms: a busy port is found out before anything is touched. */
export async function raise(config: Config, world: World): Promise<House> {
  let rooms: Rooms | undefined
  const { promise: opened, resolve: open } = Promise.withResolvers<Rooms>()
  const listening = await listen({
    host: config.host,
    port: config.port,
    tls: config.tls,
    limits: world.limits ?? serverLimits,
    page: (path) => pageOf(path, world, rooms !== undefined),
    respond: async (received) => respond((rooms ?? (await opened)).hall, received),
    complain: (requestId, thrown) => complainOf(world, requestId, thrown),
  })
  try {
    rooms = await openRooms(config, world, listening.url)
    open(rooms)
    return houseOf(listening, rooms)
  } catch (thrown) {
    listening.abandon()
    throw thrown
  }
}

interface Rooms {
  readonly hall: FrontHall
  readonly credentialsPath: string
  close(): Promise<void>
}

const houseOf = (listening: Listening, rooms: Rooms): House => ({
  url: listening.url,
  port: listening.port,
  credentialsPath: rooms.credentialsPath,
  async down() {
    await listening.drain()
    await rooms.close()
  },
})

async function openRooms(config: Config, world: World, url: string): Promise<Rooms> {
  const clock = world.clock ?? systemClock
  const folder = openFolder(config.dataPath, config.acceptRollback)
  const { keyring, journalKeys, databasePath, anchorPath, credentialsPath } = folder
  const engine = await openSqlite({
    databasePath,
    anchorPath,
    keys: journalKeys,
    fatal: world.fatal,
  })
  const store = new Store(
    engine,
    new Codec(keyring.storeId, new Sealer('records', keyring.parents('records'))),
  )
  const secrets = new KeySecrets(new Sealer('credentials', keyring.parents('credentials')))
  const wish = { account: config.account, at: clock.now(), fixed: config.root }
  await ensureRoot(store, secrets, wish, (made) =>
    writeCredentials(credentialsPath, { ...made, region: config.region, url }),
  )
  const strangers = new Strangers()
  const hall = hallOf({
    config,
    world,
    clock,
    store,
    secrets,
    strangers,
    journal: new Journal(journalKeys),
    dataKeys: storeDataKeys(keyring.storeId, keyring.parents('data keys')),
  })
  const tell = () => tellStrangers(config, clock, store, strangers)
  const telling = setInterval(
    () => void tell().catch((thrown) => world.complain(String(thrown))),
    minuteMs,
  )
  return {
    hall,
    credentialsPath,
    async close() {
      clearInterval(telling)
      await tell()
      await store.close()
      folder.release()
    },
  }
}

interface Parts {
  readonly config: Config
  readonly world: World
  readonly clock: Clock
  readonly store: Store
  readonly secrets: KeySecrets
  readonly strangers: Strangers
  readonly journal: Journal
  readonly dataKeys: ReturnType<typeof storeDataKeys>
}

function hallOf({
  config,
  world,
  clock,
  store,
  secrets,
  strangers,
  journal,
  dataKeys,
}: Parts): FrontHall {
  const services = new Map<string, Service>(
    [secretsManager(dataKeys), iam(secrets), sts(), strongroom(new AuditLog(store, journal))].map(
      (service) => [service.model.signingName, service],
    ),
  )
  const principals = new Principals(secrets, new SigningKeys())
  return {
    store,
    services,
    clock,
    authenticate: authenticator({
      clock,
      credentials: { find: (id) => principals.credential(store.begin(), id) },
      accepts: (service, region) => services.has(service) && config.regions.has(region),
    }),
    findAuthority,
    noteStranger: (sourceIp, code) => strangers.note(sourceIp, code),
    complain: (requestId, thrown) => complainOf(world, requestId, thrown),
  }
}

/** The operator's log: which request and what kind of error, with its stack; never a value. */
function complainOf(world: World, requestId: string, thrown: unknown): void {
  const cause = thrown instanceof Error ? (thrown.stack ?? thrown.message) : 'something thrown'
  world.complain(`request ${requestId}: ${cause}`)
}

async function tellStrangers(
  { region, account }: Config,
  clock: Clock,
  store: Store,
  strangers: Strangers,
): Promise<void> {
  const taken = strangers.take()
  if (taken.size === 0) return
  await store.attempt(async (attempt) => {
    for (const [sourceIp, codes] of taken) {
      const eventId = randomUUID()
      attempt.record(printRefused({ eventId, at: clock.now(), region, account, sourceIp, codes }))
    }
  })
}

function pageOf(path: string, world: World, isOpen: boolean): Answer | undefined {
  if (path === '/-/health') {
    const body = `${JSON.stringify({ status: isOpen ? 'ok' : 'opening' })}\n`
    return { status: isOpen ? 200 : 503, headers: { 'Content-Type': 'application/json' }, body }
  }
  if (path !== '/-/docs' || world.docs === undefined) return undefined
  return { status: 200, headers: { 'Content-Type': 'text/plain; charset=utf-8' }, body: world.docs }
}
