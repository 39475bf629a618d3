/** Who calls, from where, about what: facts that identity proved and nobody may forge. */
import type { AccountId, Arn } from './brand.ts'

export type CallerKind =
  | 'root'
  | 'user'
  | 'role-session'
  | 'federated-user'
  | 'web-identity'
  | 'service'

/** Who gave a session: the role, or the user or root that asked for it. */
export interface SessionIssuer {
  readonly type: 'Role' | 'IAMUser' | 'Root'
  readonly arn: Arn
  readonly principalId: string
  readonly userName?: string
}

/** What temporary credentials add to their caller. */
export interface CallerSession {
  /** Milliseconds since 1970. */
  readonly issuedAt: number
  /** Absent for a user's or root's own session. */
  readonly issuer?: SessionIssuer
  /** The name of a role session or of a federated user. */
  readonly name?: string
  readonly sourceIdentity?: string
  readonly federatedProvider?: string
  /** Tags that go along when another role is assumed, a part of the caller's own. */
  readonly transitiveTagKeys: readonly string[]
}

/** What an identity provider's token says of whoever brought it. */
export interface WebIdentity {
  /** The host, and path if any, of the issuer: `token.actions.githubusercontent.com`. */
  readonly issuer: string
  readonly subject: string
  readonly audience: string
  /** Condition keys without the issuer in front: aud, sub, amr and the like. */
  readonly claims: Readonly<Record<string, string | readonly string[]>>
  readonly tags: Readonly<Record<string, string>>
  readonly transitiveTagKeys: readonly string[]
  readonly sourceIdentity?: string
}

/** On whose behalf a service of the house itself calls. Conditions see it; nothing on the wire sets it. */
export interface ServiceSource {
  /** The resource for which it acts: aws:SourceArn. */
  readonly arn?: string
  /** The account that resource belongs to: aws:SourceAccount. */
  readonly account: AccountId
}

export interface Caller {
  readonly kind: CallerKind
  readonly account: AccountId
  readonly arn: Arn
  /** The unique id: `AIDA...` of a user, `AROA...:session` of a session, the account of its root. */
  readonly principalId: string
  readonly userName?: string
  /** The ARN of the role behind a session. */
  readonly roleArn?: Arn
  /** Absent for a service that acts on its own. */
  readonly accessKeyId?: string
  /** The tags of the principal, with those of its session. */
  readonly tags: Readonly<Record<string, string>>
  /** Present with temporary credentials only. */
  readonly session?: CallerSession
  /** Present for somebody whom an identity provider vouches for: `arn` is the provider's. */
  readonly webIdentity?: WebIdentity
  /** Present for a service that acts on its own: `arn` is its principal, `lambda.amazonaws.com`. */
  readonly source?: ServiceSource
}

/** The connection that a request came by. */
export interface Origin {
  readonly sourceIp: string
  readonly userAgent: string
  /** As the sender says, as AWS takes it: nothing to rest a permission on. */
  readonly referer?: string
  /** True when the request came by TLS to us or to a front that we were told of. */
  readonly secure: boolean
  readonly host: string
  readonly tls?: { readonly version: string; readonly cipher: string }
}
