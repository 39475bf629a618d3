/**
 * Temporary credentials: what their sealed token says of them. Whoever holds such credentials carries
 * this along with each request; nothing of it is kept in the store.
 *
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/id_credentials_temp.html
 */
import type { AccountId } from './brand.ts'

export type SessionKind = 'role-session' | 'federated-user' | 'user-session' | 'root-session'

export interface Session {
  /** `ASIA...` */
  readonly accessKeyId: string
  readonly account: AccountId
  readonly kind: SessionKind
  /** The role behind a role session, and its id: a role made anew under the name is another. */
  readonly roleName?: string
  readonly roleId?: string
  /** The user behind a user session or a federated user; absent where the account's root is. */
  readonly userName?: string
  readonly userId?: string
  /** The name of a role session or of a federated user. */
  readonly sessionName?: string
  /** Milliseconds since 1970. */
  readonly issuedAt: number
  readonly expiresAt: number
  /** Session policies: documents, and ARNs of managed policies. */
  readonly policies: readonly string[]
  readonly policyArns: readonly string[]
  readonly tags: Readonly<Record<string, string>>
  /** The keys of tags that go along when another role is assumed. */
  readonly transitiveTagKeys: readonly string[]
  readonly sourceIdentity?: string
  readonly federatedProvider?: string
}
