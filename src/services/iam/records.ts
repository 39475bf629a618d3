/**
 * What IAM keeps. Identities and policies live under their unique ids and refer to each other by
 * those, so that a rename moves nothing and a name given again inherits nothing.
 *
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_identifiers.html
 */
import type { AccountId } from '../../lib/brand.ts'

export interface Tag {
  readonly Key: string
  readonly Value: string
}

/** What everything has that IAM names. Instants are milliseconds since 1970. */
interface Named {
  /** The unique id: `AIDA...` and the like. */
  readonly id: string
  readonly account: AccountId
  readonly name: string
  readonly path: string
  readonly createdAt: number
}

/** A managed policy as an identity holds on to it. */
export interface Attached {
  readonly id: string
  readonly arn: string
}

/** What users, groups and roles share: policies of their own, and managed ones attached. */
interface Holder extends Named {
  /** Inline policies by name, as they were put. */
  readonly policies: Readonly<Record<string, string>>
  readonly attached: readonly Attached[]
}

/** A user with everything that a decision about it reads, or the ids of it. */
export interface UserRecord extends Holder {
  readonly kind: 'user'
  readonly tags: readonly Tag[]
  readonly boundary?: Attached | undefined
  readonly accessKeyIds: readonly string[]
  readonly groupIds: readonly string[]
}

export interface GroupRecord extends Holder {
  readonly kind: 'group'
}

export interface RoleRecord extends Holder {
  readonly kind: 'role'
  readonly tags: readonly Tag[]
  readonly boundary?: Attached | undefined
  readonly description?: string | undefined
  readonly maxSessionSeconds: number
  readonly trust: TrustRecord
}

/** A trust policy as it was put, with the unique ids of the identities that it names. */
export interface TrustRecord {
  readonly text: string
  /** What stands in the text, and whom it meant when it was put. */
  readonly meant: Readonly<Record<string, string>>
}

export interface PolicyVersionRecord {
  /** `v1`, `v2` and so on; numbers are not used again. */
  readonly id: string
  readonly text: string
  readonly createdAt: number
}

/** A managed policy with its versions, newest last. */
export interface PolicyRecord extends Named {
  readonly kind: 'policy'
  readonly changedAt: number
  readonly description?: string | undefined
  readonly tags: readonly Tag[]
  readonly defaultVersionId: string
  readonly versionsMade: number
  readonly versions: readonly PolicyVersionRecord[]
}

export interface ProfileRecord extends Named {
  readonly kind: 'profile'
  readonly tags: readonly Tag[]
  readonly roleId?: string | undefined
}

/** Everything that has a unique id and a name. */
export interface Records {
  readonly user: UserRecord
  readonly group: GroupRecord
  readonly role: RoleRecord
  readonly policy: PolicyRecord
  readonly profile: ProfileRecord
}

export type Kind = keyof Records
export type AnyRecord = Records[Kind]
export type HolderRecord = UserRecord | GroupRecord | RoleRecord
export type HolderKind = HolderRecord['kind']
/** Who may be bounded. */
export type BoundedRecord = UserRecord | RoleRecord

export type KeyStatus = 'Active' | 'Inactive'

/** Whose the keys of an account's root are. */
export const rootOwner = 'root'

/** A long-term access key. Its secret is sealed once more, so that no cached record holds it open. */
export interface AccessKeyRecord {
  readonly id: string
  readonly account: AccountId
  /** The user's unique id, or `rootOwner`. Said, not left out: a record that lost it opens nothing. */
  readonly owner: string
  readonly status: KeyStatus
  readonly createdAt: number
  readonly secret: string
}

/** An account: its root's access keys and its settings. Whoever adds a key writes this record, too. */
export interface AccountRecord {
  readonly createdAt: number
  readonly rootAccessKeyIds: readonly string[]
  readonly alias?: string | undefined
  readonly passwordPolicy?: PasswordPolicyRecord | undefined
}

export interface PasswordPolicyRecord {
  readonly charsMin: number
  readonly needsSymbol: boolean
  readonly needsNumber: boolean
  readonly needsUpperCase: boolean
  readonly needsLowerCase: boolean
  readonly usersMayChange: boolean
  readonly ageDaysMax?: number | undefined
  readonly remembered?: number | undefined
  readonly hardExpiry?: boolean | undefined
}

/** A password, stretched by scrypt; its parameters stand with it so that they can grow. */
export interface PasswordRecord {
  readonly salt: string
  readonly hash: string
  readonly cost: number
  readonly blockSize: number
  readonly parallelization: number
}

/** A user's way into the console, under the user's unique id. */
export interface LoginRecord {
  readonly createdAt: number
  readonly mustReset: boolean
  readonly changedAt: number
  readonly password: PasswordRecord
  /** Earlier ones, newest first, as far as the account's policy remembers them. */
  readonly before: readonly PasswordRecord[]
}

/** An OpenID Connect issuer that the account trusts. */
export interface ProviderRecord {
  /** Without `https://`, as it stands in the ARN. */
  readonly url: string
  readonly clientIds: readonly string[]
  readonly thumbprints: readonly string[]
  readonly createdAt: number
  readonly tags: readonly Tag[]
}

/** A report that was asked for: about whom. What it says is found out when it is read. */
export interface AccessJobRecord {
  readonly arn: string
  readonly createdAt: number
}
