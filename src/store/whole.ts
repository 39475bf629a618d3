/**
 * A whole store, in a form that no engine owns: what a backup holds, and what moves from one engine
 * to another. Records stay sealed; the header keeps its keys wrapped.
 */
import type { JournalRow, Row } from './engine.ts'
import type { SegmentFile } from './loaded.ts'

/** The number and the link of the last commit. */
export interface Position {
  readonly seq: number
  readonly link: Uint8Array
}

/** A counter's total, or a stamp's time. */
export interface Tally {
  readonly key: string
  readonly number: number
}

/** What stands for the journal's beginning where that was pruned by policy: up to which batch, and its file. */
export interface Pruned extends Position {
  readonly name: string
  readonly file: Uint8Array
}

/** Some rows of one kind, together of bounded size. */
export type Part =
  | { readonly kind: 'records'; readonly rows: readonly Row[] }
  | { readonly kind: 'counters'; readonly rows: readonly Tally[] }
  | { readonly kind: 'stamps'; readonly rows: readonly Tally[] }
  | { readonly kind: 'pruned'; readonly rows: readonly Pruned[] }
  | { readonly kind: 'journal'; readonly rows: readonly JournalRow[] }

export type PartKind = Part['kind']

/** How many rows of each kind. */
export type Counts = Readonly<Record<PartKind, number>>

export const noCounts: Counts = { records: 0, counters: 0, stamps: 0, pruned: 0, journal: 0 }

/** A store as it stood at one head, however much is committed while it is read. */
export interface Whole {
  /** As it stands in the store: the store's id and account, its keys wrapped. */
  readonly header: string
  readonly head: Position
  readonly counts: Counts
  /** Every row; those of the journal in their order. To be read once. */
  parts(): AsyncIterable<Part> | Iterable<Part>
  /** Present where segments of the journal are not among the parts: as they are kept. */
  files?(): AsyncIterable<SegmentFile>
  close(): void | Promise<void>
}

/** A store that is being filled, and is nobody's before `end`. */
export interface Filling {
  put(part: Part): void | Promise<void>
  /** On disk under its name when it returns. */
  end(): void | Promise<void>
  /** Leaves nothing behind. */
  abandon(): void | Promise<void>
}
