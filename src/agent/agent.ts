/**
 * The agent: one process on a machine that reads secrets and parameters for the applications on it,
 * from Strongroom or from AWS, and keeps them. This file ties its parts together.
 */
import { world as realWorld, type World } from '../cache/world.ts'
import { openDoor } from './door.ts'
import { openDoors } from './doors.ts'
import { guardsOf } from './entrance.ts'
import { type Log, logTo } from './log.ts'
import { readings } from './readings.ts'
import type { Guard } from './route.ts'
import type { Settings } from './settings.ts'
import { openSupply, type Supply } from './supply.ts'
import { Ways } from './ways.ts'

export interface AgentNeeds {
  readonly settings: Settings
  readonly environment: Readonly<Record<string, string | undefined>>
  /** Certificates to trust besides the public ones, PEM. */
  readonly ca?: string
  readonly world?: World
  write(line: string): void
}

export interface Agent {
  readonly urls: readonly string[]
  /** Takes other settings; what needs a new start is told in the log. */
  reload(settings: Settings): void
  /** Reports the reads so far, as else happens every minute. */
  report(): Promise<void>
  close(): Promise<void>
}

/** Throws Refusal where it cannot start. Credentials may come later. */
export async function startAgent(needs: AgentNeeds): Promise<Agent> {
  const { environment, ca, world = realWorld, write } = needs
  const live = { settings: needs.settings }
  const log = logTo(write, () => live.settings.logLevel)
  const guards = guardsOf(environment, live.settings)
  const supply = openSupply({ environment, ca, world, log, settings: () => live.settings })
  const entrance = { live, supply, log, guards: guards.all, now: () => world.now() }
  const { urls, close } = await letIn(entrance).catch(async (thrown) => {
    await supply.close()
    throw thrown
  })
  supply.begin()
  return {
    urls,
    report: () => supply.report(),
    reload(next) {
      guards.reload(next)
      live.settings = keptOf(live.settings, next, log)
      supply.readers.resettle()
    },
    async close() {
      await close()
      await supply.close()
    },
  }
}

interface Entrance {
  readonly live: { readonly settings: Settings }
  readonly supply: Supply
  readonly log: Log
  readonly guards: readonly Guard[]
  now(): number
}

/** Opens the doors: the common port's, and those of applications. */
async function letIn({ live, supply, log, guards, now }: Entrance) {
  const { readers, roles, region } = supply
  const { listen, tls, applications } = live.settings
  const connectionsMax = () => live.settings.connectionsMax
  const complain = (thrown: unknown) => log.error(`an answer failed: ${String(thrown)}`)
  const reading = readings(readers, () => live.settings.pathPrefix)
  const given = { readers, roles, region, log, now, complain, connectionsMax }
  const ways = applications && new Ways({ ...given, applications, readings: reading })
  const routes = [...(ways?.routes ?? []), ...reading]
  const doors = await openDoors(listen, (place) =>
    openDoor(place, { routes, guards, visitor: {}, complain, tls, connectionsMax }),
  )
  const close = () => Promise.all(doors.map((door) => door.close()))
  await ways?.open().catch(async (thrown) => {
    await close()
    throw thrown
  })
  return {
    urls: doors.map(({ url }) => url),
    close: () => Promise.all([close(), ways?.close()]),
  }
}

/** What needs a new start. */
const fixed = [
  'listen',
  'tls',
  'region',
  'socketsMax',
  'credentialsPath',
  'applications',
  'lastKnown',
] as const

function keptOf(before: Settings, next: Settings, log: Log): Settings {
  const changed = fixed.filter(
    (name) => JSON.stringify(before[name]) !== JSON.stringify(next[name]),
  )
  if (changed.length > 0) log.warn(`needs a new start to take effect: ${changed.join(', ')}`)
  const kept = Object.fromEntries(fixed.map((name) => [name, before[name]]))
  log.info('settings were read again')
  return Object.freeze({ ...next, ...kept })
}
