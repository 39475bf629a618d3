/**
 * What KMS keeps: keys, their material, aliases, grants, and what is due. Everything that a decision
 * about a key reads stands in the key's own record, or at a key that names the grantee.
 */
import type {
  GrantConstraints,
  GrantOperation,
  KeySpec,
  KeyUsageType,
} from '../../contract/generated/kms.ts'
import type { AccountId } from '../../lib/brand.ts'

/** Where a key lives: an account's region. */
export interface Shelf {
  readonly account: AccountId
  readonly region: string
}

export interface Tag {
  readonly TagKey: string
  readonly TagValue: string
}

/** One piece of key material. The bytes stand in a record of their own. */
export interface Backing {
  readonly id: string
  /** When it became the current one; absent for one that waits to. */
  readonly since?: number | undefined
  /** How it became the current one; absent for the first. */
  readonly by?: 'AUTOMATIC' | 'ON_DEMAND' | undefined
  /** True when imported bytes were deleted or ran out. */
  readonly isGone?: boolean | undefined
  readonly expiresAt?: number | undefined
  readonly description?: string | undefined
}

/** Multi-Region: the same in the record of every member. */
export interface Family {
  readonly primary: string
  readonly regions: readonly string[]
}

export interface RotationPlan {
  readonly periodDays: number
  readonly nextAt: number
}

/** A key without its material. Instants are milliseconds since 1970. */
export interface KeyRecord {
  readonly id: string
  readonly spec: KeySpec
  readonly usage: KeyUsageType
  readonly origin: 'AWS_KMS' | 'EXTERNAL'
  readonly description: string
  readonly createdAt: number
  readonly enabled: boolean
  /** `dueAt` is absent for a primary key that waits for its replicas to go first. */
  readonly deletion?:
    | { readonly windowDays: number; readonly dueAt?: number | undefined }
    | undefined
  /** The key policy, as it was put; absent while it is the default one. */
  readonly policy?: string | undefined
  readonly tags: readonly Tag[]
  /** `alias/...` of those that point here. */
  readonly aliases: readonly string[]
  /** The service for which AWS would manage this key. */
  readonly service?: string | undefined
  /** True once a grant was made: only then are grantees looked up. */
  readonly isGranted?: boolean | undefined
  readonly current?: string | undefined
  /** In the order in which they came. */
  readonly backings: readonly Backing[]
  readonly rotation?: RotationPlan | undefined
  readonly onDemandCount?: number | undefined
  readonly family?: Family | undefined
}

/** Key material, sealed once more, so that no cached record holds it open. */
export interface MaterialRecord {
  readonly sealed: string
  /** SubjectPublicKeyInfo of an asymmetric key. */
  readonly publicKey?: string | undefined
}

export interface AliasRecord {
  readonly name: string
  readonly keyId: string
  readonly createdAt: number
  readonly changedAt: number
}

export interface GrantRecord {
  readonly id: string
  readonly keyId: string
  readonly name?: string | undefined
  readonly grantee: string
  readonly retiree?: string | undefined
  readonly issuer: AccountId
  readonly operations: readonly GrantOperation[]
  readonly constraints?: GrantConstraints | undefined
  readonly createdAt: number
}

/** What the clock alone brings about. */
export type DueKind = 'delete' | 'rotate' | 'expire'

export interface Due {
  readonly at: number
  readonly kind: DueKind
  readonly shelf: Shelf
  readonly keyId: string
}
