/** The collections of events and the questions that are asked of them. */
import type { AccountId } from '../lib/brand.ts'
import type { Attempt, Item, ListOptions, Look } from '../store/attempt.ts'
import { collection } from '../store/collection.ts'
import { collectionOf, partsOf } from '../store/key.ts'
import type {
  BusRecord,
  ConnectionRecord,
  DestinationRecord,
  RuleRecord,
  Shelf,
} from './records.ts'

const rules = collection<RuleRecord>('event-rules')
/** Rules by the instant at which their schedule comes round. */
const schedules = collection<{ readonly name: string }>('event-schedules')
const buses = collection<BusRecord>('event-buses')
const connections = collection<ConnectionRecord>('event-connections')
const destinations = collection<DestinationRecord>('event-destinations')
const position = collection<{ readonly seq: number }>('event-position')

/** Where connections stand, for whoever seals anew what is sealed in them. */
export const connectionsName = connections.name

export interface RulePlace extends Shelf {
  readonly bus: string
  readonly name: string
}

const pageItemsMax = 1000

const placeIn = ([account = '', region = '', bus = '', name = '']: readonly string[]) => ({
  ...{ account: account as AccountId, region, bus, name },
})

/** The rule that a changed key is of; `undefined` for any other key. */
export function rulePlaceOf(key: string): RulePlace | undefined {
  return collectionOf(key) === rules.name ? placeIn(partsOf(key)) : undefined
}

export const isOfSchedule = (key: string): boolean => collectionOf(key) === schedules.name

export class EventReader {
  protected readonly look: Look

  constructor(look: Look) {
    this.look = look
  }

  findRule({ account, region }: Shelf, bus: string, name: string) {
    return this.look.get(rules, account, region, bus, name)
  }

  async listRules({ account, region }: Shelf, bus: string, options: ListOptions) {
    return recordsIn(await this.look.list(rules, [account, region, bus], options))
  }

  /** Every rule of every account, page by page. */
  async *everyRule(): AsyncIterable<RulePlace> {
    let after: readonly string[] | undefined
    do {
      const items: Item<RuleRecord>[] = await this.look.list(rules, [], {
        after,
        itemsMax: pageItemsMax,
      })
      for (const { parts } of items) yield placeIn(parts)
      after = items.length === pageItemsMax ? items.at(-1)?.parts : undefined
    } while (after)
  }

  /** The schedules that come round first. */
  async firstScheduled(itemsMax: number): Promise<{ at: number; place: RulePlace }[]> {
    const items = await this.look.list(schedules, [], { itemsMax })
    return items.map(({ parts: [at, ...rest] }) => ({ at: Number(at), place: placeIn(rest) }))
  }

  findBus({ account, region }: Shelf, name: string) {
    return this.look.get(buses, account, region, name)
  }

  async listBuses({ account, region }: Shelf, options: ListOptions) {
    return recordsIn(await this.look.list(buses, [account, region], options))
  }

  findConnection({ account, region }: Shelf, name: string) {
    return this.look.get(connections, account, region, name)
  }

  async listConnections({ account, region }: Shelf, options: ListOptions) {
    return recordsIn(await this.look.list(connections, [account, region], options))
  }

  findDestination({ account, region }: Shelf, name: string) {
    return this.look.get(destinations, account, region, name)
  }

  async listDestinations({ account, region }: Shelf, options: ListOptions) {
    return recordsIn(await this.look.list(destinations, [account, region], options))
  }

  /** The last batch of the journal whose records rules were asked about in a commit. */
  position(): number | undefined {
    return this.look.get(position)?.seq
  }
}

const recordsIn = <R>(items: readonly Item<R>[]): R[] => items.map(({ record }) => record)

export class EventStore extends EventReader {
  readonly #attempt: Attempt

  constructor(attempt: Attempt) {
    super(attempt)
    this.#attempt = attempt
  }

  putRule(shelf: Shelf, before: RuleRecord | undefined, rule: RuleRecord): void {
    const { account, region } = shelf
    if (before) this.#unschedule(shelf, before)
    this.#attempt.put(rules, [account, region, rule.bus, rule.name], rule)
    if (rule.nextAt === undefined) return
    const entry = [rule.nextAt, account, region, rule.bus, rule.name]
    this.#attempt.put(schedules, entry, { name: rule.name })
  }

  removeRule(shelf: Shelf, rule: RuleRecord): void {
    this.#unschedule(shelf, rule)
    this.#attempt.remove(rules, shelf.account, shelf.region, rule.bus, rule.name)
  }

  #unschedule({ account, region }: Shelf, { nextAt, bus, name }: RuleRecord): void {
    if (nextAt !== undefined) this.#attempt.remove(schedules, nextAt, account, region, bus, name)
  }

  putBus({ account, region }: Shelf, bus: BusRecord): void {
    this.#attempt.put(buses, [account, region, bus.name], bus)
  }

  removeBus({ account, region }: Shelf, name: string): void {
    this.#attempt.remove(buses, account, region, name)
  }

  putConnection({ account, region }: Shelf, connection: ConnectionRecord): void {
    this.#attempt.put(connections, [account, region, connection.name], connection)
  }

  removeConnection({ account, region }: Shelf, name: string): void {
    this.#attempt.remove(connections, account, region, name)
  }

  putDestination({ account, region }: Shelf, destination: DestinationRecord): void {
    this.#attempt.put(destinations, [account, region, destination.name], destination)
  }

  removeDestination({ account, region }: Shelf, name: string): void {
    this.#attempt.remove(destinations, account, region, name)
  }

  putPosition(seq: number): void {
    this.#attempt.put(position, [], { seq })
  }
}
