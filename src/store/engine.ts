/**
 * The seam between records and a database: a few verbs over sealed rows. An engine knows neither
 * what a record means nor how to open one. Everything that it promises stands here; the suite in
 * test/engines holds each engine to it.
 */
import type { JournalKeys } from './journal-keys.ts'
import type { KeyRange } from './key.ts'

/** A row to write, or `null` to remove it. */
export interface Change {
  readonly key: string
  readonly row: Uint8Array | null
}

/** Stands for the header of the store's keys among keys of records: in reads, changes and the feed. */
export const headerKey = 'store header'

/**
 * A row to seal anew, if it still is what was read. Its meaning does not change: it is not in the feed,
 * conflicts with nobody, and is journaled with its new digest.
 */
export interface Reseal {
  readonly key: string
  readonly from: Uint8Array
  readonly row: Uint8Array
}

/** A quota counter to move by `by`. Commutative: counters are not read by the attempt that moves them. */
export interface Count {
  readonly key: string
  readonly by: number
}

/** A time mark that only ever grows, outside the feed and never in a read set. */
export interface Stamp {
  readonly key: string
  readonly stamp: number
}

/**
 * One attempt, as the engine sees it: it holds if none of `reads` was changed behind `at`, and then
 * everything in it is written, else nothing.
 */
export interface Proposal {
  readonly at: number
  readonly reads: readonly string[]
  readonly changes: readonly Change[]
  readonly counts: readonly Count[]
  readonly stamps: readonly Stamp[]
  /** Audit records: plain data, printed as JSON when the batch is written. */
  readonly records: readonly object[]
  readonly reseals?: readonly Reseal[]
  /** May be written into the space that is kept for when there is none. Never together with others. */
  readonly isLast?: true
}

/** `undefined`: committed. A key: that key was changed behind `at`; an empty text: `at` is too old to know. */
export type Conflicted = string | undefined

/** A batch as it stands in the journal. */
export interface Written {
  readonly seq: number
  readonly link: Uint8Array
  /** How long its records are as text. */
  readonly recordsBytes: number
}

export interface Committed {
  /** The head after this batch. */
  readonly head: number
  /** One verdict per proposal, in order. */
  readonly conflicts: readonly Conflicted[]
  /** Every key that was changed since the head that this process knew before: by the batch and by others. */
  readonly changed: readonly string[]
  /** What of the batch held, as it stands in the journal; absent where nothing did, or where that is not known. */
  readonly written?: Written
  /** Present where the feed does not reach back to that head: anything may have been changed. */
  readonly isBehind?: true
}

/** One committed batch of the journal: its sealed records and the link that chains it to the one before. */
export interface JournalRow {
  readonly seq: number
  readonly link: Uint8Array
  readonly batch: Uint8Array
}

export interface Row {
  readonly key: string
  readonly row: Uint8Array
}

/** What has been changed since a position; `complete` is false when the feed no longer reaches back so far. */
export interface Feed {
  readonly head: number
  readonly changed: readonly string[]
  readonly complete: boolean
}

export interface Page {
  readonly itemsMax: number
  readonly reverse?: boolean
}

/** The database cannot take writes now (no space). Nothing of the batch was written; it may recover. */
export class StoreFull extends Error {
  override name = 'StoreFull'
  constructor() {
    super('the store has no space left: free some, writes go on by themselves')
  }
}

/** The database cannot be reached now. What was being committed may have been; whoever asks again sees. */
export class StoreAway extends Error {
  override name = 'StoreAway'
  constructor() {
    super('the database cannot be reached: it is looked for')
  }
}

export type Read = readonly (Uint8Array | undefined)[]

export interface Engine {
  /** The number of the last committed batch. */
  readonly head: number
  /** The row at each key, in order; at `headerKey`, the header's text. At once where the database is in this process. */
  read(keys: readonly string[]): Read | Promise<Read>
  /** Rows of a range in the order of their keys' bytes. */
  scan(range: KeyRange, page: Page): Promise<Row[]>
  /** Commits what holds of a batch as one durable step; when it resolves, the batch is on disk. */
  commit(batch: readonly Proposal[]): Promise<Committed>
  feed(since: number): Promise<Feed>
  /** How many rows there are. */
  size(): Promise<number>
  /** Journal and anchor are written under these keys from here on. The header that holds them is committed. */
  rekey(keys: JournalKeys): Promise<void>
  counters(keys: readonly string[]): Promise<number[]>
  stamps(keys: readonly string[]): Promise<(number | undefined)[]>
  /**
   * Journal rows with `after < seq <= upTo`, from the database and from the segments alike. A page may
   * be short; it is empty only where there is nothing more. Throws Damaged where batches are missing.
   */
  journal(after: number, upTo: number, page: Page): Promise<JournalRow[]>
  /** What stands in one batch of the journal; `undefined` where it is not kept any more, or does not open. */
  batch(seq: number): Promise<Uint8Array | undefined>
  /** The process ends soon: where a database may be away, it is not waited for again and again. */
  hurry?(): void
  close(): Promise<void>
}
