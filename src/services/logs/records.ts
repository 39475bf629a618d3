/** What CloudWatch Logs keeps. Instants are milliseconds since 1970. */
import type { StandardUnit } from '../../contract/generated/logs.ts'
import type { AccountId } from '../../lib/brand.ts'

/** Where a log group lives: an account's region. */
export interface Shelf {
  readonly account: AccountId
  readonly region: string
}

export type Tags = Readonly<Record<string, string>>

export interface GroupRecord {
  readonly name: string
  /** Keys of streams and events carry it, so that a group made anew does not show the old one's. */
  readonly id: string
  readonly createdAt: number
  /** Absent: events are kept for ever. */
  readonly retentionDays?: number | undefined
  readonly tags: Tags
  readonly isProtected?: boolean | undefined
}

export interface StreamRecord {
  readonly name: string
  readonly createdAt: number
  /** Absent until there is an event. */
  readonly firstAt?: number | undefined
  readonly lastAt?: number | undefined
  readonly ingestedAt?: number | undefined
}

/** One line of a log. */
export interface Line {
  readonly at: number
  readonly message: string
}

/** Lines that came together, no further apart than `spanMs`, in the order of their instants. */
export interface BatchRecord {
  readonly stream: string
  readonly ingestedAt: number
  readonly lines: readonly Line[]
}

/** How far apart the lines of one batch may be: what a reader must look back to have them all in order. */
export const spanMs = 60_000

/** What a metric filter makes of a line that fits. */
export interface Transformation {
  readonly namespace: string
  readonly name: string
  /** A number, or where one stands in the line: `$.latency`. */
  readonly value: string
  /** For a minute that has lines of which none fits. */
  readonly otherwise?: number | undefined
  /** Where the values of dimensions stand in the line, by their names. */
  readonly dimensions: Readonly<Record<string, string>>
  readonly unit?: StandardUnit | undefined
}

export interface FilterRecord {
  readonly name: string
  readonly pattern: string
  readonly transformation: Transformation
  readonly createdAt: number
}

/** The filters of a group, in the order of their names. */
export interface FiltersRecord {
  readonly filters: readonly FilterRecord[]
}

/** One value that a filter measured. */
export interface Hit {
  readonly namespace: string
  readonly name: string
  readonly dimensions: readonly { readonly Name: string; readonly Value: string }[]
  readonly unit: StandardUnit
  readonly at: number
  readonly value: number
}

/** A group that was deleted, with how it is found what is left of it. */
export interface Remains {
  readonly id: string
}
