/**
 * The house: an address that is bound, the rooms behind it, and the way down. The rooms stand in
 * rooms.ts, the corridor that answers in hall.ts.
 */
import type { Config } from './config.ts'
import { openFolder, refusalOf } from './folder.ts'
import { pageOf } from './pages.ts'
import type { Rooms } from './rooms.ts'
import type { EnterAs } from './server/inside.ts'
import { serverLimits } from './server/limits.ts'
import { type Listening, listen } from './server/listen.ts'
import type { Service } from './services/operation.ts'
import { openStore } from './storing.ts'
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
      rooms ? rooms.page(path, visitor) : pageOf(path, world.docs, undefined),
    respond: (received) =>
      rooms ? rooms.respond(received) : opened.then((those) => those.respond(received)),
    roomFor: (head, bytes) =>
      rooms
        ? rooms.bulk.roomFor(head, bytes)
        : opened.then(({ bulk }) => bulk.roomFor(head, bytes)),
    complain: (requestId, thrown) => complainOf(world, requestId, thrown),
  })
  try {
    rooms = await openRooms(config, world, listening)
    open(rooms)
    return houseOf(listening, rooms)
  } catch (thrown) {
    listening.abandon()
    throw thrown
  }
}

const houseOf = (listening: Listening, rooms: Rooms): House => ({
  url: listening.url,
  port: listening.port,
  credentialsPath: rooms.credentialsPath,
  services: rooms.services,
  enterAs: rooms.enterAs,
  async down() {
    rooms.hush()
    await listening.drain()
    await rooms.close()
  },
})

async function openRooms(config: Config, world: World, listening: Listening): Promise<Rooms> {
  const { acceptRollback, account } = config
  const sources = {
    ...config.seal,
    ...(world.askPassphrase && { askPassphrase: world.askPassphrase }),
  }
  const { storeUrl } = config
  const wish = { acceptRollback, account, sources, ...(storeUrl && { storeUrl }) }
  const folder = await openFolder(config.dataPath, wish)
  try {
    // The rooms are loaded while the thread that writes is starting.
    const opening = [openStore(folder, world, config), import('./rooms.ts')] as const
    const [store, { furnish }] = await Promise.all(opening)
    return await furnish(folder, store, config, world, listening)
  } catch (thrown) {
    folder.release()
    throw refusalOf(config.dataPath, thrown)
  }
}
