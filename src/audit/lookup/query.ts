/** A question to the look-up index, and where its answers stand in the journal. */
import type { Attribute } from './attributes.ts'

/** A record's place: the number of its batch, and its number within it. */
export interface Place {
  readonly seq: number
  readonly index: number
}

/** A place in the order of look-ups, by time first. Seconds since 1970. */
export interface Spot extends Place {
  readonly second: number
}

/** What bounds the answers to a question. */
export interface Bounds {
  /** Seconds since 1970, both inclusive. */
  readonly from?: number | undefined
  readonly to?: number | undefined
  /** Go on behind this one. */
  readonly before?: Spot | undefined
  readonly itemsMax: number
}

export interface Query extends Bounds {
  readonly account: string
  /** All regions, if left out: only for attributes that are looked up so (the request's id). */
  readonly region?: string | undefined
  /** All events of the region, if left out. */
  readonly attribute?: Attribute | undefined
}

/** Later than any record. */
export const foreverSeconds = 2 ** 32 - 2
