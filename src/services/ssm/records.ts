/** What Parameter Store keeps. Instants are milliseconds since 1970. */
import type { AccountId } from '../../lib/brand.ts'

/** Where a parameter lives: an account's region. */
export interface Shelf {
  readonly account: AccountId
  readonly region: string
}

/** A name as keys and ARNs have it: `x` and `/x` are the same parameter. */
export const keyName = (name: string): string => (name.startsWith('/') ? name : `/${name}`)

export interface Tag {
  readonly Key: string
  readonly Value: string
}

export type ParameterType = 'String' | 'StringList' | 'SecureString'
export type Tier = 'Standard' | 'Advanced'

/** What one version says of itself. */
export interface Facts {
  readonly type: ParameterType
  readonly tier: Tier
  readonly dataType: string
  readonly description?: string | undefined
  readonly allowedPattern?: string | undefined
  /** As the caller named it; of a SecureString alone. */
  readonly keyId?: string | undefined
  /** The parameter's policies, as they were put. */
  readonly policies?: string | undefined
  readonly changedAt: number
  /** The ARN of who put it. */
  readonly changedBy: string
}

/** A label and the version that it is attached to. */
export interface Label {
  readonly name: string
  readonly on: number
}

/** A parameter without its values: its newest version's facts, and what holds for all of them. */
export interface ParameterRecord extends Facts {
  /** As it was made: `/x` and `x` are the same parameter. */
  readonly name: string
  /** The newest version. */
  readonly version: number
  /** The oldest that is kept. */
  readonly oldest: number
  /** No label twice: it is on one version. */
  readonly labels: readonly Label[]
  readonly tags: readonly Tag[]
  readonly duties: readonly Duty[]
}

/** One version with its value: the text itself, or in base64 what KMS sealed. */
export interface VersionRecord extends Facts {
  readonly version: number
  readonly value: string
}

/** What a policy wants done at an instant. */
export interface Duty {
  readonly at: number
  readonly type: 'Expiration' | 'ExpirationNotification' | 'NoChangeNotification'
  /** The policy's own text, for the event. */
  readonly content: string
}
