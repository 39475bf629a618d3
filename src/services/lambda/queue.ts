/**
 * Asynchronous invocations: kept until they are done, tried at least once and at most as often as is
 * configured, then told to whoever is to know of their end.
 *
 * https://docs.aws.amazon.com/lambda/latest/dg/invocation-async-error-handling.html
 */
import { randomUUID } from 'node:crypto'
import { minuteMs, secondMs } from '../../lib/clock.ts'
import type { Draws } from '../../lib/draws.ts'
import { ageSecondsDefault, configOf, retriesDefault } from './event-config.ts'
import type { FunctionRecord, QueuedRecord, Shelf } from './records.ts'
import { fault } from './service.ts'
import type { FunctionStore } from './store.ts'

/** Of an account in a region. AWS does not say; ours keep a store from being filled. */
const itemsMax = 10_000
const payloadCharsMax = 256 << 20

export interface Wish {
  readonly shelf: Shelf
  readonly record: FunctionRecord
  readonly qualifier: string | undefined
  readonly requestId: string
  readonly payload: Uint8Array
  readonly clientContext?: string
  readonly hops?: number
}

interface Needs {
  readonly functions: FunctionStore
  readonly draws: Draws
}

/** Throws TooManyRequestsException when as many wait as may. */
export async function enqueue({ functions, draws }: Needs, wish: Wish): Promise<void> {
  const { shelf, record, qualifier, payload, clientContext, hops = 0 } = wish
  const { count, bytes } = await functions.queued(shelf)
  if (count >= itemsMax || bytes >= payloadCharsMax) {
    throw fault('TooManyRequestsException', 'Rate Exceeded.')
  }
  const id = draws.draw('invocation id', () => randomUUID())
  functions.enqueue(id, {
    shelf,
    name: record.name,
    functionId: record.id,
    ...(qualifier !== undefined && { qualifier }),
    requestId: wish.requestId,
    payload: Buffer.from(payload).toString('base64'),
    ...(clientContext !== undefined && { clientContext }),
    queuedAt: draws.at,
    dueAt: draws.at,
    failures: 0,
    refusals: 0,
    hops,
  })
}

/** What is to become of an invocation that was tried. */
export type Fate = 'Success' | 'RetriesExhausted' | 'EventAgeExceeded' | { readonly dueAt: number }

const busyMillisecondsMax = 5 * minuteMs

/** One that failed is tried again after one minute and after two; one without room ever more slowly. */
export function fateOf(
  record: FunctionRecord,
  queued: QueuedRecord,
  ended: 'done' | 'failed' | 'busy',
  now: number,
): Fate {
  if (ended === 'done') return 'Success'
  const config = configOf(record, queued.qualifier)
  if (ended === 'busy') {
    return { dueAt: now + Math.min(busyMillisecondsMax, secondMs * 2 ** queued.refusals) }
  }
  if (queued.failures >= (config?.retriesMax ?? retriesDefault)) return 'RetriesExhausted'
  return { dueAt: now + minuteMs * (queued.failures + 1) }
}

/** True for one that waited for longer than it may. */
export function isTooOld(record: FunctionRecord, queued: QueuedRecord, now: number): boolean {
  const config = configOf(record, queued.qualifier)
  return now - queued.queuedAt > (config?.ageSecondsMax ?? ageSecondsDefault) * secondMs
}
