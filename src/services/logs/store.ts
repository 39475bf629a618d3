/** The collections of CloudWatch Logs and the questions that its operations ask of them. */

import type { Attempt, ListOptions, Look } from '../../store/attempt.ts'
import { collection } from '../../store/collection.ts'
import { eachOf } from '../../store/supply.ts'
import type {
  BatchRecord,
  FiltersRecord,
  GroupRecord,
  Remains,
  Shelf,
  StreamRecord,
} from './records.ts'

const groups = collection<GroupRecord>('log-groups')
const streams = collection<StreamRecord>('log-streams')
/** Streams by their last event; 0 for one without any. */
const streamsByEvent = collection<{ readonly name: string }>('log-streams-by-event')
/** Lines in the order of time, those of all streams of a group together. */
const batches = collection<BatchRecord>('log-batches')
/** All filters of a group in one record: whoever writes lines reads it. */
const filters = collection<FiltersRecord>('log-metric-filters')
/** Where the account's own audit is asked for. */
const auditGroups = collection<object>('log-audit-groups')
const remains = collection<Remains>('log-remains')
const storedBytes = 'log-stored-bytes'

/** The group by whose being there an account's region asks for its audit. */
export const auditGroup = '/strongroom/audit'

/** A batch with its place. */
export interface Batch extends BatchRecord {
  readonly firstAt: number
  readonly id: string
}

const none: FiltersRecord = { filters: [] }

export class LogReader {
  protected readonly look: Look

  constructor(look: Look) {
    this.look = look
  }

  findGroup({ account, region }: Shelf, name: string): GroupRecord | undefined {
    return this.look.get(groups, account, region, name)
  }

  findStream({ id }: GroupRecord, name: string): StreamRecord | undefined {
    return this.look.get(streams, id, name)
  }

  /** The filters of a group; those that write lines are run again when they change. */
  filtersOf({ id }: GroupRecord): FiltersRecord {
    return this.look.get(filters, id) ?? none
  }

  async listGroups({ account, region }: Shelf, options: ListOptions): Promise<GroupRecord[]> {
    const items = await this.look.list(groups, [account, region], options)
    return items.map(({ record }) => record)
  }

  /** Streams in the order of their names. */
  async listStreams({ id }: GroupRecord, options: ListOptions): Promise<StreamRecord[]> {
    const items = await this.look.list(streams, [id], options)
    return items.map(({ record }) => record)
  }

  /** Streams in the order of their last events. */
  async listStreamsByEvent({ id }: GroupRecord, options: ListOptions): Promise<StreamRecord[]> {
    const items = await this.look.list(streamsByEvent, [id], options)
    const found = eachOf(items, ({ record }) => this.look.peek(streams, id, record.name))
    return found.filter((stream) => stream !== undefined)
  }

  /** Batches in the order of their first lines, from `from` on or, in reverse, from there back. */
  async listBatches(
    groupId: string,
    from: readonly (string | number)[] | undefined,
    itemsMax: number,
    reverse: boolean,
  ): Promise<Batch[]> {
    const items = await this.look.list(batches, [groupId], { after: from, itemsMax, reverse })
    return items.map(({ parts, record }) => ({
      ...record,
      firstAt: Number(parts[1]),
      id: parts[2] ?? '',
    }))
  }

  /** About how many bytes a group holds. */
  async bytesOf({ id }: GroupRecord): Promise<number> {
    return Math.max(0, await this.look.counted(storedBytes, id))
  }

  /** The accounts and regions that ask for their audit. */
  async listAuditGroups(itemsMax: number): Promise<readonly (readonly string[])[]> {
    const items = await this.look.list(auditGroups, [], { itemsMax })
    return items.map(({ parts }) => parts)
  }

  /** Groups that were deleted and not yet cleared away. */
  async listRemains(itemsMax: number): Promise<Remains[]> {
    const items = await this.look.list(remains, [], { itemsMax })
    return items.map(({ record }) => record)
  }

  /** Every group of every account, page by page, for the sweeper. */
  async everyGroup(
    after: readonly string[] | undefined,
    itemsMax: number,
  ): Promise<{ parts: readonly string[]; record: GroupRecord }[]> {
    return this.look.list(groups, [], { after, itemsMax })
  }
}

export class LogStore extends LogReader {
  readonly #attempt: Attempt

  constructor(attempt: Attempt) {
    super(attempt)
    this.#attempt = attempt
  }

  putGroup({ account, region }: Shelf, group: GroupRecord): void {
    this.#attempt.put(groups, [account, region, group.name], group)
    if (group.name === auditGroup) this.#attempt.put(auditGroups, [account, region], {})
  }

  /** Removes a group; its streams and lines cannot be reached any more and are cleared away later. */
  removeGroup({ account, region }: Shelf, { name, id }: GroupRecord): void {
    this.#attempt.remove(groups, account, region, name)
    if (name === auditGroup) this.#attempt.remove(auditGroups, account, region)
    this.#attempt.remove(filters, id)
    this.#attempt.put(remains, [id], { id })
  }

  putFilters({ id }: GroupRecord, record: FiltersRecord): void {
    if (record.filters.length > 0) this.#attempt.put(filters, [id], record)
    else this.#attempt.remove(filters, id)
  }

  putStream({ id }: GroupRecord, before: StreamRecord | undefined, stream: StreamRecord): void {
    const { name } = stream
    if (before) this.#attempt.remove(streamsByEvent, id, before.lastAt ?? 0, name)
    this.#attempt.put(streams, [id, name], stream)
    this.#attempt.put(streamsByEvent, [id, stream.lastAt ?? 0, name], { name })
  }

  addBatch({ id: groupId }: GroupRecord, id: string, batch: BatchRecord): void {
    const [first] = batch.lines
    if (!first) return
    this.#attempt.put(batches, [groupId, first.at, id], batch)
    this.#attempt.count(weightOf(batch), storedBytes, groupId)
  }

  removeBatch(groupId: string, batch: Batch): void {
    this.#attempt.remove(batches, groupId, batch.firstAt, batch.id)
    this.#attempt.count(-weightOf(batch), storedBytes, groupId)
  }

  /** Clears away up to so many streams of a group that was deleted; gives how many there were. */
  async removeStreams(groupId: string, itemsMax: number): Promise<number> {
    const items = await this.look.list(streams, [groupId], { itemsMax })
    for (const { record } of items) {
      this.#attempt.remove(streams, groupId, record.name)
      this.#attempt.remove(streamsByEvent, groupId, record.lastAt ?? 0, record.name)
    }
    return items.length
  }

  forgetRemains({ id }: Remains): void {
    this.#attempt.remove(remains, id)
  }
}

/** What AWS counts of a line besides its text. */
const lineOverheadBytes = 26

/** The bytes of lines as AWS counts them. */
export const weightOf = ({ lines }: Pick<BatchRecord, 'lines'>): number =>
  lines.reduce((sum, { message }) => sum + Buffer.byteLength(message) + lineOverheadBytes, 0)
