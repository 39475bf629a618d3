/**
 * What happens in the house and leaves it as an event: kept in the very commit by which it happened,
 * until whoever routes events has taken it. So it is told at least once, and never if it did not happen.
 *
 * https://docs.aws.amazon.com/eventbridge/latest/ref/overview-event-structure.html
 */
import { randomUUID } from 'node:crypto'
import type { Attempt, Look } from './attempt.ts'
import { collection } from './collection.ts'
import { collectionOf } from './key.ts'

export interface Happening {
  readonly account: string
  readonly region: string
  /** `default` if left out. */
  readonly bus?: string
  /** `aws.secretsmanager` */
  readonly source: string
  /** `Secret Label Updated` */
  readonly detailType: string
  readonly resources: readonly string[]
  /** What JSON can hold. Without values of secrets. */
  readonly detail: object
  /** Milliseconds since 1970. */
  readonly at: number
  /** A UUID; drawn if left out. */
  readonly id?: string
}

/** One that waits to be routed. */
export interface Announced extends Happening {
  readonly id: string
}

const outbox = collection<Announced>('event-outbox')

/** Tells the rules of an account's region of something, if this attempt commits. */
export function announce(attempt: Attempt, happening: Happening): void {
  const { account, region, at } = happening
  if (!attempt.isAwaited(account, region)) return
  const id = happening.id ?? randomUUID()
  attempt.put(outbox, [at, id], { ...happening, id })
}

/** Whether a changed key is of something that was announced, or taken. */
export const isOfOutbox = (key: string): boolean => collectionOf(key) === outbox.name

/** What was announced and not yet taken, the oldest first. */
export async function announced(look: Look, itemsMax: number): Promise<Announced[]> {
  const items = await look.list(outbox, [], { itemsMax })
  return items.map(({ record }) => record)
}

/** Takes one for good; false if somebody else has. */
export function takeAnnounced(attempt: Attempt, { at, id }: Announced): boolean {
  if (!attempt.get(outbox, at, id)) return false
  attempt.remove(outbox, at, id)
  return true
}
