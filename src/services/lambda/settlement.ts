/**
 * The end of a try: done with, due again, or told to the function that is to know of it. That function
 * is invoked as the first one's role would invoke it.
 *
 * https://docs.aws.amazon.com/lambda/latest/dg/invocation-async-retain-records.html
 */

import { randomUUID } from 'node:crypto'
import type { Clock } from '../../lib/clock.ts'
import { Draws } from '../../lib/draws.ts'
import { Fault } from '../../lib/fault.ts'
import type { Desk, See } from '../operation.ts'
import { configOf } from './event-config.ts'
import { findTarget } from './function.ts'
import { arnOf, latest } from './name.ts'
import { enqueue, type Fate, fateOf } from './queue.ts'
import type { FunctionRecord, QueuedRecord } from './records.ts'
import type { Look, Outcome, Roles, Runners } from './service.ts'
import { FunctionStore } from './store.ts'

type Attempt = Desk['attempt']

/** What the house lends. */
export interface Lent {
  readonly see: See
  attempt<T>(run: (attempt: Attempt) => T | Promise<T>): Promise<T>
  readonly clock: Clock
  readonly runners: Runners
  rolesOf(attempt: Attempt, region: string, at: number): Roles
  /** The record of one function that was told of another's end. */
  deliveryRecord(delivery: DeliveryEvent): object
  complain(thrown: unknown): void
}

/** A function told of the end of another. */
export interface DeliveryEvent {
  readonly eventId: string
  readonly at: number
  readonly shelf: QueuedRecord['shelf']
  readonly functionArn: string
  readonly destinationArn: string
  readonly condition: string
  readonly requestId: string
  readonly error?: string
}

/** How a try ended; `cut` when the house went down under it. */
export type End =
  | { readonly kind: 'done' | 'failed' | 'busy' | 'cut' }
  | { readonly kind: 'fate'; readonly fate: Fate }

interface Work {
  readonly id: string
  readonly queued: QueuedRecord
  readonly record: FunctionRecord
  readonly version: string
}

/** Functions that tell functions of their ends, in a circle perhaps. AWS stops after as many. */
const hopsMax = 16

export async function settle(
  lent: Lent,
  attempt: Attempt,
  work: Work,
  end: End,
  answer?: Outcome,
): Promise<void> {
  const { id, queued, record } = work
  const functions = new FunctionStore(attempt)
  const now = lent.clock.now()
  const { claim: _, ...free } = queued
  if (end.kind === 'cut') {
    functions.requeue(id, queued, { ...free, dueAt: now })
    return
  }
  const fate = end.kind === 'fate' ? end.fate : fateOf(record, queued, end.kind, now)
  if (typeof fate === 'object') {
    const failures = queued.failures + (end.kind === 'failed' ? 1 : 0)
    const refusals = queued.refusals + (end.kind === 'busy' ? 1 : 0)
    functions.requeue(id, queued, { ...free, failures, refusals, dueAt: fate.dueAt })
    return
  }
  functions.dequeue(id, queued)
  const config = configOf(record, queued.qualifier)
  const destination = fate === 'Success' ? config?.onSuccess : config?.onFailure
  if (destination === undefined) return
  await tell(lent, attempt, { ...work, destination, condition: fate, answer })
}

interface Telling extends Work {
  readonly destination: string
  readonly condition: string
  readonly answer: Outcome | undefined
}

async function tell(lent: Lent, attempt: Attempt, telling: Telling): Promise<void> {
  const { queued, record, destination, condition } = telling
  const { shelf, requestId, hops } = queued
  const at = lent.clock.now()
  const error = refusedBy(lent, attempt, telling, at)
  const functionArn = arnOf(shelf, record.name, queued.qualifier ?? latest)
  const event: DeliveryEvent = {
    ...{ eventId: randomUUID(), at, shelf, functionArn, condition, requestId },
    destinationArn: destination,
    ...(error !== undefined && { error }),
  }
  attempt.record(lent.deliveryRecord(event))
  if (error !== undefined) return
  const functions = new FunctionStore(attempt)
  const target = findTarget(placeOf(functions, queued), { FunctionName: destination })
  if (!('record' in target)) return
  const wish = { shelf, record: target.record, qualifier: target.qualifier, hops: hops + 1 }
  const payload = Buffer.from(JSON.stringify(eventOf(telling, functionArn, at)))
  await enqueue({ functions, draws: new Draws(at) }, { ...wish, requestId: randomUUID(), payload })
}

/** Why a destination is not told; `undefined` if it is. */
function refusedBy(lent: Lent, attempt: Attempt, telling: Telling, at: number) {
  const { queued, record, destination, version } = telling
  if (queued.hops >= hopsMax) return 'RecursiveInvocationException'
  const functions = new FunctionStore(attempt)
  try {
    const target = findTarget(placeOf(functions, queued), { FunctionName: destination })
    if (!('record' in target)) return 'ResourceNotFoundException'
    const settings = version === latest ? record.latest : undefined
    const own = settings ?? functions.findVersion(queued.shelf, record, Number(version))
    const roles = lent.rolesOf(attempt, queued.shelf.region, at)
    const may = own && roles.mayInvoke(own.roleArn, record.name, target)
    return may ? undefined : 'AccessDeniedException'
  } catch (thrown) {
    if (thrown instanceof Fault) return thrown.code
    throw thrown
  }
}

const placeOf = (functions: FunctionStore, { shelf }: QueuedRecord): Look => ({
  functions,
  caller: { account: shelf.account },
  region: shelf.region,
})

/** An answer that is longer is not told: the event must fit what an invocation may bring. */
const answerBytesMax = 256 << 10

function eventOf({ queued, condition, answer, version }: Telling, functionArn: string, at: number) {
  const told = answer && answer.payload.length <= answerBytesMax ? answer : undefined
  return {
    version: '1.0',
    timestamp: new Date(at).toISOString(),
    requestContext: {
      requestId: queued.requestId,
      functionArn,
      condition,
      approximateInvokeCount: queued.failures + (answer ? 1 : 0),
    },
    requestPayload: jsonIn(Buffer.from(queued.payload, 'base64')),
    ...(answer && {
      responseContext: {
        statusCode: 200,
        executedVersion: version,
        ...(answer.error !== undefined && { functionError: answer.error }),
      },
      responsePayload: told ? jsonIn(told.payload) : null,
    }),
  }
}

/** What a handler gave need not be JSON. */
function jsonIn(bytes: Uint8Array): unknown {
  const text = Buffer.from(bytes).toString()
  try {
    return JSON.parse(text)
  } catch {
    return text
  }
}
