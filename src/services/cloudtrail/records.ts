/** What CloudTrail keeps of a trail. Instants are milliseconds since 1970. */
import type { AdvancedEventSelector, EventSelector } from '../../contract/generated/cloudtrail.ts'
import type { AccountId } from '../../lib/brand.ts'

/** Where a trail was made: an account's home region. */
export interface Shelf {
  readonly account: AccountId
  readonly region: string
}

export interface Tag {
  readonly Key: string
  readonly Value?: string | undefined
}

export interface TrailRecord {
  readonly name: string
  readonly bucket: string
  readonly prefix?: string | undefined
  readonly isMultiRegion: boolean
  readonly takesGlobal: boolean
  /** Whether digests are delivered, too. */
  readonly validates: boolean
  readonly tags: readonly Tag[]
  readonly logging: Logging
  /** One kind at most; all management events if neither is there. */
  readonly selectors?: readonly EventSelector[] | undefined
  readonly advanced?: readonly AdvancedEventSelector[] | undefined
}

export interface Logging {
  readonly isOn: boolean
  readonly startedAt?: number | undefined
  readonly stoppedAt?: number | undefined
  /** The batch of the journal behind which delivery begins. */
  readonly from?: number | undefined
}

/** A trail and where it lives. */
export interface PlacedTrail {
  readonly shelf: Shelf
  readonly record: TrailRecord
}

/** How a trail's delivery does. */
export interface DeliveryState {
  readonly logAt?: number | undefined
  readonly digestAt?: number | undefined
  readonly isFailing: boolean
}
