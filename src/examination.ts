/** Looking a store over: what the doctor's checks need, from a house that serves or from the folder alone. */
import { join } from 'node:path'
import type { Config } from './config.ts'
import { checkBackups, type Standing } from './doctor/backups.ts'
import { type Check, failure, well } from './doctor/check.ts'
import { checkClock } from './doctor/clock.ts'
import { checkDatabase } from './doctor/database.ts'
import { checkDetections, type Standing as DetectionStanding } from './doctor/detections.ts'
import { checkDisk, roomAt } from './doctor/disk.ts'
import { checkFiles, checkKeyFile } from './doctor/files.ts'
import { checkIsolation } from './doctor/isolation.ts'
import { checkDumps, checkSwap } from './doctor/machine.ts'
import { checkNodes, checkWork } from './doctor/nodes.ts'
import { checkTail } from './doctor/tail.ts'
import { checkTls } from './doctor/tls.ts'
import type { Folder } from './folder.ts'
import { tryIsolation } from './functions/isolation.ts'
import { type Clock, systemClock } from './lib/clock.ts'
import { Refusal } from './lib/fault.ts'
import { lookInto, openAt, type Sight } from './looking.ts'
import type { Custody } from './seals/custody.ts'
import { rootKeyName } from './seals/key-file.ts'
import type { SealSources } from './seals/sources.ts'
import type { Nodes } from './services/strongroom/node.ts'
import { Anchor, type Head } from './store/anchor.ts'
import type { JournalRow } from './store/engine.ts'
import { Journal } from './store/journal.ts'
import type { JournalKeys } from './store/journal-keys.ts'
import { listLeases } from './store/lease.ts'
import { type Place, placeOf, serverOf } from './store/place.ts'
import { Evidence } from './store/sqlite/evidence.ts'
import type { Store } from './store/store.ts'

const batchesMax = 256

export interface Examined {
  readonly folder: Folder
  readonly config: Config
  readonly clock: Clock
  readonly store: Store
  readonly custody: Custody
  standing(): Standing | undefined
  readonly detecting: { standing(): Promise<DetectionStanding> }
  readonly nodes: Nodes
}

/** All that can be seen from inside a house that serves. */
export async function examine(examined: Examined): Promise<Check[]> {
  const { folder, config, clock, store, custody, standing, detecting } = examined
  const { dataPath } = config
  const now = clock.now()
  // The anchor first: what is committed meanwhile is behind it, never before.
  const anchored = new Anchor(folder.anchorPath, folder.journalKeys).read()
  const newest = { itemsMax: batchesMax, reverse: true }
  const rows = (await store.journal(0, Number.MAX_SAFE_INTEGER, newest)).toReversed()
  return [
    ...(await checkShared(examined)),
    await checkSeal(custody.seal, () => custody.prove()),
    ...checkTold(custody),
    ...(custody.seal === 'file' ? checkKeyFile(dataPath, join(dataPath, rootKeyName)) : []),
    checkFiles(dataPath),
    checkDisk(dataPath, roomAt(dataPath)),
    ...checkJournal(folder.journalKeys, rows, anchored, now),
    checkTls(config.tls?.cert, isLoopback(config), now),
    checkBackups(standing(), now),
    checkDetections(await detecting.standing()),
    checkIsolation(await tryIsolation()),
    checkDumps(),
    checkSwap(),
  ]
}

/** What nodes share, where they do. */
async function checkShared({ folder, store, nodes: told }: Examined): Promise<Check[]> {
  if (folder.place.kind === 'sqlite') return []
  const nodes = await store.see((look) => told.list(look))
  const alive = nodes.filter(({ isAlive }) => isAlive).length
  const database = await checkServer(folder.place, alive)
  return [...database, checkNodes(nodes), checkWork(await store.see(listLeases), nodes)]
}

async function checkServer(place: Place, nodes: number): Promise<Check[]> {
  try {
    const facts = await serverOf(place)
    return facts ? checkDatabase(facts, nodes) : []
  } catch (thrown) {
    if (!(thrown instanceof Refusal)) throw thrown
    return [failure('database', thrown.message)]
  }
}

const isLoopback = ({ host }: Config): boolean =>
  host === 'localhost' || /^(?:127\.|::1$)/.test(host)

async function checkSeal(seal: string, open: () => Promise<unknown>): Promise<Check> {
  try {
    await open()
    return well('seal', `${seal} opens the store`)
  } catch (thrown) {
    if (!(thrown instanceof Refusal)) throw thrown
    return failure('seal', thrown.message)
  }
}

/** A start that names the old seal would be refused, at the worst time. */
function checkTold({ seal, told }: Custody): Check[] {
  if (told === undefined || told === seal) return []
  const words = `this start was told --seal ${told}, and the store is sealed by ${seal} now: tell the next one, or nothing`
  return [failure('seal option', words)]
}

function checkJournal(
  keys: JournalKeys,
  rows: readonly JournalRow[],
  anchored: Head | undefined,
  now: number,
): Check[] {
  const journal = new Journal(keys)
  const tail = checkTail(journal, rows, anchored)
  const last = rows.at(-1)
  // What does not open is told of already, and has no time.
  const at = last && tail.state === 'ok' ? journal.open(last).at : undefined
  return [checkClock(now, at), tail]
}

/** What can be seen of a folder that nobody serves. Whoever calls holds its lock. */
export async function examineFolder(dataPath: string, sources: SealSources): Promise<Check[]> {
  let sight: Sight | undefined
  const seal = await checkSeal('its seal', async () => {
    sight = await lookInto(dataPath, sources)
  })
  return [
    seal,
    ...checkKeyFile(dataPath, join(dataPath, rootKeyName)),
    checkFiles(dataPath),
    checkDisk(dataPath, roomAt(dataPath)),
    ...(sight ? journalOf(sight) : []),
    checkSwap(),
  ]
}

/**
 * What can be seen of a store in PostgreSQL from the folder of a node that is not served: the database, whether
 * the seal opens it, and whether it is as new as what this node saw last.
 */
export async function examineShared(
  dataPath: string,
  storeUrl: string,
  sources: SealSources,
): Promise<Check[]> {
  const place = placeOf(dataPath, storeUrl)
  const database = await checkServer(place, 1)
  const isThere = database.some(({ name, state }) => name === 'database' && state !== 'failure')
  return [
    ...database,
    ...(isThere ? await checkKeys(dataPath, place, sources) : []),
    ...checkKeyFile(dataPath, join(dataPath, rootKeyName)),
    checkFiles(dataPath),
    checkDisk(dataPath, roomAt(dataPath)),
    checkSwap(),
  ]
}

async function checkKeys(dataPath: string, place: Place, sources: SealSources): Promise<Check[]> {
  let known: Awaited<ReturnType<typeof openAt>> | undefined
  const seal = await checkSeal('its seal', async () => {
    known = await openAt(dataPath, place, sources)
  })
  if (!known) return [seal]
  const { anchored, head } = known
  if (!anchored) return [seal, well('anchor', 'this node has none yet: it takes what it finds')]
  const words = `this node saw commit ${anchored.seq}, the database is at ${head.seq}`
  return [
    seal,
    anchored.seq > head.seq
      ? failure(
          'anchor',
          `${words}: it was put back; start with --accept-rollback if that is meant`,
        )
      : well('anchor', words),
  ]
}

function journalOf({ databasePath, anchorPath, keys }: Sight): Check[] {
  const anchored = new Anchor(anchorPath, keys).read()
  const evidence = new Evidence(databasePath)
  try {
    const rows = evidence.batches(Math.max(0, evidence.head().seq - batchesMax), batchesMax)
    return checkJournal(keys, rows, anchored, systemClock.now())
  } finally {
    evidence.close()
  }
}
