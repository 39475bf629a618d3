/** The collections of CloudTrail and the questions that its operations ask of them. */
import type { AccountId } from '../../lib/brand.ts'
import type { Attempt, Item, Look } from '../../store/attempt.ts'
import { collection } from '../../store/collection.ts'
import type { PlacedTrail, Shelf, TrailRecord } from './records.ts'

const trails = collection<TrailRecord>('trails')
/** How many trails a region has: read by who makes one, so that two at once do not pass the quota. */
const counts = collection<{ readonly count: number }>('trail-counts')

const itemsMax = 1000

export class TrailReader {
  protected readonly look: Look

  constructor(look: Look) {
    this.look = look
  }

  find({ account, region }: Shelf, name: string): TrailRecord | undefined {
    return this.look.get(trails, account, region, name)
  }

  /** The trails of an account, of all regions; a quota keeps them few. */
  async listOf(account: AccountId): Promise<PlacedTrail[]> {
    return placed(await this.look.list(trails, [account], { itemsMax }))
  }

  /** The trails of every account. */
  async listAll(): Promise<PlacedTrail[]> {
    const all: PlacedTrail[] = []
    let after: readonly string[] | undefined
    do {
      const items = await this.look.list(trails, [], { itemsMax, after })
      all.push(...placed(items))
      after = items.length === itemsMax ? items.at(-1)?.parts : undefined
    } while (after)
    return all
  }

  count({ account, region }: Shelf): number {
    return this.look.get(counts, account, region)?.count ?? 0
  }
}

const placed = (items: readonly Item<TrailRecord>[]): PlacedTrail[] =>
  items.map(({ parts: [account = '', region = ''], record }) => ({
    shelf: { account: account as AccountId, region },
    record,
  }))

export class TrailStore extends TrailReader {
  readonly #attempt: Attempt

  constructor(attempt: Attempt) {
    super(attempt)
    this.#attempt = attempt
  }

  /** Where the journal stands now. */
  get position(): number {
    return this.#attempt.at
  }

  add(shelf: Shelf, record: TrailRecord): void {
    this.put(shelf, record)
    this.#count(shelf, 1)
  }

  put({ account, region }: Shelf, record: TrailRecord): void {
    this.#attempt.put(trails, [account, region, record.name], record)
  }

  remove(shelf: Shelf, { name }: TrailRecord): void {
    this.#attempt.remove(trails, shelf.account, shelf.region, name)
    this.#count(shelf, -1)
  }

  #count(shelf: Shelf, by: number): void {
    const count = this.count(shelf) + by
    this.#attempt.put(counts, [shelf.account, shelf.region], { count })
  }
}
