/**
 * A role that somebody wants to assume. Its trust policy is decided on as a resource's policy; a role
 * that is not there is refused in the very words of one that does not trust the caller.
 *
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_terms-and-concepts.html
 */
import { isAccountId, parseArn } from '../../lib/arn.ts'
import type { AccountId } from '../../lib/brand.ts'
import type { Fault } from '../../lib/fault.ts'
import type { ContextValue } from '../../policy/context.ts'
import { Absent, type Subject } from '../operation.ts'
import { fault, type RoleFacts, type Rooms } from './service.ts'
import { type SessionTags, tagContext } from './session-tags.ts'

export const secondsDefault = 3600

export interface Role extends Subject {
  readonly role: RoleFacts
}

/** The account and the name in a role's ARN. Throws ValidationException. */
export function parseRoleArn(arn: string): { account: AccountId; name: string } {
  const { partition, service, region, account = '', resource = '' } = parseArn(arn) ?? {}
  const isRole = service === 'iam' && region === '' && resource.startsWith('role/')
  if (partition !== 'aws' || !isRole || !isAccountId(account)) {
    throw fault('ValidationException', `${arn} is invalid`)
  }
  return { account, name: resource.slice(resource.lastIndexOf('/') + 1) }
}

interface Asked {
  readonly arn: string
  readonly context: Readonly<Record<string, ContextValue>>
  /** How the refusal of an action reads. */
  readonly refused: (action: string) => Fault
}

/** The role, or its absence, as what is decided on. */
export function findRole(
  { identities, look }: Pick<Rooms, 'identities' | 'look'>,
  { arn, context, refused }: Asked,
): Role | Absent {
  const { account, name } = parseRoleArn(arn)
  const role = identities.findRole(look, account, name)
  // Nobody is admitted to a role without a trust policy: the fault of this absence is never reached.
  if (role?.arn !== arn) {
    return new Absent({ arn, account, shown: arn, context, refused }, refused('sts:AssumeRole'))
  }
  const own = { ...context, ...roleTagContext(role) }
  return { arn, account, role, policy: role.trust, context: own, refused, type: 'AWS::IAM::Role' }
}

const roleTagContext = ({ tags }: RoleFacts) =>
  Object.fromEntries(
    Object.entries(tags).flatMap(([key, value]) => [
      [`aws:ResourceTag/${key}`, value],
      [`iam:ResourceTag/${key}`, value],
    ]),
  )

/** The condition keys that assuming a role adds, by whichever way. */
export const assumeContext = (asked: {
  readonly sessionName: string
  readonly sourceIdentity: string | undefined
  readonly tags: SessionTags
}): Record<string, ContextValue> => ({
  'sts:RoleSessionName': asked.sessionName,
  ...(asked.sourceIdentity !== undefined && { 'sts:SourceIdentity': asked.sourceIdentity }),
  ...tagContext(asked.tags),
})

/** Throws unless the trust policy also lets the session be tagged and its source named, where it is. */
export function mustAlsoAllow(
  { refusal }: Rooms,
  role: Role,
  { tags }: SessionTags,
  sourceIdentity: string | undefined,
): void {
  const isTagged = Object.keys(tags).length > 0
  const refused =
    (isTagged && refusal('sts:TagSession', role)) ||
    (sourceIdentity !== undefined && refusal('sts:SetSourceIdentity', role))
  if (refused) throw refused
}

/** Throws ValidationException for a session that the role does not allow to be so long. */
export function mustBeShort({ role }: Role, seconds: number): void {
  if (seconds <= role.maxSessionSeconds) return
  throw fault(
    'ValidationException',
    'The requested DurationSeconds exceeds the MaxSessionDuration set for this role.',
  )
}

/** The session's user, as answers show it. */
export const assumedUser = ({ account, role }: Role, sessionName: string) => ({
  AssumedRoleId: `${role.roleId}:${sessionName}`,
  Arn: `arn:aws:sts::${account}:assumed-role/${role.name}/${sessionName}`,
})
