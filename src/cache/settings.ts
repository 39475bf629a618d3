/** How a cache behaves: what may be set, within which bounds, and what holds where nothing is set. */
import type { SecretsClient } from './client.ts'
import { isRefused } from './refusal.ts'
import { type World, world } from './world.ts'

/** Which secret an event is about. Events never carry values. */
export interface Subject {
  readonly id: string
  readonly stage: string | undefined
  readonly version: string | undefined
}

export interface Hooks {
  /** The service has answered. */
  onFetch?(event: Subject & { readonly versionId: string }): void
  /** A secret that was kept has a new version: the moment to renew a pool of connections. */
  onRefresh?(
    event: Subject & { readonly versionId: string; readonly previousVersionId: string },
  ): void
  /** A read of the service failed. `servesStale`: callers get the last known value meanwhile. */
  onError?(event: Subject & { readonly error: unknown; readonly servesStale: boolean }): void
}

export interface Options {
  readonly client: SecretsClient
  /** How long a value counts as fresh; 0 to 86,400; 300 if not set. */
  readonly ttlSeconds?: number
  /** The part of the TTL by which chance may shorten it, so that a fleet does not ask at once; 0.2. */
  readonly jitterRatio?: number
  /** After this part of its TTL a value that is asked for is renewed in the background; 0.75. */
  readonly refreshAheadRatio?: number
  /** How long after its TTL a value is served while the service cannot be reached; 3,600. */
  readonly staleSecondsMax?: number
  /** The bound of one call to the service; 10. */
  readonly fetchSecondsMax?: number
  /** How many secrets (id, stage, version) are kept; 1,000. */
  readonly entriesMax?: number
  /** Which errors of `withSecret`'s use mean that the credentials were refused. */
  readonly isRefusal?: (error: unknown) => boolean
  /** How often `withSecret` tries in all; 8, which with its back-off takes 6 to 11 seconds. */
  readonly attemptsMax?: number
  readonly hooks?: Hooks
  /** Clock, chance and waiting: for tests. */
  readonly world?: World
}

export interface Settings {
  readonly client: SecretsClient
  readonly ttlMs: number
  readonly jitterRatio: number
  readonly refreshAheadRatio: number
  readonly staleMsMax: number
  readonly fetchMsMax: number
  readonly entriesMax: number
  readonly isRefusal: (error: unknown) => boolean
  readonly attemptsMax: number
  readonly hooks: Hooks
  readonly world: World
}

/** The options with what was left out, within their bounds. */
export const settingsOf = (options: Options): Settings => ({
  client: options.client,
  ttlMs: bounded('ttlSeconds', options.ttlSeconds ?? 300, 0, 86_400) * 1000,
  jitterRatio: bounded('jitterRatio', options.jitterRatio ?? 0.2, 0, 1),
  refreshAheadRatio: bounded('refreshAheadRatio', options.refreshAheadRatio ?? 0.75, 0, 1),
  staleMsMax: bounded('staleSecondsMax', options.staleSecondsMax ?? 3600, 0, 7 * 86_400) * 1000,
  fetchMsMax: bounded('fetchSecondsMax', options.fetchSecondsMax ?? 10, 0.001, 300) * 1000,
  entriesMax: bounded('entriesMax', options.entriesMax ?? 1000, 1, 1_000_000),
  isRefusal: options.isRefusal ?? isRefused,
  attemptsMax: bounded('attemptsMax', options.attemptsMax ?? 8, 1, 100),
  hooks: options.hooks ?? {},
  world: options.world ?? world,
})

function bounded(name: string, value: number, least: number, most: number): number {
  if (value >= least && value <= most) return value
  throw new RangeError(`${name} is a number from ${least} to ${most}`)
}
