/**
 * Every room, opened in the order in which each needs the ones before, and taken down again. What a
 * room is lent by others stands in registry.ts and ports.ts, how each is wired in a file of its own.
 */
import { join } from 'node:path'
import { startAccounting } from './accounting.ts'
import { openAlarming } from './alarming.ts'
import { type Filed, recordFull, recordNotice } from './audit/notices.ts'
import { pruneDue, shelfIn } from './audit/retention.ts'
import { Strangers } from './audit/strangers.ts'
import { openBackups } from './backups.ts'
import { startChores } from './chores.ts'
import type { Config } from './config.ts'
import { writeCredentials } from './credentials.ts'
import { openCustody } from './custody.ts'
import { openDetecting } from './detecting.ts'
import { DiskWatch } from './doctor/watch.ts'
import { openDuties } from './duties.ts'
import { type Employer, openStaff } from './employing.ts'
import { openEvents } from './eventing.ts'
import { examine } from './examination.ts'
import type { Folder } from './folder.ts'
import { type Door, type Ground, layGround } from './ground.ts'
import { bulkOf, hallOf } from './hall.ts'
import { openFunctions } from './invoking.ts'
import { openOutlets } from './outlets.ts'
import { pageOf } from './pages.ts'
import { servicesOf } from './registry.ts'
import { startRotation } from './rotating.ts'
import type { RotationEngine } from './rotation/engine.ts'
import { printSeal } from './seals/name.ts'
import type { Bulk } from './server/bulk.ts'
import { type FrontHall, type Received, respond } from './server/front.ts'
import type { EnterAs } from './server/inside.ts'
import type { Services } from './server/lane.ts'
import type { Visitor } from './server/listen.ts'
import { ensureRoot } from './services/iam/root.ts'
import { openSharing } from './sharing.ts'
import { sourcesOf } from './sources.ts'
import { sharedShelf } from './store/postgres/tail.ts'
import type { Store } from './store/store.ts'
import { Watching } from './watching.ts'
import type { Answer } from './wire/protocol.ts'
import type { World } from './world.ts'

export interface Rooms {
  /** The services that are served, by the name in a credential scope. */
  readonly services: Services
  /** Answers one request. */
  respond(received: Received): Promise<Answer>
  readonly bulk: Bulk
  readonly enterAs: EnterAs
  readonly credentialsPath: string
  /** What is served besides the AWS wire, to this visitor. */
  page(path: string, visitor: Visitor): Promise<Answer | undefined>
  /** Nobody waits any more for what may not come. */
  hush(): void
  close(): Promise<void>
}

/** Opens them all on a store that is unsealed, which is closed again where they cannot be. */
export async function furnish(
  folder: Folder,
  store: Store,
  config: Config,
  world: World,
  listening: Door,
): Promise<Rooms> {
  const ground = layGround(folder, store, config, world, listening)
  const { loans, filed } = ground
  const { url } = listening
  try {
    // The first commit of this start: with it the database that was put back is anchored.
    if (folder.rollback) await recordNotice(store, filed(), 'RollbackAccepted', folder.rollback)
    await recordNotice(store, filed(), 'StoreUnsealed', { seal: printSeal(folder.seal.name) })
    await ensureRoot(store, loans.secrets, { ...filed(), fixed: config.root }, (made) =>
      writeCredentials(folder.credentialsPath, { ...made, region: config.region, url }),
    )
    return await begin(ground, await openAll(ground))
  } catch (thrown) {
    await store.close()
    throw thrown
  }
}

const employerOf = (ground: Ground, strangers: Strangers): Employer => ({
  ...ground,
  hall: () => ground.later.hall as FrontHall,
  page: (path, visitor) => ground.later.page?.(path, visitor),
  noteStranger: (sourceIp, code, count) => strangers.note(sourceIp, code, count),
  wakeRotation: () => ground.later.engine?.wake(),
})

type All = Awaited<ReturnType<typeof openAll>>

/** Opens what answers and what works behind the answers; nothing of it begins before the rest stands. */
async function openAll(ground: Ground) {
  const { folder, config, world, clock, store, tape, loans, filed, enterAs, complain, metering } =
    ground
  const { url } = ground.listening
  const strangers = new Strangers()
  const disk = new DiskWatch(config.dataPath, world.roomAt)
  const alarming = openAlarming({ world, clock, store, enterAs })
  const { measure } = alarming
  const sharing = openSharing({ place: folder.place, store, clock, complain })
  const isShared = folder.place.kind === 'postgres'
  const duties = openDuties({ store, isShared, holder: sharing.own, complain: world.complain })
  const heard = { folder, config, store, tape, duties, clock, complain: world.complain }
  const outlets = await openOutlets({ ...heard, measure })
  const detecting = await openDetecting(heard)
  const backups = await openBackups(heard)
  const functions = openFunctions({ config, world, clock, store, enterAs, measure, url })
  const events = await openEvents({ folder, config, world, clock, store, tape, enterAs, measure })
  const { mustBeAlone, nodes } = sharing
  const { connections } = events
  const staff = openStaff(employerOf(ground, strangers))
  const withoutOthers = staff.alone
  const keeper = { folder, config, store, loans, connections, mustBeAlone, withoutOthers }
  const custody = openCustody({ ...keeper, filed, world })
  const watching = new Watching(store)
  const standing = () => backups.ports.standing()
  const examined = { folder, config, clock, store, custody, standing, detecting, nodes }
  const diagnosis = () => examine(examined)
  const keeping = { keys: custody, diagnosis, nodes, changes: watching }
  const lent = { ...loans, functions: functions.ports, alarming, events }
  const { journalKeys } = folder
  const services = servicesOf(lent, store, outlets, backups, keeping, journalKeys, config, world)
  const parts = { config, world, clock, store, loans, strangers, services, metering }
  return {
    ...{ strangers, disk, duties, alarming, outlets, detecting, backups, functions, events },
    ...{ sharing, custody, watching, staff, parts },
  }
}

/** Begins the work behind the answers, with what was left over or became due meanwhile. */
async function begin(ground: Ground, all: All): Promise<Rooms> {
  const { folder, world, clock, store, loans, enterAs, complain, later, metering, filed } = ground
  const { alarming, functions, events, sharing, staff, parts } = all
  const { place } = folder
  later.hall = hallOf(parts)
  const { secretPorts } = loans
  const engine = startRotation({ place, world, clock, store, enterAs, complain, secretPorts })
  later.engine = engine
  functions.start()
  alarming.start()
  await events.start()
  await sharing.start()
  all.duties.start()
  store.onFull(() => void recordFull(store, filed()).catch(complain))
  const endChores = startChores(errandsOf(ground, all, engine))
  const endAccounting = startAccounting({ world, store, clock, metering, alarming })
  const told = { ...all, store, clock, seal: folder.seal.name.kind }
  for (const source of sourcesOf(told)) metering.meter.add(source)
  const rooms = roomsOf(ground, all, later.hall, async () => {
    await staff.close()
    store.hurry()
    await endInTurn([sharing, all.backups, engine, alarming, events, functions], complain)
    await endInTurn([{ close: endChores }, { close: endAccounting }, metering], complain)
    await endInTurn([all.detecting, all.duties, all.outlets, all.custody], complain)
    await store.close()
    folder.release()
  })
  later.page = rooms.page
  await staff.start()
  return rooms
}

/** One that cannot write its last word keeps neither the others nor the store from their end. */
async function endInTurn(
  rooms: readonly { close(): Promise<unknown> | unknown }[],
  complain: (thrown: unknown) => void,
): Promise<void> {
  for (const room of rooms) {
    try {
      await room.close()
    } catch (thrown) {
      complain(thrown)
    }
  }
}

const roomsOf = (
  { folder, world, store, enterAs, metering }: Ground,
  { parts, disk, backups, outlets, watching, staff }: All,
  hall: FrontHall,
  close: () => Promise<void>,
): Rooms => ({
  ...{ services: hall.services, enterAs, close },
  respond: (received) => respond(hall, received),
  bulk: bulkOf(parts),
  credentialsPath: folder.credentialsPath,
  async page(path, visitor) {
    if (path === '/-/metrics') return metering.page(visitor, staff.sums)
    const warnings = [...warningsOf(disk), ...backups.warnings(), ...staff.warnings()]
    return pageOf(path, world.docs, { isFull: store.isFull, warnings, audit: outlets.progress() })
  },
  hush() {
    watching.close()
    // They end with this process's own door: what they took is answered while the rooms are open.
    void staff.close()
  },
})

const errandsOf = (ground: Ground, all: All, engine: RotationEngine) => ({
  ...ground,
  ...all,
  sweepTurns: () => engine.sweep(),
  sweepDetections: () => all.detecting.sweep(),
  sweepMetrics: () => all.alarming.sweep(),
  sweepAudit: () => pruneAudit(ground.folder, ground.config, ground.store, ground.filed()),
})

/** What is kept without end is never looked at. */
async function pruneAudit(
  { path, place, journalKeys: keys }: Folder,
  { auditKeepMs: keepMs }: Config,
  store: Store,
  filed: Filed,
): Promise<void> {
  const shelf =
    place.kind === 'sqlite' ? shelfIn(join(path, 'journal'), keys) : sharedShelf(place.url, keys)
  if (keepMs !== undefined) await pruneDue({ store, shelf, keepMs }, filed)
}

/** What the page of health says of the space that is left. */
function warningsOf(disk: DiskWatch): string[] {
  const { state, words } = disk.check()
  return state === 'ok' ? [] : [words]
}
