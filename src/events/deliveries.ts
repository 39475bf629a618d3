/**
 * Events on their way: a queue for each target of each rule, in the order in which they are due, and
 * what did not arrive in the end.
 */
import type { AccountId } from '../lib/brand.ts'
import type { Attempt, Look } from '../store/attempt.ts'
import { collection } from '../store/collection.ts'
import { collectionOf, partsOf } from '../store/key.ts'
import type { DeadRecord, DeliveryRecord, Lane, Shelf } from './records.ts'

const deliveries = collection<DeliveryRecord>('event-deliveries')
const dead = collection<DeadRecord>('event-dead')
const waitingCount = 'event-waiting'
const deadCount = 'event-dead-count'

/** How many may wait for one target; AWS does not say. What comes on top goes to the dead letters. */
export const waitingMax = 20_000
/** How many dead letters an account keeps in a region: the oldest make room. */
export const deadMax = 10_000

const partsIn = ({ account, region, bus, rule, target }: Lane) =>
  [account, region, bus, rule, target] as const

const laneIn = ([
  account = '',
  region = '',
  bus = '',
  rule = '',
  target = '',
]: readonly string[]): Lane => ({ account: account as AccountId, region, bus, rule, target })

/** The target whose queue a changed key is of; `undefined` for any other key. */
export function laneOf(key: string): Lane | undefined {
  return collectionOf(key) === deliveries.name ? laneIn(partsOf(key)) : undefined
}

/** One that waits, with its place in the queue. */
export interface Queued {
  readonly dueAt: number
  readonly id: string
  /** Of who tries it now, or died trying. */
  readonly claim?: string | undefined
}

const behindAll = '\u{10ffff}'

export class DeliveryReader {
  protected readonly look: Look

  constructor(look: Look) {
    this.look = look
  }

  find(lane: Lane, { dueAt, id }: Queued): DeliveryRecord | undefined {
    return this.look.get(deliveries, ...partsIn(lane), dueAt, id)
  }

  /** The next of a target. */
  async first(lane: Lane, itemsMax: number): Promise<Queued[]> {
    const items = await this.look.list(deliveries, partsIn(lane), { itemsMax })
    return items.map(({ parts, record: { claim } }) => ({
      ...{ dueAt: Number(parts[5]), id: parts[6] ?? '', claim },
    }))
  }

  /** Every target for which something waits: one look for each, however much that is. */
  async *lanes(): AsyncIterable<Lane> {
    let after: readonly string[] | undefined
    while (true) {
      const [item] = await this.look.list(deliveries, [], { after, itemsMax: 1 })
      if (!item) return
      const lane = laneIn(item.parts)
      yield lane
      after = [...partsIn(lane), behindAll]
    }
  }

  async isFull(lane: Lane): Promise<boolean> {
    return (await this.look.counted(waitingCount, ...partsIn(lane))) >= waitingMax
  }

  findDead({ account, region }: Shelf, id: string): DeadRecord | undefined {
    return this.look.get(dead, account, region, id)
  }

  /** Dead letters, the newest first. */
  async listDead(
    { account, region }: Shelf,
    page: { readonly after?: string | undefined; readonly itemsMax: number },
  ): Promise<{ id: string; record: DeadRecord }[]> {
    const { after, itemsMax } = page
    const options = { ...(after !== undefined && { after: [after] }), itemsMax, reverse: true }
    const items = await this.look.list(dead, [account, region], options)
    return items.map(({ parts, record }) => ({ id: parts[2] ?? '', record }))
  }
}

export class DeliveryStore extends DeliveryReader {
  readonly #attempt: Attempt

  constructor(attempt: Attempt) {
    super(attempt)
    this.#attempt = attempt
  }

  add(lane: Lane, queued: Queued, delivery: DeliveryRecord): void {
    this.#put(lane, queued, delivery)
    this.#attempt.count(1, waitingCount, ...partsIn(lane))
  }

  /** Puts one at another place of its queue. */
  move(lane: Lane, from: Queued, to: Queued, delivery: DeliveryRecord): void {
    this.#attempt.remove(deliveries, ...partsIn(lane), from.dueAt, from.id)
    this.#put(lane, to, delivery)
  }

  remove(lane: Lane, { dueAt, id }: Queued): void {
    this.#attempt.remove(deliveries, ...partsIn(lane), dueAt, id)
    this.#attempt.count(-1, waitingCount, ...partsIn(lane))
  }

  #put(lane: Lane, { dueAt, id }: Queued, delivery: DeliveryRecord): void {
    this.#attempt.put(deliveries, [...partsIn(lane), dueAt, id], delivery)
  }

  /** Keeps what did not arrive; the oldest make room where there are too many. */
  async bury(id: string, letter: DeadRecord): Promise<void> {
    const { account, region } = letter.lane
    this.#attempt.put(dead, [account, region, id], letter)
    this.#attempt.count(1, deadCount, account, region)
    if ((await this.look.counted(deadCount, account, region)) < deadMax) return
    const oldest = await this.look.list(dead, [account, region], { itemsMax: 1 })
    for (const { parts } of oldest) this.dig(letter.lane, parts[2] ?? '')
  }

  /** Takes a dead letter away. */
  dig({ account, region }: Shelf, id: string): void {
    this.#attempt.remove(dead, account, region, id)
    this.#attempt.count(-1, deadCount, account, region)
  }
}
