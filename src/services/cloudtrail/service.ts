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
import { type Desk, declare } from '../operation.ts'
import type { DeliveryState } from './records.ts'
import type { TrailReader, TrailStore } from './store.ts'

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

/** A key that digests are verified by. Instants are milliseconds since 1970. */
export interface PublicKey {
  /** PKCS #1, DER. */
  readonly bytes: Uint8Array
  readonly fingerprint: string
  readonly fromAt: number
  readonly toAt: number
}

/** What the house lends this service. */
export interface Ports {
  readonly events: EventIndex
  readonly tokens: PageTokens
  /** The buckets that the operator has folders for. */
  readonly buckets: { has(name: string): boolean }
  /** How a trail's delivery does; `undefined` if it delivers nothing. */
  deliveryOf(trailArn: string): Promise<DeliveryState | undefined>
  publicKeys(attempt: Desk['attempt']): readonly PublicKey[]
}

export interface Look {
  readonly trails: TrailReader
  readonly caller: Caller
  readonly region: string
}

/** What the operations of this service may use. */
export interface Rooms extends Look, Ports {
  readonly trails: TrailStore
  readonly attempt: Desk['attempt']
  readonly draws: Draws
  readonly refusal: Desk['refusal']
}

export const { operation, fault } = declare<CloudTrailOperations, Look, Rooms>()
