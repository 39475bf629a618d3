/**
 * The record store: attempts over an engine, with a coherent cache before it and one commit after.
 *
 * Every answer commits, reads and refusals too, so that this commit is the point at which the answer
 * became true: a read that starts after a write was acknowledged sees it, a revoked permission is
 * revoked at once. Attempts that wait together are committed together and share one fsync.
 */
import { setTimeout as sleep } from 'node:timers/promises'
import { Attempt, Glance, type Item, type See, type Source } from './attempt.ts'
import { Cache, type Loaded } from './cache.ts'
import type { Codec, Collection } from './collection.ts'
import {
  type Committed,
  type Conflicted,
  type Engine,
  headerKey,
  type JournalRow,
  type Page,
  type Proposal,
  type Read,
  type Row,
  type Stamp,
  StoreFull,
  type Written,
} from './engine.ts'
import type { JournalKeys } from './journal-keys.ts'
import type { KeyRange } from './key.ts'
import { partsOf, rangeOf } from './key.ts'
import { Queue, type Waiting } from './queue.ts'
import { type Found, Supply, supplied } from './supply.ts'
import { Turns } from './turns.ts'

/** Everything that was tried conflicted: too many want the same record at the same time. */
export class Contended extends Error {
  override name = 'Contended'
  constructor() {
    super('too many attempts at one record')
  }
}

export interface StoreLimits {
  readonly cacheBytesMax: number
  readonly batchItemsMax: number
  readonly attemptsMax: number
  readonly notedItemsMax: number
  /** How long an attempt that lost often pauses at most, times its losses; for who competes with other nodes. */
  readonly pauseMs: number
}

export const storeLimits: StoreLimits = {
  cacheBytesMax: 64 << 20,
  batchItemsMax: 512,
  attemptsMax: 12,
  notedItemsMax: 100_000,
  pauseMs: 0,
}

/** Where other processes compete: they take no turns, so that luck must do. */
export const sharedLimits: StoreLimits = { ...storeLimits, attemptsMax: 48, pauseMs: 2 }

/** Attempts that conflict more often than this wait for their turn at the key. */
const freeConflictsMax = 2

/** Pauses grow up to here. */
const pausesMax = 16

/** How many batches are looked up before others have their turn. */
const looksPerTurn = 4

/**
 * Told which keys were changed, here or on another node.
 *
 * @param isBehind true where more was changed than is known
 */
export type CommitListener = (changed: readonly string[], isBehind: boolean) => void

/** A batch that this process committed, as it stands in the journal now. */
export interface Journaled extends Written {
  /** The very ones that were given to attempts. */
  readonly records: readonly object[]
}

interface Tried<T> {
  readonly attempt: Attempt
  readonly output: T
}

export class Store implements Source {
  readonly #engine: Engine
  readonly #codec: Codec
  readonly #limits: StoreLimits
  readonly #cache: Cache
  readonly #queue: Queue
  readonly #turns = new Turns()
  readonly #noted = new Map<string, number>()
  #position: number
  #epoch = 0
  #headerChanged = () => {}
  #filled = () => {}
  readonly #tellCommitted: CommitListener[] = []
  readonly #tellJournaled: ((row: Journaled) => void)[] = []
  #awaits = (_account: string, _region: string): boolean => false
  #isFull = false
  /** The last words for which there was no space. */
  #unsaid: object | undefined
  #batchCommitted: (items: number, milliseconds: number) => void = () => {}

  constructor(engine: Engine, codec: Codec, limits: StoreLimits = storeLimits) {
    this.#engine = engine
    this.#codec = codec
    this.#limits = limits
    this.#cache = new Cache(limits.cacheBytesMax)
    this.#queue = new Queue(limits.batchItemsMax, (batch) => this.#commitBatch(batch))
    this.#position = engine.head
  }

  /** The number of the last commit that this process has applied. */
  get position(): number {
    return this.#position
  }

  readonly see: See = (run) => {
    const supply = new Supply()
    return supplied(supply, () => run(new Glance(this, supply)))
  }

  /** An attempt that begins now and looks at nothing. It must be given to `commit`, or be forgotten. */
  begin(): Attempt {
    return new Attempt(this, this.#position)
  }

  /**
   * Runs `run` on fresh attempts until one commits, and gives what that one returned. Everything in
   * `run` may happen more than once. Throws Contended after a bounded number of conflicts.
   */
  async attempt<T>(run: (attempt: Attempt) => T | Promise<T>): Promise<T> {
    let release: (() => void) | undefined
    try {
      for (let count = 1; count <= this.#limits.attemptsMax; count++) {
        const tried = this.#try(run)
        // Without a wait where everything was at hand.
        const { attempt, output } = tried instanceof Promise ? await tried : tried
        const conflict = await this.commit(attempt)
        if (conflict === undefined) return output
        if (count >= freeConflictsMax && !release) release = await this.#turns.take(conflict)
        const pauseMs = this.#limits.pauseMs * Math.min(count, pausesMax) * Math.random()
        if (pauseMs >= 1) await sleep(pauseMs)
      }
      throw new Contended()
    } finally {
      release?.()
    }
  }

  /** What `run` gives of an attempt that is never committed. */
  async rehearse<T>(run: (attempt: Attempt) => T | Promise<T>): Promise<T> {
    return (await this.#try(run)).output
  }

  /** One attempt that found everything at hand. What it read must be so from the first of its runs on. */
  #try<T>(run: (attempt: Attempt) => T | Promise<T>): Tried<T> | Promise<Tried<T>> {
    const at = this.#position
    const supply = new Supply()
    return supplied(supply, () => {
      const attempt = new Attempt(this, at, supply)
      const output = run(attempt)
      if (!(output instanceof Promise)) return { attempt, output }
      return output.then((given) => ({ attempt, output: given }))
    })
  }

  /** Commits an attempt; `undefined` when it held, else the key that was changed meanwhile. */
  commit(attempt: Attempt): Promise<Conflicted> {
    return this.#queue.add(attempt.propose())
  }

  /** Commits what another process has tried, with what is tried here. */
  submit(proposal: Proposal): Promise<Conflicted> {
    return this.#queue.add(proposal)
  }

  async #commitBatch(batch: readonly Waiting[]): Promise<void> {
    const startedAt = performance.now()
    try {
      const committed = await this.#engine.commit(batch.map((w) => w.proposal))
      const { conflicts } = committed
      this.#apply(committed)
      if (committed.written) this.#handOver(committed.written, batch, conflicts)
      this.#batchCommitted(batch.length, performance.now() - startedAt)
      if (!batch[0]?.proposal.isLast) this.#goOn()
      batch.forEach(({ proposal, resolve }, index) => {
        if (conflicts[index] === undefined) this.#remember(proposal.stamps)
        resolve(conflicts[index])
      })
    } catch (thrown) {
      for (const waiting of batch) waiting.reject(thrown)
      if (thrown instanceof StoreFull) this.#tellFull()
    }
  }

  #handOver(written: Written, batch: readonly Waiting[], conflicts: Committed['conflicts']): void {
    if (this.#tellJournaled.length === 0) return
    const records = batch.flatMap(({ proposal }, index) =>
      conflicts[index] === undefined ? proposal.records : [],
    )
    for (const tell of this.#tellJournaled) tell({ ...written, records })
  }

  #tellFull(): void {
    if (this.#isFull) return
    this.#isFull = true
    this.#filled()
  }

  /** Calls `tell` after each commit, with how many attempts shared it and how long it took. */
  onBatch(tell: (items: number, milliseconds: number) => void): void {
    this.#batchCommitted = tell
  }

  /** How the cache does: what was found in it and what was not, and how much it holds. */
  get cached(): { readonly hits: number; readonly misses: number; readonly bytes: number } {
    return this.#cache
  }

  /** How many records stand below a collection's name, up to so many: none is opened. */
  async depth(collection: string, itemsMax: number): Promise<number> {
    return (await this.#engine.scan(rangeOf(collection, []), { itemsMax })).length
  }

  /** True from a commit that found no space until one that found some. */
  get isFull(): boolean {
    return this.#isFull
  }

  /** Calls `tell` when a commit finds no space, once until there is some again. */
  onFull(tell: () => void): void {
    this.#filled = tell
  }

  /** Calls `tell` with the keys that commits changed, before whoever made them hears of it. */
  onCommit(tell: CommitListener): void {
    this.#tellCommitted.push(tell)
  }

  /** Calls `tell` with each batch that was committed here, for who follows the journal. */
  onJournal(tell: (row: Journaled) => void): void {
    this.#tellJournaled.push(tell)
  }

  /** Who knows, without asking anybody, whether something that happens is awaited. */
  awaitedBy(awaits: (account: string, region: string) => boolean): void {
    this.#awaits = awaits
  }

  isAwaited(account: string, region: string): boolean {
    return this.#awaits(account, region)
  }

  /**
   * Puts an audit record into the space that is kept for when there is none. Where somebody else has
   * taken that space, it is put on record as soon as there is some.
   */
  async lastWords(record: object): Promise<void> {
    const nothing = { reads: [], changes: [], counts: [], stamps: [] }
    try {
      await this.#queue.add({ at: this.#position, ...nothing, records: [record], isLast: true })
    } catch (thrown) {
      if (!(thrown instanceof StoreFull)) throw thrown
      this.#unsaid = record
    }
  }

  #goOn(): void {
    this.#isFull = false
    const record = this.#unsaid
    this.#unsaid = undefined
    if (!record) return
    this.lastWords(record).catch(() => {
      this.#unsaid = record
    })
  }

  /** Applies what other nodes changed meanwhile, for who follows without committing. */
  async refresh(): Promise<void> {
    const { head, changed, complete } = await this.#engine.feed(this.#position)
    this.#apply({ head, changed, ...(!complete && { isBehind: true }) })
  }

  #apply({ head, changed, isBehind }: Omit<Committed, 'conflicts'>): void {
    if (isBehind) this.#cache.clear()
    this.#cache.drop(changed)
    if (isBehind || changed.length > 0) this.#epoch++
    // A look at the feed may have been overtaken by a commit; a database that was put back has not.
    this.#position = isBehind ? head : Math.max(this.#position, head)
    if (isBehind || changed.includes(headerKey)) this.#headerChanged()
    for (const tell of this.#tellCommitted) tell(changed, isBehind ?? false)
  }

  // What an attempt reads.

  known(key: string): Found | undefined {
    return this.#cache.find(key)
  }

  /** Another one after each change that was applied here. */
  get epoch(): number {
    return this.#epoch
  }

  load(of: Collection<unknown>, key: string): Found | Promise<Found> {
    const read = this.#engine.read([key])
    if (!(read instanceof Promise)) return this.#cache.keep(key, this.#opened(of, key, read))
    return this.#cache.fill(key, async () => this.#opened(of, key, await read))
  }

  #opened(of: Collection<unknown>, key: string, [row]: Read): Loaded {
    return row
      ? { record: this.#codec.open(of, key, row), weightBytes: row.length }
      : { record: undefined, weightBytes: 0 }
  }

  async range<R>(
    of: Collection<R>,
    range: KeyRange,
    itemsMax: number,
    reverse: boolean,
  ): Promise<Item<R>[]> {
    const rows = await this.#engine.scan(range, { itemsMax, reverse })
    return rows.map(({ key, row }) => ({
      parts: partsOf(key),
      record: this.#codec.open(of, key, row),
    }))
  }

  async counter(key: string): Promise<number> {
    const [total] = await this.#engine.counters([key])
    return total ?? 0
  }

  stamps(keys: readonly string[]): Promise<(number | undefined)[]> {
    return this.#engine.stamps(keys)
  }

  isNews({ key, stamp }: Stamp): boolean {
    return (this.#noted.get(key) ?? -1) < stamp
  }

  #remember(stamps: readonly Stamp[]): void {
    for (const { key, stamp } of stamps) {
      if (this.#noted.size >= this.#limits.notedItemsMax) this.#noted.clear()
      this.#noted.set(key, stamp)
    }
  }

  seal(of: Collection<unknown>, key: string, record: unknown): Uint8Array {
    return this.#codec.seal(of, key, record)
  }

  /** Sealed journal rows, for whoever holds the journal's keys. */
  journal(after: number, upTo: number, page: Page): Promise<JournalRow[]> {
    return this.#engine.journal(after, upTo, page)
  }

  /** The journal's row with this number, if it is still kept. */
  async journalRow(seq: number): Promise<JournalRow | undefined> {
    const [row] = await this.#engine.journal(seq - 1, seq, { itemsMax: 1 })
    return row
  }

  /** What stands in these batches, where they are still kept: a look at few, far apart. */
  async batches(seqs: readonly number[]): Promise<Map<number, Uint8Array>> {
    const found = new Map<number, Uint8Array>()
    for (const [index, seq] of seqs.entries()) {
      // Each may have to be taken out of a segment: whoever answers requests comes in between.
      if (index % looksPerTurn === 0) await new Promise((go) => setImmediate(go))
      const text = await this.#engine.batch(seq)
      // A copy: what it is a part of may be much larger, and would go along to another thread.
      if (text) found.set(seq, new Uint8Array(text))
    }
    return found
  }

  // Keys, for whoever rotates them.

  /** Calls `tell` after each commit that changed the header of the store's keys. */
  onHeader(tell: () => void): void {
    this.#headerChanged = tell
  }

  /** The header as it stands in the database. */
  async header(): Promise<string> {
    const [row] = await this.#engine.read([headerKey])
    return Buffer.from(row ?? []).toString()
  }

  rekey(keys: JournalKeys): Promise<void> {
    return this.#engine.rekey(keys)
  }

  size(): Promise<number> {
    return this.#engine.size()
  }

  /** Sealed rows of whichever collection, behind a key. */
  sealedRows(after: string, itemsMax: number): Promise<Row[]> {
    return this.#engine.scan({ from: `${after}\u0001`, to: '\u{10ffff}' }, { itemsMax })
  }

  /** Seals rows anew under the newest key. One that was changed meanwhile stays as it is. */
  async reseal(rows: readonly Row[]): Promise<void> {
    const reseals = rows.map(({ key, row }) => ({
      key,
      from: row,
      row: this.#codec.reseal(key, row),
    }))
    const nothing = { reads: [], changes: [], counts: [], stamps: [], records: [] }
    await this.#queue.add({ at: this.#position, ...nothing, reseals })
  }

  /** The house ends: what it still has to write does not wait for a database that is away, each for itself. */
  hurry(): void {
    this.#engine.hurry?.()
  }

  /** Lets what is queued commit, then closes the engine. */
  async close(): Promise<void> {
    await this.#queue.drained
    await this.#engine.close()
  }
}
