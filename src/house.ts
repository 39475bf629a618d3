/**
 * The only file that knows every room: builds them, hands out ports, and takes them down again.
 */
import { printServiceAct } from './audit/event.ts'
import { AuditLog } from './audit/log.ts'
import { recordRollback, recordStrangers } from './audit/notices.ts'
import { Strangers } from './audit/strangers.ts'
import type { Config } from './config.ts'
import { writeCredentials } from './credentials.ts'
import { type Folder, openFolder, refusalOf } from './folder.ts'
import { authenticator } from './identity/authenticator.ts'
import type { Clock } from './lib/clock.ts'
import { minuteMs, systemClock } from './lib/clock.ts'
import { PageTokens } from './lib/page.ts'
import { Sealer } from './lib/sealer.ts'
import { authorityOf, identities, peopleOf, sealedKeyOf, temporary } from './ports.ts'
import type { FrontHall } from './server/front.ts'
import { respond } from './server/front.ts'
import { type ServerLimits, serverLimits } from './server/limits.ts'
import { type Listening, listen } from './server/listen.ts'
import { iam } from './services/iam/index.ts'
import { Principals } from './services/iam/principals.ts'
import { ensureRoot } from './services/iam/root.ts'
import { KeySecrets } from './services/iam/secrets.ts'
import { type KmsPorts, kms } from './services/kms/index.ts'
import { KeyReader } from './services/kms/store.ts'
import { type KeyEvent, sweepKeys } from './services/kms/sweep.ts'
import type { Service } from './services/operation.ts'
import type { ServiceEvent } from './services/secretsmanager/events.ts'
import {
  type Ports as SecretPorts,
  secretsManager,
  sweepSecrets,
} from './services/secretsmanager/index.ts'
import { strongroom } from './services/strongroom/index.ts'
import { sessionCredential } from './services/sts/credential.ts'
import { fetchJson } from './services/sts/fetch-json.ts'
import { sts } from './services/sts/index.ts'
import { IssuerKeys } from './services/sts/issuer-keys.ts'
import { SessionTokens } from './services/sts/tokens.ts'
import { SigningKeys } from './sigv4/key.ts'
import type { Attempt } from './store/attempt.ts'
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
  /** The services that are served, by the name in a credential scope. */
  readonly services: ReadonlyMap<string, Service>
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
  services: rooms.hall.services,
  async down() {
    await listening.drain()
    await rooms.close()
  },
})

async function openRooms(config: Config, world: World, url: string): Promise<Rooms> {
  const folder = openFolder(config.dataPath, config.acceptRollback, config.account)
  try {
    return await furnish(folder, config, world, url)
  } catch (thrown) {
    folder.release()
    throw refusalOf(config.dataPath, thrown)
  }
}

async function furnish(folder: Folder, config: Config, world: World, url: string): Promise<Rooms> {
  const clock = world.clock ?? systemClock
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
  const { account, region, root: fixed } = config
  const filed = () => ({ at: clock.now(), account, region })
  const wish = { account, at: clock.now(), fixed }
  try {
    // The first commit of this start: with it the database that was put back is anchored.
    if (folder.rollback) await recordRollback(store, filed(), folder.rollback)
    await ensureRoot(store, secrets, wish, (made) =>
      writeCredentials(credentialsPath, { ...made, region, url }),
    )
  } catch (thrown) {
    await store.close()
    throw thrown
  }
  const strangers = new Strangers()
  const keyPorts: KmsPorts = {
    sealer: new Sealer('kms', keyring.parents('kms')),
    stampKey: keyring.lasting('kms stamps'),
    regions: config.regions,
  }
  const hall = hallOf({
    config,
    world,
    clock,
    store,
    secrets,
    strangers,
    journal: new Journal(journalKeys),
    secretPorts: {
      tokens: new PageTokens(new Sealer('page tokens', keyring.parents('page tokens'))),
      regions: config.regions,
      printEvent,
      findKeyId: async (attempt, shelf, alias) =>
        (await new KeyReader(attempt).findAlias(shelf, alias))?.keyId,
    },
    keyPorts,
    tokens: new SessionTokens(new Sealer('sessions', keyring.parents('sessions'))),
  })
  const complain = (thrown: unknown) => world.complain(String(thrown))
  const tell = () => recordStrangers(store, filed(), strangers)
  const telling = setInterval(() => void tell().catch(complain), minuteMs)
  let swept: Promise<unknown> = Promise.resolve()
  // One sweep at a time; the first one takes what became due while nobody was here.
  const sweep = () => {
    swept = swept
      .then(() => sweepSecrets({ ...sweeping(store), printEvent }, clock.now()))
      .catch(complain)
      .then(() =>
        sweepKeys({ ...keyPorts, ...sweeping(store), printEvent: printKeyEvent }, clock.now()),
      )
      .catch(complain)
  }
  sweep()
  const sweepingEach = setInterval(sweep, minuteMs)
  return {
    hall,
    credentialsPath,
    async close() {
      clearInterval(telling)
      clearInterval(sweepingEach)
      await swept
      await tell().catch(complain)
      await store.close()
      folder.release()
    },
  }
}

const sweeping = (store: Store) => ({
  begin: () => store.begin(),
  attempt: <T>(run: (attempt: Attempt) => Promise<T>) => store.attempt(run),
})

/** What Secrets Manager does on its own account, as the audit writes it. */
const printEvent = ({ name, at, shelf, secretArn, eventId }: ServiceEvent): string =>
  printServiceAct({
    ...{ eventId, at, ...shelf },
    eventSource: 'secretsmanager.amazonaws.com',
    eventName: name,
    details: { SecretId: secretArn },
  })

/** The same for what the clock does to keys. */
const printKeyEvent = ({ name, at, shelf, keyArn, eventId }: KeyEvent): string =>
  printServiceAct({
    ...{ eventId, at, ...shelf },
    eventSource: 'kms.amazonaws.com',
    eventName: name,
    details: { keyId: keyArn },
  })

interface Parts {
  readonly config: Config
  readonly world: World
  readonly clock: Clock
  readonly store: Store
  readonly secrets: KeySecrets
  readonly strangers: Strangers
  readonly journal: Journal
  readonly secretPorts: SecretPorts
  readonly keyPorts: KmsPorts
  readonly tokens: SessionTokens
}

function hallOf({
  config,
  world,
  clock,
  store,
  secrets,
  strangers,
  journal,
  secretPorts,
  keyPorts,
  tokens,
}: Parts): FrontHall {
  const services = new Map<string, Service>(
    [
      secretsManager(secretPorts),
      iam(secrets),
      kms(keyPorts),
      sts(tokens, identities, new IssuerKeys(fetchJson, config.privateIssuers, world.complain)),
      strongroom({
        audit: new AuditLog(store, journal),
        people: peopleOf(secrets),
        sealedKeyOf,
        operator: config.account,
      }),
    ].map((service) => [service.model.signingName, service]),
  )
  const signingKeys = new SigningKeys()
  const principals = new Principals(secrets, signingKeys)
  return {
    store,
    services,
    clock,
    region: config.region,
    authenticate: authenticator({
      clock,
      credentials: {
        find: async (id, token) =>
          id.startsWith(temporary)
            ? sessionCredential(tokens, signingKeys, id, token ?? '')
            : principals.credential(store.begin(), id),
      },
      accepts: (service, region) => services.has(service) && config.regions.has(region),
    }),
    findAuthority: (attempt, signed, at) => authorityOf(tokens, attempt, signed, at),
    noteStranger: (sourceIp, code) => strangers.note(sourceIp, code),
    complain: (requestId, thrown) => complainOf(world, requestId, thrown),
  }
}

/** The operator's log: which request and what kind of error, with its stack; never a value. */
function complainOf(world: World, requestId: string, thrown: unknown): void {
  const cause = thrown instanceof Error ? (thrown.stack ?? thrown.message) : 'something thrown'
  world.complain(`request ${requestId}: ${cause}`)
}

function pageOf(path: string, world: World, isOpen: boolean): Answer | undefined {
  if (path === '/-/health') {
    const body = `${JSON.stringify({ status: isOpen ? 'ok' : 'opening' })}\n`
    return { status: isOpen ? 200 : 503, headers: { 'Content-Type': 'application/json' }, body }
  }
  if (path !== '/-/docs' || world.docs === undefined) return undefined
  return { status: 200, headers: { 'Content-Type': 'text/plain; charset=utf-8' }, body: world.docs }
}
