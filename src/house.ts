/**
 * The only place that knows every room: opens them in order, wires the corridor, takes them down
 * again. What a room is lent by others stands in registry.ts and ports.ts.
 */

import { join } from 'node:path'
import { startAccounting } from './accounting.ts'
import { openAlarming } from './alarming.ts'
import { type Filed, recordFull, recordNotice } from './audit/notices.ts'
import { pruneDue } from './audit/retention.ts'
import { Strangers } from './audit/strangers.ts'
import { openBackups } from './backups.ts'
import { startChores } from './chores.ts'
import type { Config } from './config.ts'
import { writeCredentials } from './credentials.ts'
import { openCustody } from './custody.ts'
import { openDetecting } from './detecting.ts'
import { DiskWatch } from './doctor/watch.ts'
import { openEvents } from './eventing.ts'
import { examine } from './examination.ts'
import { type Folder, openFolder, refusalOf } from './folder.ts'
import { authenticator, gatekeeper, type Ports } from './identity/authenticator.ts'
import { openFunctions } from './invoking.ts'
import type { Clock } from './lib/clock.ts'
import { secondMs, systemClock } from './lib/clock.ts'
import { type Metering, openMetering } from './metering.ts'
import type { Visitor } from './metrics/door.ts'
import { openOutlets } from './outlets.ts'
import { type Condition, pageOf } from './pages.ts'
import { authorityOf, temporary } from './ports.ts'
import { type Loans, loansOf, servicesOf } from './registry.ts'
import { startRotation } from './rotating.ts'
import { printSeal } from './seals/name.ts'
import { Bulk } from './server/bulk.ts'
import { type FrontHall, respond } from './server/front.ts'
import { doorFor, type EnterAs } from './server/inside.ts'
import { bodyBytesMaxOf, signedPathsOf } from './server/lane.ts'
import { serverLimits } from './server/limits.ts'
import { type Listening, listen } from './server/listen.ts'
import { Rates } from './server/rates.ts'
import { Principals } from './services/iam/principals.ts'
import { ensureRoot } from './services/iam/root.ts'
import type { Service } from './services/operation.ts'
import { sessionCredential } from './services/sts/credential.ts'
import { openSharing } from './sharing.ts'
import { SigningKeys } from './sigv4/key.ts'
import { sourcesOf } from './sources.ts'
import { Codec } from './store/collection.ts'
import { openIn } from './store/place.ts'
import { Store, sharedLimits, storeLimits } from './store/store.ts'
import { Watching } from './watching.ts'
import type { Answer } from './wire/protocol.ts'
import { complainOf, type World } from './world.ts'

export interface House {
  readonly url: string
  readonly port: number
  readonly credentialsPath: string
  /** The services that are served, by the name in a credential scope. */
  readonly services: ReadonlyMap<string, Service>
  /** Calls as an AWS service of the house's own. Nobody outside this process can. */
  readonly enterAs: EnterAs
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
    page: (path, visitor) =>
      path === '/-/metrics'
        ? rooms?.metrics(visitor)
        : pageOf(path, world.docs, rooms?.condition()),
    respond: async (received) => respond((rooms ?? (await opened)).hall, received),
    roomFor: async (head, bytes) => (rooms ?? (await opened)).bulk.roomFor(head, bytes),
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
  readonly bulk: Bulk
  readonly enterAs: EnterAs
  readonly credentialsPath: string
  /** The page of metrics, for whoever may read it. */
  metrics(visitor: Visitor): Promise<Answer | undefined>
  /** How the rooms do, for the page of health. */
  condition(): Condition
  /** Nobody waits any more for what may not come. */
  hush(): void
  close(): Promise<void>
}

const houseOf = (listening: Listening, rooms: Rooms): House => ({
  url: listening.url,
  port: listening.port,
  credentialsPath: rooms.credentialsPath,
  services: rooms.hall.services,
  enterAs: rooms.enterAs,
  async down() {
    rooms.hush()
    await listening.drain()
    await rooms.close()
  },
})

async function openRooms(config: Config, world: World, url: string): Promise<Rooms> {
  const { acceptRollback, account } = config
  const sources = {
    ...config.seal,
    ...(world.askPassphrase && { askPassphrase: world.askPassphrase }),
  }
  const { storeUrl } = config
  const wish = { acceptRollback, account, sources, ...(storeUrl && { storeUrl }) }
  const folder = await openFolder(config.dataPath, wish)
  try {
    return await furnish(folder, config, world, url)
  } catch (thrown) {
    folder.release()
    throw refusalOf(config.dataPath, thrown)
  }
}

async function furnish(folder: Folder, config: Config, world: World, url: string): Promise<Rooms> {
  const { account, region, regions } = config
  const clock = world.clock ?? systemClock
  const filed = () => ({ at: clock.now(), account, region })
  const store = await openStore(folder, world, config.auditSegmentBytes)
  const metering = openMetering(config, world.complain)
  const { meter } = metering
  store.onBatch((items, milliseconds) => meter.committed(items, milliseconds / secondMs))
  // Who is lent these calls later than now, when engine and hall stand.
  const loans = loansOf(folder.keyring, regions, world, () => engine.wake(), metering.noteEvent)
  try {
    // The first commit of this start: with it the database that was put back is anchored.
    if (folder.rollback) await recordNotice(store, filed(), 'RollbackAccepted', folder.rollback)
    await recordNotice(store, filed(), 'StoreUnsealed', { seal: printSeal(folder.seal.name) })
    await ensureRoot(store, loans.secrets, { ...filed(), fixed: config.root }, (made) =>
      writeCredentials(folder.credentialsPath, { ...made, region, url }),
    )
  } catch (thrown) {
    await store.close()
    throw thrown
  }
  const strangers = new Strangers()
  const disk = new DiskWatch(config.dataPath, world.roomAt)
  const enterAs = doorFor(() => hall)
  const alarming = openAlarming({ world, clock, store, enterAs })
  const { measure } = alarming
  const heard = { folder, config, store, clock, complain: world.complain }
  const outlets = await openOutlets({ ...heard, measure })
  const detecting = await openDetecting(heard)
  const backups = openBackups({ folder, config, clock, complain: world.complain })
  const functions = openFunctions({ config, world, clock, store, enterAs, measure, url })
  const events = await openEvents({ folder, config, world, clock, store, enterAs, measure })
  const { connections } = events
  const lent = { ...loans, functions: functions.ports, alarming, events }
  const complain = (thrown: unknown) => world.complain(String(thrown))
  const sharing = openSharing({ place: folder.place, store, clock, complain })
  const { mustBeAlone, nodes } = sharing
  const keeper = { folder, config, store, loans, connections, mustBeAlone }
  const custody = openCustody({ ...keeper, filed, world })
  const standing = () => backups.ports.standing()
  const examined = { folder, config, clock, store, custody, standing, detecting }
  const watching = new Watching(store)
  const diagnosis = () => examine(examined)
  const keeping = { keys: custody, diagnosis, nodes, changes: watching }
  const { journalKeys } = folder
  const services = servicesOf(lent, store, outlets, backups, keeping, journalKeys, config, world)
  const parts = { config, world, clock, store, loans, strangers, services, metering }
  const hall: FrontHall = hallOf(parts)
  const engine = startRotation({
    ...{ place: folder.place, world, clock, store, enterAs, complain },
    secretPorts: loans.secretPorts,
  })
  functions.start()
  alarming.start()
  await events.start()
  await sharing.start()
  const sweepTurns = () => engine.sweep()
  const sweepDetections = () => detecting.sweep()
  const sweepMetrics = () => alarming.sweep()
  const sweepAudit = () => pruneAudit(folder, config, store, filed())
  const watched = { strangers, disk }
  const sweeps = { sweepTurns, sweepDetections, sweepAudit, sweepMetrics }
  const errands = { store, loans, custody, ...watched, filed, ...sweeps, complain }
  store.onFull(() => void recordFull(store, filed()).catch(complain))
  const endChores = startChores(errands)
  const endAccounting = startAccounting({ world, store, clock, metering, alarming })
  const told = { store, clock, disk, outlets, detecting, backups, alarming, events }
  for (const source of sourcesOf({ ...told, seal: folder.seal.name.kind })) meter.add(source)
  return {
    hall,
    bulk: bulkOf(parts),
    enterAs,
    credentialsPath: folder.credentialsPath,
    metrics: (visitor) => metering.page(visitor),
    condition: () => ({
      isFull: store.isFull,
      warnings: [...warningsOf(disk), ...backups.warnings()],
      audit: outlets.progress(),
    }),
    hush: () => watching.close(),
    async close() {
      await sharing.close()
      await backups.close()
      await engine.close()
      await alarming.close()
      await events.close()
      await functions.close()
      await endChores()
      await endAccounting()
      await metering.close()
      await detecting.close()
      await outlets.close()
      await custody.close()
      await store.close()
      folder.release()
    },
  }
}

/** What is kept without end is never looked at. */
async function pruneAudit(
  { path, journalKeys: keys }: Folder,
  { auditKeepMs: keepMs }: Config,
  store: Store,
  filed: Filed,
): Promise<void> {
  const journalPath = join(path, 'journal')
  if (keepMs !== undefined) await pruneDue({ store, journalPath, keys, keepMs }, filed)
}

async function openStore(folder: Folder, world: World, segmentBytes: number): Promise<Store> {
  const { keyring, journalKeys: keys, place, anchorPath } = folder
  const { complain, fatal } = world
  const engine = await openIn(place, { anchorPath, keys, segmentBytes, complain, fatal })
  const codec = new Codec(keyring.storeId, keyring.sealer('records'))
  return new Store(engine, codec, place.kind === 'sqlite' ? storeLimits : sharedLimits)
}

/** What the page of health says of the space that is left. */
function warningsOf(disk: DiskWatch): string[] {
  const { state, words } = disk.check()
  return state === 'ok' ? [] : [words]
}

interface Parts {
  readonly config: Config
  readonly world: World
  readonly clock: Clock
  readonly store: Store
  readonly loans: Loans
  readonly strangers: Strangers
  readonly services: ReadonlyMap<string, Service>
  readonly metering: Metering
}

function hallOf(parts: Parts): FrontHall {
  const { config, world, clock, store, loans, strangers, services, metering } = parts
  return {
    store,
    services,
    clock,
    region: config.region,
    rates: config.limitsRates ? new Rates() : undefined,
    authenticate: authenticator(doorOf(parts)),
    findAuthority: (attempt, signed, at) => authorityOf(loans.sessions, attempt, signed, at),
    noteStranger(sourceIp, code) {
      strangers.note(sourceIp, code)
      metering.meter.refusedStranger(code)
    },
    observe: metering.observe,
    complain: (requestId, thrown) => complainOf(world, requestId, thrown),
  }
}

function bulkOf(parts: Parts): Bulk {
  const { bodyBytesMax, bulkBytesMax } = parts.world.limits ?? serverLimits
  const mayCome = gatekeeper(doorOf(parts))
  return new Bulk({
    usualBytesMax: bodyBytesMax,
    roomBytesMax: bulkBytesMax,
    bytesMaxOf: (head) => bodyBytesMaxOf(parts.services, head),
    mayAsk: (head) => mayCome({ ...head, body: new Uint8Array() }),
  })
}

function doorOf({ config, clock, store, loans, services }: Parts): Ports {
  const signingKeys = new SigningKeys()
  const principals = new Principals(loans.secrets, signingKeys)
  return {
    clock,
    credentials: {
      find: async (id, token) =>
        id.startsWith(temporary)
          ? sessionCredential(loans.sessions, signingKeys, id, token ?? '')
          : principals.credential(store.begin(), id),
    },
    targets: signedPaths(services),
    accepts: (service, region) => services.has(service) && config.regions.has(region),
  }
}

/** What is signed besides `/`, by service. */
const signedPaths = (services: Parts['services']) =>
  new Map(
    [...services.values()].flatMap(({ model }) => {
      const isSigned = signedPathsOf(model)
      return isSigned ? [[model.signingName, isSigned] as const] : []
    }),
  )
