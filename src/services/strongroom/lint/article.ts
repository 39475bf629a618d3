/** What lint looks at, as the house gathers it: secrets, access keys, and the texts of policies. */
import type { AccountId } from '../../../lib/brand.ts'
import type { PolicyKind } from '../../../policy/document.ts'
import type { Desk } from '../../operation.ts'

/** Kinds of things, in the order in which they are gone through. */
export const stages = [
  'secrets',
  'kms-keys',
  'root',
  'users',
  'roles',
  'groups',
  'policies',
] as const
export type Stage = (typeof stages)[number]

/** The text of a policy and what it stands on. */
export interface PolicyText {
  /** The ARN of what it is attached to, or its own. */
  readonly where: string
  /** Its name, where what it is attached to can have several. */
  readonly name?: string
  readonly kind: PolicyKind
  readonly text: string
}

/** A secret that was not deleted. Instants are milliseconds since 1970. */
export interface SecretFacts {
  readonly arn: string
  readonly createdAt: number
  /** To the day. */
  readonly lastReadAt?: number | undefined
  readonly isReplica: boolean
  readonly rotates: boolean
  /** By when it should have been rotated. */
  readonly rotatesBy?: number | undefined
}

/** A long-term access key. */
export interface KeyFacts {
  readonly id: string
  /** The ARN of its user, or of root. */
  readonly owner: string
  readonly isActive: boolean
  readonly createdAt: number
  readonly lastUsedAt?: number | undefined
}

/** Some of the things of one stage. */
export interface Articles {
  readonly policies: readonly PolicyText[]
  readonly secrets: readonly SecretFacts[]
  readonly keys: readonly KeyFacts[]
  /** Where the stage goes on; absent at its end. */
  readonly next: string | undefined
}

/** The house's inventory; IAM, KMS and Secrets Manager stand behind it. */
export interface Inventory {
  articles(
    attempt: Desk['attempt'],
    shelf: { readonly account: AccountId; readonly region: string },
    stage: Stage,
    page: { readonly after: string | undefined; readonly itemsMax: number },
  ): Promise<Articles>
  /** Whether this deployment has an account of that id. */
  hasAccount(attempt: Desk['attempt'], account: AccountId): boolean
  /** Whether a user or role that a policy names by ARN or unique id is there. */
  hasPrincipal(attempt: Desk['attempt'], name: string): boolean
}
