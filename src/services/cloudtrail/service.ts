/**
 * CloudTrail.
 *
 * https://docs.aws.amazon.com/awscloudtrail/latest/APIReference/Welcome.html
 */
import type {
  CloudTrailOperations,
  LookupAttributeKey,
} from '../../contract/generated/cloudtrail.ts'
import type { Caller } from '../../lib/caller.ts'
import type { Draws } from '../../lib/draws.ts'
import type { PageTokens } from '../../lib/page.ts'
import { declare } from '../operation.ts'

/** The audit's index, as this service asks it; the house gives it. */
export interface EventIndex {
  find(query: EventQuery): Promise<{ items: readonly FoundEvent[]; next: Spot | undefined }>
}

export interface EventQuery {
  readonly account: string
  readonly region: string
  readonly attribute?: { readonly name: LookupAttributeKey; readonly value: string }
  /** Seconds since 1970, both inclusive. */
  readonly from?: number
  readonly to?: number
  readonly before?: Spot
  readonly itemsMax: number
}

/** A place in the order of events. */
export interface Spot {
  readonly second: number
  readonly seq: number
  readonly index: number
}

export interface FoundEvent extends Spot {
  readonly record: EventRecord
  readonly username: string | undefined
  readonly resources: readonly { readonly type: string | undefined; readonly name: string }[]
}

interface EventRecord {
  readonly eventID: string
  readonly eventName: string
  readonly eventSource: string
  readonly readOnly?: boolean
  readonly userIdentity: { readonly accessKeyId?: string }
}

/** What the house lends this service. */
export interface Ports {
  readonly events: EventIndex
  readonly tokens: PageTokens
}

export interface Look {
  readonly caller: Caller
  readonly region: string
}

/** What the operations of this service may use. */
export interface Rooms extends Look, Ports {
  readonly draws: Draws
}

export const { operation, fault } = declare<CloudTrailOperations, Look, Rooms>()
