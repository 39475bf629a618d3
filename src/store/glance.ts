/** What can be seen of a store without its keys. */
import type { SegmentFile } from './loaded.ts'
import type { Position } from './whole.ts'

/** What a store says of itself before any of its keys is open. */
export interface Glance {
  /** Wrapped keys and the store's id, as text. */
  readonly header: string
  readonly head: Position
  /** The link of the journal's row that the anchor names, if the journal holds it. */
  readonly anchoredLink: Uint8Array | undefined
  /** The segment that holds that row, where it left the journal's table. */
  readonly anchoredIn?: SegmentFile | undefined
}
