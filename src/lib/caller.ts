/** Who calls, from where, about what: facts that identity proved and nobody may forge. */
import type { AccountId, Arn } from './brand.ts'

export type CallerKind = 'root' | 'user' | 'role-session' | 'federated-user' | 'service'

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
  readonly tags: Readonly<Record<string, string>>
}

/** The connection that a request came by. */
export interface Origin {
  readonly sourceIp: string
  readonly userAgent: string
  /** True when the request came by TLS to us or to a front that we were told of. */
  readonly secure: boolean
  readonly host: string
  readonly tls?: { readonly version: string; readonly cipher: string }
}
