/**
 * Credentials for a role, for whom an identity provider vouches. Nobody signs this call: the token
 * was verified before it came here.
 *
 * https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRoleWithWebIdentity.html
 */
import type { WebIdentity } from '../../lib/caller.ts'
import { issue } from './issue.ts'
import {
  assumeContext,
  assumedUser,
  findRole,
  mustAlsoAllow,
  mustBeShort,
  secondsDefault,
} from './role.ts'
import { fault, operation, type Rooms } from './service.ts'
import { packedSize, readSessionPolicies } from './session-policies.ts'
import { noProvider } from './web-identity.ts'

export const assumeRoleWithWebIdentity = operation('AssumeRoleWithWebIdentity', {
  action: 'sts:AssumeRoleWithWebIdentity',

  touches(look, { RoleArn: arn, RoleSessionName: sessionName }) {
    const identity = mustBeTrusted(look)
    const { sourceIdentity } = identity
    const context = {
      ...claimContext(identity),
      ...assumeContext({ sessionName, sourceIdentity, tags: identity }),
    }
    return findRole(look, { arn, context, refused: denied })
  },

  run(rooms, input, subject) {
    const { RoleSessionName: sessionName, DurationSeconds: seconds = secondsDefault } = input
    const { tags, transitiveTagKeys, sourceIdentity, ...identity } = identityOf(rooms)
    const sessionTags = { tags, transitiveTagKeys }
    mustAlsoAllow(rooms, subject, sessionTags, sourceIdentity)
    mustBeShort(subject, seconds)
    const { account, role } = subject
    const policies = readSessionPolicies(rooms, account, input)
    const packed = packedSize(policies, sessionTags)
    const source = sourceIdentity !== undefined && { sourceIdentity }
    const terms = {
      kind: 'role-session',
      account,
      roleName: role.name,
      roleId: role.roleId,
    } as const
    const federated = { federatedProvider: rooms.caller.arn, ...source }

    return {
      Credentials: issue(
        rooms,
        { ...terms, sessionName, ...policies, ...sessionTags, ...federated },
        seconds,
      ),
      SubjectFromWebIdentityToken: identity.subject,
      AssumedRoleUser: assumedUser(subject, sessionName),
      PackedPolicySize: packed > 0 ? packed : undefined,
      Provider: rooms.caller.arn,
      Audience: identity.audience,
      SourceIdentity: sourceIdentity,
    }
  },
})

const denied = (action: string) =>
  fault('AccessDeniedException', `Not authorized to perform ${action}`)

/** Throws for a caller that signed instead of bringing a token. */
function identityOf({ caller }: Rooms): WebIdentity {
  if (caller.webIdentity) return caller.webIdentity
  throw denied('sts:AssumeRoleWithWebIdentity')
}

/** The provider as it is at this attempt: one that was removed since the token was verified vouches for nobody. */
function mustBeTrusted(look: Rooms): WebIdentity {
  const identity = identityOf(look)
  const { account, arn } = look.caller
  const provider = look.identities.findOidcProvider(look.look, account, arn)
  if (provider?.clientIds.includes(identity.audience)) return identity
  throw noProvider(`https://${identity.issuer}`)
}

/** `token.actions.githubusercontent.com:sub` and its like. */
const claimContext = ({ issuer, claims }: WebIdentity) =>
  Object.fromEntries(Object.entries(claims).map(([name, value]) => [`${issuer}:${name}`, value]))
