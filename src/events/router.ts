/**
 * From events to deliveries: which rules want one, and a place in the queue of each of their targets,
 * in the commit by which the event is taken.
 */
import { createHash } from 'node:crypto'
import { isoSeconds, secondMs } from '../lib/clock.ts'
import type { Attempt } from '../store/attempt.ts'
import type { Announced } from '../store/outbox.ts'
import { ruleArn } from './arns.ts'
import type { RuleBook } from './book.ts'
import { DeliveryStore } from './deliveries.ts'
import { bury } from './letter.ts'
import { eventTree } from './pattern/pattern.ts'
import { defaultBus, type Envelope, type Lane, type RuleRecord } from './records.ts'

/** An event on a bus. */
export interface Posted {
  readonly event: Envelope
  readonly bus: string
  /** Told by the audit of a call that changed nothing: few rules want that. */
  readonly isRead?: boolean
  /** Told by the audit, which may be read again from before a rule was made. */
  readonly isRecorded?: boolean
}

export const postedOf = (announced: Announced): Posted => ({
  bus: announced.bus ?? defaultBus,
  event: {
    version: '0',
    id: announced.id,
    'detail-type': announced.detailType,
    source: announced.source,
    account: announced.account,
    time: isoSeconds(announced.at),
    region: announced.region,
    resources: announced.resources,
    detail: announced.detail,
  },
})

/** A rule that wants an event. */
export interface Match {
  readonly rule: RuleRecord
  readonly event: Envelope
  readonly bus: string
}

export async function matchesOf(book: RuleBook, posted: Posted): Promise<Match[]> {
  const { event, bus } = posted
  const place = { account: event.account as Lane['account'], region: event.region, bus }
  const admits = (rule: RuleRecord) => wants(rule, posted)
  const rules = await book.matching(place, eventTree(event), admits)
  return rules.map((rule) => ({ rule, event, bus }))
}

function wants({ state, createdAt }: RuleRecord, { event, isRead, isRecorded }: Posted): boolean {
  if (isRead && state !== 'ENABLED_WITH_ALL_CLOUDTRAIL_MANAGEMENT_EVENTS') return false
  const second = Math.floor(createdAt / secondMs) * secondMs
  return !isRecorded || Date.parse(event.time) >= second
}

/** Puts an event into the queue of each of a rule's targets. */
export async function enqueue(
  attempt: Attempt,
  { rule, event, bus }: Match,
  now: number,
): Promise<void> {
  const store = new DeliveryStore(attempt)
  const place = { account: event.account as Lane['account'], region: event.region, bus }
  for (const { id: target, arn: targetArn } of rule.targets) {
    const lane = { ...place, rule: rule.name, target }
    const delivery = { event, takenAt: now, tries: 0 }
    if (await store.isFull(lane)) {
      const fate = { code: 'QUEUE_FULL', words: 'Too many events wait for this target already.' }
      await bury(store, { ...delivery, lane, targetArn, diedAt: now, ...fate })
    } else store.add(lane, { dueAt: now, id: idOf(event, lane) }, delivery)
  }
}

/** The same for the same event and target: one that is routed twice at once is one. */
const idOf = (event: Envelope, { bus, rule, target, ...shelf }: Lane): string =>
  createHash('sha256')
    .update([event.id, ruleArn(shelf, bus, rule), target].join('\n'))
    .digest('hex')
    .slice(0, 32)
