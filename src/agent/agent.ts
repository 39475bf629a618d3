/**
 * The agent: one process on a machine that reads secrets and parameters for the applications on it,
 * from Strongroom or from AWS, and keeps them. This file ties its parts together.
 */
import { world as realWorld, type World } from '../cache/world.ts'
import { Companion } from './companion.ts'
import { type Door, openDoor } from './door.ts'
import { type Guards, guardsOf } from './entrance.ts'
import { Holder } from './holder.ts'
import { LastKnown } from './last-known.ts'
import { type Log, logTo } from './log.ts'
import { outgoing } from './outgoing.ts'
import { placesOf } from './places.ts'
import { prefetch } from './prefetch.ts'
import { profileOf } from './profile.ts'
import { Readers } from './readers.ts'
import { readings } from './readings.ts'
import { Roles } from './roles.ts'
import { selfOf } from './self.ts'
import type { Address, Settings } from './settings.ts'
import { chainOf, fileSource, type Source } from './sources.ts'
import { type Places, Refused, Upstream } from './upstream.ts'
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
  const { environment, world = realWorld, write } = needs
  let settings = needs.settings
  const log = logTo(write, () => settings.logLevel)
  const guards = guardsOf(environment, settings)
  const sending = outgoing(settings.socketsMax, needs.ca)
  const profile = profileOf(environment)
  const places = placesOf(environment, regionOf(needs, profile.region), profile.endpoint_url)
  const now = () => world.now()
  const chain = { environment, outgoing: sending, stsUrl: places.urlOf('sts'), now }
  const own = new Holder({ ...sourceOf(settings, chain), name: 'the agent', log, now })
  const wait = (milliseconds: number) => world.wait(milliseconds)
  const upstream = new Upstream({
    ...{ places, credentials: own, outgoing: sending, now, wait },
    userAgent: 'strongroom-agent',
  })
  const roles = new Roles({ upstream, log, now })
  const lastKnown = lastKnownOf({ settings, environment, places, log, now })
  const patient = outgoing(Number.POSITIVE_INFINITY, needs.ca)
  const companions: Companion[] = []
  const readers = new Readers({
    ...{ upstream, roles, world },
    memoryOf: lastKnown && ((whose) => lastKnown.of(whose)),
    settings: () => settings,
    companionOf(behind) {
      const companion = new Companion(behind, { log, world, patient, settings: () => settings })
      companions.push(companion)
      return companion
    },
  })
  const reading = readings(readers, () => settings.pathPrefix)
  const complain = (thrown: unknown) => log.error(`an answer failed: ${String(thrown)}`)
  const { applications } = settings
  const ways = applications
    ? new Ways({
        ...{ applications, readers, roles, log, now, complain, readings: reading },
        region: places.region,
        connectionsMax: () => settings.connectionsMax,
      })
    : undefined
  const routes = [...(ways?.routes ?? []), ...reading]
  const doors = await openDoors(settings.listen, (place) =>
    openDoor(place, {
      ...{ routes, guards: guards.all, visitor: {}, complain, tls: settings.tls },
      connectionsMax: () => settings.connectionsMax,
    }),
  )
  await ways?.open().catch(async (thrown) => {
    await Promise.all(doors.map((door) => door.close()))
    throw thrown
  })
  if (settings.validatesCredentials && !settings.credentialsPath) void validate(upstream, log)
  const end = new AbortController()
  const ahead = fetchAhead({ settings, world, log, readers, signal: end.signal })
  return {
    urls: doors.map(({ url }) => url),
    async report() {
      await Promise.all(companions.map((companion) => companion.flush()))
    },
    reload(next) {
      guards.reload(next)
      settings = keptOf(settings, next, log)
      readers.resettle()
    },
    async close() {
      end.abort()
      await Promise.all([...doors.map((door) => door.close()), ways?.close()])
      await ahead
      await Promise.all(companions.map((companion) => companion.close()))
      sending.close()
      patient.close()
      lastKnown?.close()
    },
  }
}

export type { Guards }

const regionOf = ({ settings, environment }: AgentNeeds, ofProfile: string | undefined): string =>
  settings.region ||
  environment.AWS_REGION ||
  environment.AWS_DEFAULT_REGION ||
  ofProfile ||
  'us-east-1'

const fileRereadMs = 300_000

function sourceOf(
  { credentialsPath }: Settings,
  chain: Parameters<typeof chainOf>[0],
): { readonly source: Source; readonly rereadMs?: number } {
  return credentialsPath === undefined
    ? { source: chainOf(chain) }
    : { source: fileSource(credentialsPath, chain.now), rereadMs: fileRereadMs }
}

/** Throws Refusal. */
function lastKnownOf(needs: {
  readonly settings: Settings
  readonly environment: AgentNeeds['environment']
  readonly places: Places
  readonly log: Log
  now(): number
}): LastKnown | undefined {
  const { settings, environment, places, ...rest } = needs
  const { lastKnown, credentialsPath, cacheItemsMax } = settings
  if (!lastKnown || cacheItemsMax === 0) return undefined
  return new LastKnown({
    ...rest,
    settings: lastKnown,
    credentialsFolder: environment.CREDENTIALS_DIRECTORY,
    place: [
      places.region,
      places.urlOf('secretsmanager'),
      places.urlOf('ssm'),
      selfOf(environment, credentialsPath),
    ],
  })
}

/** Both loopback addresses at one port; a machine without IPv6 has one. */
async function openDoors(
  places: readonly Address[],
  open: (place: Address) => Promise<Door>,
): Promise<Door[]> {
  const doors: Door[] = []
  for (const place of places) {
    // A port that was left to the system is the same for both.
    const port = place.port || (doors[0]?.port ?? 0)
    try {
      doors.push(await open({ ...place, port }))
    } catch (error) {
      const isAbsent = lacksIpv6.has((error as NodeJS.ErrnoException).code ?? '')
      if (place.host === '::1' && isAbsent && doors.length > 0) continue
      for (const door of doors) await door.close()
      throw error
    }
  }
  return doors
}

const lacksIpv6: ReadonlySet<string> = new Set(['EADDRNOTAVAIL', 'EAFNOSUPPORT'])

/** Whose credentials these are is worth a line in the log, and that there are none another. */
async function validate(upstream: Upstream, log: Log): Promise<void> {
  try {
    const order = { Action: 'GetCallerIdentity' }
    const texts = await upstream.sts(order, AbortSignal.timeout(10_000))
    log.info(`reads as ${texts.get('Arn') ?? 'somebody'}`)
  } catch (error) {
    const words = error instanceof Error ? error.message || error.name : 'unknown'
    const code = error instanceof Refused ? `${error.code}: ` : ''
    log.warn(`who the credentials are of is not known yet: ${code}${words}`)
  }
}

interface Ahead {
  readonly settings: Settings
  readonly world: World
  readonly log: Log
  readonly readers: Readers
  readonly signal: AbortSignal
}

async function fetchAhead({ settings, world, log, readers, signal }: Ahead): Promise<void> {
  const { prefetch: wishes, cacheItemsMax: itemsMax } = settings
  if (!wishes || itemsMax === 0) return
  const clientOf = (roleArn: string | undefined) => readers.given(roleArn)
  await prefetch({ wishes, itemsMax, world, log, signal, clientOf })
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
