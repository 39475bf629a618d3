/**
 * One try at one answer: everything it read, with the feed position where it began, and everything
 * it wants written. It holds at commit if nothing that it read has changed since; otherwise it leaves
 * no trace and is run again.
 *
 * Records handed out are frozen and shared. Ranges are for lists: they are not validated, and they do
 * not show what this attempt has put.
 */
import { utf8 } from '../lib/bytes.ts'
import type { Collection } from './collection.ts'
import { type Change, type Count, headerKey, type Proposal, type Stamp } from './engine.ts'
import type { KeyRange, Part } from './key.ts'
import { keyOf, prefixRange, rangeOf } from './key.ts'
import { type Found, Supply } from './supply.ts'

/** What an attempt needs of the store behind it. */
export interface Source {
  /** What is known of a key: the same object for as long as the record is the same. */
  known(key: string): Found | undefined
  /** Finds out what stands at a key that is not known: at once, or not. */
  load(of: Collection<unknown>, key: string): Found | Promise<Found>
  /** Another one after each change that was applied: within one, no record becomes another. */
  readonly epoch: number
  range<R>(
    of: Collection<R>,
    range: KeyRange,
    itemsMax: number,
    reverse: boolean,
  ): Promise<Item<R>[]>
  counter(key: string): Promise<number>
  stamps(keys: readonly string[]): Promise<(number | undefined)[]>
  /** False if this process knows that the stamp stands already. */
  isNews(stamp: Stamp): boolean
  /** False if it is known that nobody waits for what happens there. */
  isAwaited(account: string, region: string): boolean
  seal(of: Collection<unknown>, key: string, record: unknown): Uint8Array
  header(): Promise<string>
}

/** One record of a list, with the parts of its key. */
export interface Item<R> {
  readonly parts: readonly string[]
  readonly record: R
}

export interface ListOptions {
  /** Continue behind this item (its parts below the list's own), exclusive. */
  readonly after?: readonly Part[] | undefined
  /** Only items whose next part begins so. */
  readonly prefix?: string | undefined
  readonly itemsMax: number
  readonly reverse?: boolean
}

/** A record that something was made of. */
interface Sight {
  readonly key: string
  readonly found: Found
}

/** Records that something was made of. */
export interface Seen {
  readonly sights: readonly Sight[]
  /** In which epoch all of them were found to be the same. */
  epoch: number | undefined
}

/** For what is derived of records and kept: see derived.ts. */
export interface Tracer {
  /** Runs `make`, and tells of every record that was got meanwhile. */
  tracing<T>(make: () => T): { readonly made: T; readonly seen: Seen }
  /** True if what was seen is known to be the same still; all of it joins the read set, as if got again. */
  isAsSeen(seen: Seen): boolean
}

/** The read-only face: what deciding about a call may use, within a run that is begun anew where something is not at hand. */
export interface Look {
  /** The record at a key; joins the read set, absent or not. Throws Unsupplied. */
  get<R>(of: Collection<R>, ...parts: Part[]): R | undefined
  /** As get, but not validated at commit: for lists. Throws Unsupplied. */
  peek<R>(of: Collection<R>, ...parts: Part[]): R | undefined
  /** A page of the records below these parts, in the order of their keys. */
  list<R>(of: Collection<R>, parts: readonly Part[], options: ListOptions): Promise<Item<R>[]>
  /** Absent where nothing is validated, so that nothing can be derived for others. */
  readonly tracer?: Tracer
  /** When each of these was last noted. */
  noted(collection: string, ...keys: readonly (readonly Part[])[]): Promise<(number | undefined)[]>
  /** About how much a quota counter stands at; never validated. */
  counted(name: string, ...parts: Part[]): Promise<number>
}

/**
 * What `run` makes of the records as they are now, for who commits nothing that rests on them: at once where all
 * are at hand, else a promise. Everything in `run` may happen more than once.
 */
export type See = <T>(run: (look: Look) => T | Promise<T>) => T | Promise<T>

interface Put {
  readonly of: Collection<unknown>
  readonly record: unknown
}

/** A look at the records as they are now, on which nothing rests that is committed. It holds nothing. */
export class Glance implements Look {
  protected readonly source: Source
  readonly #supply: Supply

  constructor(source: Source, supply: Supply) {
    this.source = source
    this.#supply = supply
  }

  get<R>(of: Collection<R>, ...parts: Part[]): R | undefined {
    return this.find(of, keyOf(of.name, parts)).record as R | undefined
  }

  peek<R>(of: Collection<R>, ...parts: Part[]): R | undefined {
    return this.find(of, keyOf(of.name, parts)).record as R | undefined
  }

  protected find<R>(of: Collection<R>, key: string): Found {
    const { source } = this
    return source.known(key) ?? this.#supply.take(of, key, (one, at) => source.load(one, at))
  }

  async list<R>(
    of: Collection<R>,
    parts: readonly Part[],
    options: ListOptions,
  ): Promise<Item<R>[]> {
    const { after, prefix = '', itemsMax, reverse = false } = options
    const whole = prefix ? prefixRange(of.name, parts, prefix) : rangeOf(of.name, parts)
    const range = after ? behind(whole, keyOf(of.name, [...parts, ...after]), reverse) : whole
    return this.source.range(of, range, itemsMax, reverse)
  }

  async noted(
    collection: string,
    ...keys: readonly (readonly Part[])[]
  ): Promise<(number | undefined)[]> {
    return this.source.stamps(keys.map((parts) => keyOf(collection, parts)))
  }

  async counted(name: string, ...parts: Part[]): Promise<number> {
    return this.source.counter(keyOf(name, parts))
  }
}

export class Attempt extends Glance implements Tracer {
  readonly at: number
  /** May hold a key more than once. */
  readonly #reads: string[] = []
  /** Most attempts put nothing. */
  #puts: Map<string, Put> | undefined
  /** Nor does it count or note anything new. */
  #counts: Count[] | undefined
  #stamps: Stamp[] | undefined
  readonly #records: object[] = []
  /** What is got is noted here, too. */
  readonly #traces: Sight[][] = []
  #header: string | undefined

  constructor(source: Source, at: number, supply = new Supply()) {
    super(source, supply)
    this.at = at
  }

  get tracer(): Tracer {
    return this
  }

  override get<R>(of: Collection<R>, ...parts: Part[]): R | undefined {
    const key = keyOf(of.name, parts)
    this.#reads.push(key)
    const found = this.find(of, key)
    for (const trace of this.#traces) trace.push({ key, found })
    return found.record as R | undefined
  }

  tracing<T>(make: () => T): { made: T; seen: Seen } {
    const sights: Sight[] = []
    this.#traces.push(sights)
    try {
      return { made: make(), seen: { sights, epoch: undefined } }
    } finally {
      this.#traces.pop()
    }
  }

  isAsSeen(seen: Seen): boolean {
    if (!this.#isUntouched(seen) || !this.#isKnown(seen)) return false
    for (const { key } of seen.sights) this.#reads.push(key)
    for (const trace of this.#traces) trace.push(...seen.sights)
    return true
  }

  #isUntouched({ sights }: Seen): boolean {
    const puts = this.#puts
    return puts === undefined || sights.every(({ key }) => !puts.has(key))
  }

  #isKnown(seen: Seen): boolean {
    const { epoch } = this.source
    if (seen.epoch === epoch) return true
    for (const { key, found } of seen.sights) if (this.source.known(key) !== found) return false
    seen.epoch = epoch
    return true
  }

  protected override find<R>(of: Collection<R>, key: string): Found {
    return this.#puts?.get(key) ?? super.find(of, key)
  }

  /** Writes a record when the attempt commits. The caller must not change it afterwards. */
  put<R>(of: Collection<R>, parts: readonly Part[], record: R): void {
    this.#put(keyOf(of.name, parts), { of: of as Collection<unknown>, record })
  }

  remove(of: Collection<never>, ...parts: Part[]): void
  remove<R>(of: Collection<R>, ...parts: Part[]): void
  remove(of: Collection<unknown>, ...parts: Part[]): void {
    this.#put(keyOf(of.name, parts), { of, record: undefined })
  }

  #put(key: string, put: Put): void {
    this.#puts ??= new Map()
    this.#puts.set(key, put)
  }

  /** The header of the store's keys as it is; joins the read set. */
  async header(): Promise<string> {
    this.#reads.push(headerKey)
    return this.source.header()
  }

  /** Writes another header when the attempt commits. */
  putHeader(text: string): void {
    this.#header = text
  }

  /** Moves a quota counter; commutative, so that two attempts never conflict over it. */
  count(by: number, name: string, ...parts: Part[]): void {
    this.#counts ??= []
    this.#counts.push({ key: keyOf(name, parts), by })
  }

  /** Notes a time that only grows (a day, an instant). False where it stands already, which it then does for ever. */
  note(stamp: number, collection: string, ...parts: Part[]): boolean {
    const noted = { key: keyOf(collection, parts), stamp }
    const isNews = this.source.isNews(noted)
    if (!isNews) return false
    this.#stamps ??= []
    this.#stamps.push(noted)
    return true
  }

  /** Whether somebody may wait for what happens in an account's region. */
  isAwaited(account: string, region: string): boolean {
    return this.source.isAwaited(account, region)
  }

  /** Adds one audit record to the commit: plain data that nobody changes any more. */
  record(record: object): void {
    this.#records.push(record)
  }

  /** A refusal: nothing that was put is written; what was read and recorded stays. */
  dropPuts(): void {
    this.#puts = undefined
    this.#header = undefined
    this.#counts = undefined
    this.#stamps = undefined
  }

  /** What the engine shall decide on. */
  propose(): Proposal {
    return {
      at: this.at,
      reads: this.#reads,
      changes: this.#changes(),
      counts: this.#counts ?? none,
      stamps: this.#stamps ?? none,
      records: this.#records,
    }
  }

  #changes(): readonly Change[] {
    if (this.#puts === undefined && this.#header === undefined) return none
    const changes: Change[] = []
    for (const [key, { of, record }] of this.#puts ?? none) {
      changes.push({ key, row: record === undefined ? null : this.source.seal(of, key, record) })
    }
    if (this.#header !== undefined) changes.push({ key: headerKey, row: utf8(this.#header) })
    return changes
  }
}

const none: readonly never[] = []

function behind(range: KeyRange, key: string, reverse: boolean): KeyRange {
  return reverse ? { from: range.from, to: key } : { from: `${key}\u0001`, to: range.to }
}
