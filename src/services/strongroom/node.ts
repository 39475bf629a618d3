/** The nodes that share the store, as the house tells of them. */
import type { RecordLook } from '../operation.ts'

export interface NodeFacts {
  readonly id: string
  readonly host: string
  readonly version: string
  /** Milliseconds since 1970. */
  readonly startedAt: number
  readonly seenAt: number
  readonly isAlive: boolean
  /** The one that answers. */
  readonly isThis: boolean
}

export interface Nodes {
  list(look: RecordLook): Promise<readonly NodeFacts[]>
}
