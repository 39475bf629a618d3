/** The collections of alarms: how they are set and stand, what became of them, what they still ask for. */
import type { Attempt, Item, ListOptions, Look } from '../../../store/attempt.ts'
import { collection } from '../../../store/collection.ts'
import { announce } from '../../../store/outbox.ts'
import type { ActionRecord, AlarmRecord, HistoryRecord, Shelf } from '../records.ts'

const alarms = collection<AlarmRecord>('alarms')
const history = collection<HistoryRecord>('alarm-history')
const actions = collection<ActionRecord>('alarm-actions')
const alarmCount = 'alarm-count'
/** Moves with every change to any alarm, so that who watches them knows when to look. */
const alarmChanges = 'alarm-changes'

export interface PlacedAlarm {
  readonly shelf: Shelf
  readonly record: AlarmRecord
}

export interface HistoryItem extends HistoryRecord {
  readonly at: number
  readonly id: string
}

export class AlarmReader {
  protected readonly look: Look

  constructor(look: Look) {
    this.look = look
  }

  find({ account, region }: Shelf, name: string): AlarmRecord | undefined {
    return this.look.get(alarms, account, region, name)
  }

  async list({ account, region }: Shelf, options: ListOptions): Promise<AlarmRecord[]> {
    const items = await this.look.list(alarms, [account, region], options)
    return items.map(({ record }) => record)
  }

  count({ account, region }: Shelf): Promise<number> {
    return this.look.counted(alarmCount, account, region)
  }

  /** A number that is another one after each change to any alarm. */
  changes(): Promise<number> {
    return this.look.counted(alarmChanges)
  }

  /** Every alarm of every account, page by page. */
  async every(after: readonly string[] | undefined, itemsMax: number) {
    const items = await this.look.list(alarms, [], { after, itemsMax })
    return items.map(({ parts, record }) => {
      const [account = '', region = ''] = parts
      return { parts, alarm: { shelf: { account, region } as Shelf, record } }
    })
  }

  /** What became of an account's alarms, the latest first unless told otherwise. */
  async listHistory({ account, region }: Shelf, options: ListOptions): Promise<HistoryItem[]> {
    const items = await this.look.list(history, [account, region], { reverse: true, ...options })
    return items.map(({ parts, record }) => ({
      ...record,
      at: Number(parts[2]),
      id: parts[3] ?? '',
    }))
  }

  everyHistory(after: readonly string[] | undefined, itemsMax: number) {
    return this.look.list(history, [], { after, itemsMax })
  }

  /** What is still to be done, the oldest first. */
  listActions(itemsMax: number): Promise<Item<ActionRecord>[]> {
    return this.look.list(actions, [], { itemsMax })
  }
}

export class AlarmStore extends AlarmReader {
  readonly #attempt: Attempt

  constructor(attempt: Attempt) {
    super(attempt)
    this.#attempt = attempt
  }

  put({ account, region }: Shelf, alarm: AlarmRecord, isNew: boolean): void {
    this.#attempt.put(alarms, [account, region, alarm.name], alarm)
    this.#attempt.count(1, alarmChanges)
    if (isNew) this.#attempt.count(1, alarmCount, account, region)
  }

  remove({ account, region }: Shelf, { name }: AlarmRecord): void {
    this.#attempt.remove(alarms, account, region, name)
    this.#attempt.count(1, alarmChanges)
    this.#attempt.count(-1, alarmCount, account, region)
  }

  addHistory({ account, region }: Shelf, at: number, id: string, item: HistoryRecord): void {
    this.#attempt.put(history, [account, region, at, id], item)
  }

  forgetHistory(parts: readonly string[]): void {
    this.#attempt.remove(history, ...parts)
  }

  /** Tells the rules of the alarm's account of a change of its state. */
  announce(shelf: Shelf, told: { at: number; arn: string; detail: object }): void {
    announce(this.#attempt, {
      ...{ ...shelf, source: 'aws.cloudwatch', detailType: 'CloudWatch Alarm State Change' },
      ...{ resources: [told.arn], detail: told.detail, at: told.at },
    })
  }

  addAction(at: number, id: string, action: ActionRecord): void {
    this.#attempt.put(actions, [at, id], action)
  }

  /** Makes an action somebody's for a while; false if it is taken, or somebody else's. */
  claimAction(parts: readonly string[], now: number, untilMs: number): boolean {
    const action = this.#attempt.get(actions, ...parts)
    if (!action || (action.claimedUntil ?? 0) > now) return false
    this.#attempt.put(actions, [...parts], { ...action, claimedUntil: untilMs })
    return true
  }

  forgetAction(parts: readonly string[]): void {
    this.#attempt.remove(actions, ...parts)
  }
}
