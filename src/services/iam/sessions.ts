/**
 * Who acts by temporary credentials, and what they may: the identity behind them as it is now, bounded
 * by the session policies that their token carries. A role made anew under its name has another id, so
 * that its predecessor's sessions end with it.
 *
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/access_policies.html#policies_session
 */
import type { Caller, CallerSession, SessionIssuer } from '../../lib/caller.ts'
import type { Session, SessionKind } from '../../lib/session.ts'
import type { CompiledPolicy } from '../../policy/compile.ts'
import { arnOf, federatedArn, rootArn, sessionArn } from './arns.ts'
import { managedPolicy, nothingAllowed, sessionPolicy } from './compiled.ts'
import { findManaged } from './managed.ts'
import { boundaryOf, permissionsOf } from './permissions.ts'
import type { RoleRecord, UserRecord } from './records.ts'
import { IdentityReader } from './store.ts'
import { mergedTags, tagValues } from './tags.ts'

/** A caller with the policies that are attached to it. */
export interface Authority {
  readonly caller: Caller
  readonly identity: readonly CompiledPolicy[]
  readonly boundary?: CompiledPolicy | undefined
  readonly session?: readonly CompiledPolicy[] | undefined
}

type Find = (identities: IdentityReader, session: Session) => Authority | undefined

/** The authority of a session; `undefined` if what it rests on is gone. */
export const authorityOf: Find = IdentityReader.derived((identities, session: Session) =>
  finders[session.kind](identities, session),
)

const ofRole: Find = (identities, session) => {
  const role = identities.get('role', session.roleId ?? '')
  if (!role) return undefined
  return {
    caller: roleCaller(session, role),
    identity: permissionsOf(identities, role),
    boundary: boundaryOf(identities, role),
    session: sessionPolicies(identities, session),
  }
}

/** GetSessionToken gives a user's own powers, and no session policies. */
const ofUser: Find = (identities, session) => {
  const user = identities.get('user', session.userId ?? '')
  return user && authorityOfUser(identities, user, session.accessKeyId, marksOf(session))
}

const ofRoot: Find = (_identities, session) => ({
  caller: rootCaller(session, marksOf(session)),
  identity: [],
})

/** At most what its user has and what its session policies allow: without any, nothing. */
const ofFederated: Find = (identities, session) => {
  const user = session.userId === undefined ? undefined : identities.get('user', session.userId)
  if (session.userId !== undefined && !user) return undefined
  return {
    caller: federatedCaller(session, user),
    identity: user ? permissionsOf(identities, user) : [],
    boundary: user && boundaryOf(identities, user),
    session: sessionPolicies(identities, session) ?? [],
  }
}

const finders: Readonly<Record<SessionKind, Find>> = {
  'role-session': ofRole,
  'user-session': ofUser,
  'root-session': ofRoot,
  'federated-user': ofFederated,
}

/** A user by a long-term key, or by a session of its own. */
export function authorityOfUser(
  identities: IdentityReader,
  user: UserRecord,
  accessKeyId: string,
  session?: CallerSession,
): Authority {
  return {
    caller: userCaller(user, accessKeyId, session),
    identity: permissionsOf(identities, user),
    boundary: boundaryOf(identities, user),
  }
}

const userCaller = (user: UserRecord, accessKeyId: string, session?: CallerSession): Caller => ({
  kind: 'user',
  account: user.account,
  arn: arnOf(user),
  principalId: user.id,
  userName: user.name,
  accessKeyId,
  tags: tagValues(user.tags),
  ...(session && { session }),
})

export const rootCaller = (
  { account, accessKeyId }: Pick<Session, 'account' | 'accessKeyId'>,
  session?: CallerSession,
): Caller => ({
  kind: 'root',
  account,
  arn: rootArn(account),
  principalId: account,
  accessKeyId,
  tags: {},
  ...(session && { session }),
})

function roleCaller(session: Session, role: RoleRecord): Caller {
  const { account, accessKeyId, sessionName = '' } = session
  const roleArn = arnOf(role)
  const issuer = { type: 'Role', arn: roleArn, principalId: role.id, userName: role.name } as const
  return {
    kind: 'role-session',
    account,
    arn: sessionArn(account, role.name, sessionName),
    principalId: `${role.id}:${sessionName}`,
    roleArn,
    accessKeyId,
    tags: mergedTags(tagValues(role.tags), session.tags),
    session: marksOf(session, issuer),
  }
}

function federatedCaller(session: Session, user: UserRecord | undefined): Caller {
  const { account, accessKeyId, sessionName = '' } = session
  const issuer: SessionIssuer = user
    ? { type: 'IAMUser', arn: arnOf(user), principalId: user.id, userName: user.name }
    : { type: 'Root', arn: rootArn(account), principalId: account }
  return {
    kind: 'federated-user',
    account,
    arn: federatedArn(account, sessionName),
    principalId: `${account}:${sessionName}`,
    accessKeyId,
    tags: mergedTags(user ? tagValues(user.tags) : {}, session.tags),
    session: marksOf(session, issuer),
  }
}

/** What temporary credentials add to their caller; never their secret. */
const marksOf = (session: Session, issuer?: SessionIssuer): CallerSession => ({
  issuedAt: session.issuedAt,
  transitiveTagKeys: session.transitiveTagKeys,
  ...(issuer && { issuer }),
  ...(session.sessionName !== undefined && { name: session.sessionName }),
  ...(session.sourceIdentity !== undefined && { sourceIdentity: session.sourceIdentity }),
  ...(session.federatedProvider !== undefined && { federatedProvider: session.federatedProvider }),
})

/** The session's policies, `undefined` if it was given none. */
function sessionPolicies(
  identities: IdentityReader,
  { account, policies, policyArns }: Session,
): readonly CompiledPolicy[] | undefined {
  if (policies.length === 0 && policyArns.length === 0) return undefined
  const compiled = policies.map(sessionPolicy)
  for (const arn of policyArns) {
    const policy = findManaged(identities, account, arn)
    compiled.push(policy ? managedPolicy.session(policy) : nothingAllowed)
  }
  return compiled
}
