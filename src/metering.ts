/**
 * Metrics, wired: what rooms tell of themselves when somebody reads, what each answer adds, what a slow
 * tick counts, and what becomes of it in CloudWatch for each account.
 */

import type { AuditRecord } from './audit/copies.ts'
import type { OtlpTarget } from './audit/exporters/otlp.ts'
import { post } from './audit/exporters/post.ts'
import type { Config } from './config.ts'
import { countSecrets, type SecretCounts } from './counting.ts'
import { secondMs } from './lib/clock.ts'
import { Fault } from './lib/fault.ts'
import { mayRead, type Visitor } from './metrics/door.ts'
import { Meter, type Reading, type Source } from './metrics/meter.ts'
import type { Sums } from './metrics/sums.ts'
import { contextIn, Tracer } from './metrics/traces.ts'
import { Usage } from './metrics/usage.ts'
import type { Call, Watch } from './server/call.ts'
import type { Received } from './server/front.ts'
import type { Store } from './store/store.ts'
import type { Answer } from './wire/protocol.ts'

export interface Metering {
  readonly meter: Meter
  readonly usage: Usage
  /** What was counted last. */
  counts(): SecretCounts | undefined
  observe(call: Call, outcome: object | Fault, received: Received): void
  /** The page of metrics, for those who may read it. @param sums of other processes, as they are now */
  page(visitor: Visitor, sums?: () => Promise<Sums>): Promise<Answer | undefined>
  /** Counts what is too much to be counted when somebody reads. */
  count(store: Store, now: number, over: AbortSignal): Promise<void>
  /** Told of the records of each commit, behind it. */
  recorded(records: readonly AuditRecord[]): void
  close(): Promise<void>
}

export function openMetering(config: Config, complain: (words: string) => void): Metering {
  const { metricsToken, exports } = config
  const meter = new Meter((thrown) => complain(`metrics: ${thrown}`))
  const usage = new Usage()
  const tracer = exports.traces && tracerTo(exports.traces, complain)
  let counts: SecretCounts | undefined
  meter.add({
    name: 'strongroom_secrets',
    help: 'Secrets by the time since their last rotation; never: they do not rotate.',
    labelNames: ['rotated'],
    read: () => readingsOf('rotated', counts?.byAge),
  })
  meter.add({
    name: 'strongroom_secrets_overdue',
    help: 'Secrets whose rotation was promised for an earlier time.',
    read: () => (counts ? [{ value: counts.overdue }] : []),
  })
  meter.add({
    ...{ name: 'strongroom_trace_spans_dropped_total', isTotal: true },
    help: 'Spans that did not fit into the queue.',
    read: () => [{ value: tracer?.dropped ?? 0 }],
  })
  return {
    meter,
    usage,
    counts: () => counts,
    observe: observerOf(meter, usage, tracer),
    async page(visitor, sums) {
      if (!mayRead(visitor, metricsToken)) return metricsToken === undefined ? undefined : refusal
      const headers = { 'Content-Type': meter.contentType }
      return { status: 200, headers, body: await meter.print(await sums?.()) }
    },
    async count(store, now, over) {
      counts = (await countSecrets(store, now, over)) ?? counts
    },
    recorded(records) {
      for (const { eventType, eventName } of records) {
        if (eventType !== 'AwsServiceEvent') continue
        const [, outcome] = /^Rotation(Started|Succeeded|Failed|Abandoned)$/.exec(eventName) ?? []
        if (outcome) meter.rotated(outcome.toLowerCase())
      }
    },
    close: async () => tracer?.close(),
  }
}

/** Counts one answer for the page, for its account, and as spans. */
function observerOf(meter: Meter, usage: Usage, tracer: Tracer | undefined): Metering['observe'] {
  return (call, outcome, { headers }) => {
    const { service, operationName, region, requestId, watch } = call
    if (!watch) return
    const name = service.model.signingName
    const operation = service.operations.has(operationName) ? operationName : 'Unknown'
    const code = outcome instanceof Fault ? outcome.code : 'ok'
    const milliseconds = performance.now() - watch.startedAt
    meter.answered({ service: name, operation, code, seconds: milliseconds / secondMs })
    if (watch.account) usage.note(watch.account, region, name, operation, code, milliseconds)
    const context = tracer && contextIn(headers)
    if (!context) return
    const facts = { context, service: service.model.id, operation, region, requestId, code }
    tracer.note({ ...facts, ...instantsOf(watch, milliseconds) })
  }
}

/** By the wall's clock. */
function instantsOf({ startedAt, ranAt }: Watch, milliseconds: number) {
  const { timeOrigin } = performance
  return {
    startedAt: timeOrigin + startedAt,
    ranAt: ranAt === undefined ? undefined : timeOrigin + ranAt,
    endedAt: timeOrigin + startedAt + milliseconds,
  }
}

/** A collector's bare address means its path for traces. It is the operator's own: it may live anywhere. */
function tracerTo({ url, headers }: OtlpTarget, complain: (words: string) => void): Tracer {
  const to = url.pathname === '/' ? new URL('/v1/traces', url) : url
  const all = { ...headers, 'Content-Type': 'application/json' }
  return new Tracer({
    send: async (body) => void (await post({ url: to, headers: all, body, mayBePrivate: true })),
    complain: (thrown) => complain(`traces wait: ${thrown}`),
  })
}

/** It is told that there is something: whoever scrapes must know why it gets nothing. */
const refusal: Answer = {
  status: 401,
  headers: { 'WWW-Authenticate': 'Bearer', 'Content-Type': 'text/plain' },
  body: 'Metrics need the operator\u2019s token.\n',
}

export const readingsOf = (
  label: string,
  values: Readonly<Record<string, number>> = {},
): readonly Reading[] =>
  Object.entries(values).map(([name, value]) => ({ labels: { [label]: name }, value }))

/** What waits, by the collection that it waits in. */
const queues: Readonly<Record<string, string>> = {
  invocations: 'invocations',
  'event-outbox': 'event-outbox',
  'event-deliveries': 'event-deliveries',
  'event-dead': 'event-dead',
  'alarm-actions': 'alarm-actions',
}
const depthMax = 1000

const read = (value: () => number) => () => [{ value: value() }]

/** What each process has of the store for itself. */
export function cacheSources(store: Store): readonly Source[] {
  return [
    {
      ...{ name: 'strongroom_cache_hits_total', help: 'Records found in the cache.' },
      ...{ isTotal: true, read: read(() => store.cached.hits) },
    },
    {
      ...{ name: 'strongroom_cache_misses_total', help: 'Records that had to be read.' },
      ...{ isTotal: true, read: read(() => store.cached.misses) },
    },
    {
      ...{ name: 'strongroom_cache_bytes', help: 'About how much the cache of records holds.' },
      read: read(() => store.cached.bytes),
    },
  ]
}

/** The store's own, and what waits in it. */
export function storeSources(store: Store): readonly Source[] {
  return [
    ...cacheSources(store),
    {
      ...{ name: 'strongroom_store_full', help: '1 while nothing can be recorded.' },
      read: read(() => Number(store.isFull)),
    },
    {
      name: 'strongroom_queue_depth',
      help: `What waits to be done; ${depthMax} stands for that and more.`,
      labelNames: ['queue'],
      read: () =>
        Promise.all(
          Object.entries(queues).map(async ([queue, collection]) => ({
            labels: { queue },
            value: await store.depth(collection, depthMax),
          })),
        ),
    },
  ]
}
