/**
 * Where values come from: the services, by the agent's own credentials and by roles, with a cache for each
 * and what goes along with it.
 */
import type { World } from '../cache/world.ts'
import { Companion } from './companion.ts'
import { Holder } from './holder.ts'
import { LastKnown } from './last-known.ts'
import type { Log } from './log.ts'
import { outgoing } from './outgoing.ts'
import { placesOf } from './places.ts'
import { prefetch } from './prefetch.ts'
import { profileOf } from './profile.ts'
import { Readers } from './readers.ts'
import { Roles } from './roles.ts'
import { selfOf } from './self.ts'
import type { Settings } from './settings.ts'
import { chainOf, fileSource, type Source } from './sources.ts'
import { type Places, Refused, Upstream } from './upstream.ts'

export interface SupplyNeeds {
  readonly environment: Readonly<Record<string, string | undefined>>
  /** Certificates to trust besides the public ones, PEM. */
  readonly ca?: string | undefined
  readonly world: World
  readonly log: Log
  /** As they are now. */
  settings(): Settings
}

export interface Supply {
  readonly region: string
  readonly readers: Readers
  readonly roles: Roles
  /** What may be done once applications are let in. */
  begin(): void
  /** Reports the reads so far. */
  report(): Promise<void>
  close(): Promise<void>
}

/** Throws Refusal. Credentials may come later. */
export function openSupply(needs: SupplyNeeds): Supply {
  const { environment, world, log, settings } = needs
  const now = () => world.now()
  const profile = profileOf(environment)
  const places = placesOf(environment, regionOf(needs, profile.region), profile.endpoint_url)
  const lastKnown = lastKnownOf(needs, places)
  const sending = outgoing(settings().socketsMax, needs.ca)
  // Calls that wait take no connection from those that read.
  const patient = outgoing(Number.POSITIVE_INFINITY, needs.ca)
  const chain = { environment, outgoing: sending, stsUrl: places.urlOf('sts'), now }
  const own = new Holder({ ...sourceOf(settings(), chain), name: 'the agent', log, now })
  const wait = (milliseconds: number) => world.wait(milliseconds)
  const upstream = new Upstream({
    ...{ places, credentials: own, outgoing: sending, now, wait },
    userAgent: 'strongroom-agent',
  })
  const roles = new Roles({ upstream, log, now })
  const companions: Companion[] = []
  const readers = new Readers({
    ...{ upstream, roles, world, settings },
    memoryOf: lastKnown && ((whose) => lastKnown.of(whose)),
    companionOf(behind) {
      const companion = new Companion(behind, { log, world, patient, settings })
      companions.push(companion)
      return companion
    },
  })
  const end = new AbortController()
  return {
    region: places.region,
    ...{ readers, roles },
    begin() {
      const { validatesCredentials, credentialsPath } = settings()
      if (validatesCredentials && !credentialsPath) void validate(upstream, log)
      void fetchAhead(needs, readers, end.signal)
    },
    async report() {
      await Promise.all(companions.map((companion) => companion.flush()))
    },
    async close() {
      end.abort()
      await Promise.all(companions.map((companion) => companion.close()))
      sending.close()
      patient.close()
      lastKnown?.close()
    },
  }
}

function regionOf({ settings, environment }: SupplyNeeds, ofProfile: string | undefined): string {
  const { AWS_REGION, AWS_DEFAULT_REGION } = environment
  return settings().region || AWS_REGION || AWS_DEFAULT_REGION || ofProfile || 'us-east-1'
}

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
function lastKnownOf(
  { environment, world, log, settings }: SupplyNeeds,
  places: Places,
): LastKnown | undefined {
  const { lastKnown, credentialsPath, cacheItemsMax } = settings()
  if (!lastKnown || cacheItemsMax === 0) return undefined
  return new LastKnown({
    log,
    now: () => world.now(),
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

async function fetchAhead(
  { world, log, settings }: SupplyNeeds,
  readers: Readers,
  signal: AbortSignal,
): Promise<void> {
  const { prefetch: wishes, cacheItemsMax: itemsMax } = settings()
  if (!wishes || itemsMax === 0) return
  const clientOf = (roleArn: string | undefined) => readers.given(roleArn)
  await prefetch({ wishes, itemsMax, world, log, signal, clientOf })
}
