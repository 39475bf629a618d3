/**
 * What each account did, as metrics of its own in CloudWatch: in the namespace `Strongroom`, and where AWS
 * has such a metric, under AWS's name. Once a minute, in one commit for each account and region, and only
 * where something was done.
 *
 * https://docs.aws.amazon.com/secretsmanager/latest/userguide/monitoring-cloudwatch.html
 */
import { randomUUID } from 'node:crypto'
import type { Alarming } from './alarming.ts'
import type { StandardUnit } from './contract/generated/cloudwatch.ts'
import type { AccountId } from './lib/brand.ts'
import { type Clock, hourMs, minuteMs } from './lib/clock.ts'
import type { Metering } from './metering.ts'
import type { Use } from './metrics/usage.ts'
import {
  type Measured,
  MetricStore,
  measured,
  pointOfTrials,
  takeIn,
} from './services/cloudwatch/index.ts'
import { Damaged } from './store/collection.ts'
import type { Store } from './store/store.ts'
import type { World } from './world.ts'

interface Parts {
  readonly world: World
  readonly store: Store
  readonly clock: Clock
  readonly metering: Metering
  readonly alarming: Alarming
}

const countEveryMs = 5 * minuteMs

/** Begins at once with what is counted. The returned function ends it. */
export function startAccounting({ world, store, clock, metering, alarming }: Parts) {
  const { touched } = alarming
  const over = new AbortController()
  let round: Promise<void> = Promise.resolve()
  let countedAt = Number.NEGATIVE_INFINITY
  let toldAt = 0
  const complain = (thrown: unknown) => world.complain(`metrics: ${thrown}`)
  const put = async (shelf: string, found: readonly Measured[]) => {
    const [account = '', region = ''] = shelf.split(' ')
    const place = { account: account as AccountId, region }
    const taking = { at: clock.now(), newId: randomUUID, touched }
    await store.attempt((attempt) => takeIn(new MetricStore(attempt), place, found, taking))
  }
  const turn = async () => {
    const now = clock.now()
    const ofUse = Map.groupBy(
      metering.usage.take(),
      ({ account, region }) => `${account} ${region}`,
    )
    for (const [shelf, uses] of ofUse) await put(shelf, measuredOf(uses, now))
    if (performance.now() - countedAt < countEveryMs) return
    countedAt = performance.now()
    await metering.count(store, now, over.signal).catch(mustBeDamage)
    if (now - toldAt < hourMs) return
    toldAt = now
    for (const [shelf, count] of metering.counts()?.byShelf ?? []) {
      await put(shelf, [resourceCount(now, count)])
    }
  }
  const next = () => {
    round = round.then(turn).catch(complain)
  }
  next()
  const timer = setInterval(next, world.usageEveryMs ?? minuteMs)
  return async () => {
    clearInterval(timer)
    over.abort()
    await round
  }
}

/** Whoever asks for a damaged record hears of it; what was counted before stays. */
function mustBeDamage(thrown: unknown): void {
  if (!(thrown instanceof Damaged)) throw thrown
}

/** Hourly, as AWS does. */
const resourceCount = (at: number, count: number): Measured => ({
  metric: { namespace: 'AWS/SecretsManager', name: 'ResourceCount', dimensions: [] },
  point: measured(at, 'Count', [count]),
})

/** Of each operation, and of all of them together. */
function measuredOf(uses: readonly Use[], at: number): Measured[] {
  const each = uses.flatMap((use) => {
    const { service, operation } = use
    const dimensions = [
      { Name: 'Operation', Value: operation },
      { Name: 'Service', Value: service },
    ]
    return metricsOf(use, at, dimensions)
  })
  return [...each, ...uses.flatMap((use) => metricsOf(use, at, []))]
}

function metricsOf(
  { calls, errors, denials, milliseconds }: Use,
  at: number,
  dimensions: Measured['metric']['dimensions'],
): Measured[] {
  const metric = (name: string) => ({ namespace: 'Strongroom', name, dimensions })
  const share = (name: string, count: number, unit: StandardUnit = 'Count') => ({
    metric: metric(name),
    point: pointOfTrials(at, unit, calls, count),
  })
  return [
    share('Requests', calls),
    share('Errors', errors),
    share('AccessDenied', denials),
    { metric: metric('Latency'), point: measured(at, 'Milliseconds', milliseconds) },
  ]
}
