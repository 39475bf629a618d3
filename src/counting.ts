/** What there is, counted on a slow tick, page by page and never without end. */
import { setTimeout as sleep } from 'node:timers/promises'
import { dayMs } from './lib/clock.ts'
import { SecretReader } from './services/secretsmanager/store.ts'
import type { Store } from './store/store.ts'

export interface SecretCounts {
  /** By the time since they were rotated last. */
  readonly byAge: Readonly<Record<string, number>>
  readonly overdue: number
  /** By `account region`. */
  readonly byShelf: ReadonlyMap<string, number>
}

const ages: readonly (readonly [name: string, days: number])[] = [
  ['1d', 1],
  ['7d', 7],
  ['30d', 30],
  ['90d', 90],
  ['365d', 365],
  ['older', Number.POSITIVE_INFINITY],
]

/** Few: whoever asks meanwhile waits for a page at most. */
const pageItems = 50
const secretsMax = 100_000

/** How many times as long as it works it rests: whoever answers requests keeps nine tenths of the thread. */
const restTimes = 9

/**
 * Secrets that wait to be deleted are not among those that must rotate. `undefined` if it was called off.
 *
 * @param over calls it off: many secrets take some twenty seconds
 */
export async function countSecrets(
  store: Store,
  now: number,
  over: AbortSignal,
): Promise<SecretCounts | undefined> {
  const byAge: Record<string, number> = Object.fromEntries([
    ...ages.map(([name]) => [name, 0] as const),
    ['never', 0],
  ])
  const byShelf = new Map<string, number>()
  let overdue = 0
  let after: readonly string[] | undefined
  for (let seen = 0; seen < secretsMax; seen += pageItems) {
    const startedAt = performance.now()
    const from = after
    const page = await store.see((look) => new SecretReader(look).everySecret(from, pageItems))
    for (const { parts, record } of page) {
      const shelf = `${parts[0]} ${parts[1]}`
      byShelf.set(shelf, (byShelf.get(shelf) ?? 0) + 1)
      if (record.purgeAt !== undefined) continue
      const name = ageOf(record.rotation?.rotatedAt, now)
      byAge[name] = (byAge[name] ?? 0) + 1
      const { enabled, nextAt = Number.POSITIVE_INFINITY } = record.rotation ?? { enabled: false }
      if (enabled && nextAt < now) overdue++
    }
    after = page.length === pageItems ? page.at(-1)?.parts : undefined
    if (!after) break
    const restMs = restTimes * (performance.now() - startedAt)
    await sleep(restMs, undefined, { signal: over }).catch(() => undefined)
    if (over.aborted) return undefined
  }
  return { byAge, overdue, byShelf }
}

function ageOf(rotatedAt: number | undefined, now: number): string {
  if (rotatedAt === undefined) return 'never'
  const days = (now - rotatedAt) / dayMs
  return ages.find(([, most]) => days <= most)?.[0] ?? 'older'
}
