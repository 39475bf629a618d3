/** The operator's own API: what AWS has no words for. */
import type { StrongroomOperations } from '../../contract/generated/strongroom.ts'
import type { Caller } from '../../lib/caller.ts'
import { declare } from '../operation.ts'

/** The audit as this service reads it; the house gives it. */
export interface AuditReader {
  /** The newest records of an account before a place, newest first. `next` is where to go on. */
  latest(
    account: string,
    itemsMax: number,
    before?: Place,
  ): Promise<{ items: (Place & { record: object })[]; next: Place | undefined }>
}

export interface Place {
  readonly seq: number
  readonly index: number
}

export interface Rooms {
  readonly audit: AuditReader
  readonly caller: Caller
}

export const { operation, fault } = declare<StrongroomOperations, Rooms, Rooms>()
