/**
 * Credentials for a role, for whom its trust policy names.
 *
 * https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRole.html
 */
import type { AssumeRoleRequest } from '../../contract/generated/sts.ts'
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
import { inheritTags, readTags } from './session-tags.ts'

export const assumeRole = operation('AssumeRole', {
  action: 'sts:AssumeRole',

  touches(look, input) {
    mustBeOffered(input)
    const { caller } = look
    if (caller.kind === 'root') throw denied('Roles may not be assumed by root accounts.')
    const asked = { sessionName: input.RoleSessionName, sourceIdentity: sourceOf(look, input) }
    const external = input.ExternalId !== undefined && { 'sts:ExternalId': input.ExternalId }
    const context = { ...assumeContext({ ...asked, tags: readTags(input) }), ...external }
    const refused = (action: string) =>
      denied(
        `User: ${caller.arn} is not authorized to perform: ${action} on resource: ${input.RoleArn}`,
      )
    return findRole(look, { arn: input.RoleArn, context, refused })
  },

  run(rooms, input, subject) {
    const { RoleSessionName: sessionName, DurationSeconds: seconds = secondsDefault } = input
    const tags = inheritTags(rooms.caller, readTags(input))
    const sourceIdentity = sourceOf(rooms, input)
    mustAlsoAllow(rooms, subject, tags, sourceIdentity)
    mustChainBriefly(rooms, seconds)
    mustBeShort(subject, seconds)
    const { account, role } = subject
    const policies = readSessionPolicies(rooms, account, input)
    const packed = packedSize(policies, tags)
    const source = sourceIdentity !== undefined && { sourceIdentity }
    const terms = {
      kind: 'role-session',
      account,
      roleName: role.name,
      roleId: role.roleId,
    } as const

    return {
      Credentials: issue(
        rooms,
        { ...terms, sessionName, ...policies, ...tags, ...source },
        seconds,
      ),
      AssumedRoleUser: assumedUser(subject, sessionName),
      PackedPolicySize: packed > 0 ? packed : undefined,
      SourceIdentity: sourceIdentity,
    }
  },
})

const denied = (words: string) => fault('AccessDeniedException', words)

/** There are no MFA devices and no trusted token issuers here: refused, never taken and ignored. */
function mustBeOffered({ SerialNumber, TokenCode, ProvidedContexts }: AssumeRoleRequest): void {
  if (SerialNumber !== undefined || TokenCode !== undefined) {
    throw denied('MultiFactorAuthentication failed: there are no MFA devices here.')
  }
  if (ProvidedContexts !== undefined && ProvidedContexts.length > 0) {
    throw fault('ValidationException', 'ProvidedContexts is not supported here.')
  }
}

/** A source identity stays with whatever is assumed from its session, and cannot be changed. */
function sourceOf({ caller }: Rooms, { SourceIdentity: asked }: AssumeRoleRequest) {
  const own = caller.session?.sourceIdentity
  if (own !== undefined && asked !== undefined && own !== asked) {
    throw denied('SourceIdentity cannot be changed once it is set.')
  }
  return own ?? asked
}

const chainedSecondsMax = 3600

function mustChainBriefly({ caller }: Rooms, seconds: number): void {
  if (caller.kind !== 'role-session' || seconds <= chainedSecondsMax) return
  throw fault(
    'ValidationException',
    'The requested DurationSeconds exceeds the 1 hour session limit for roles assumed by role chaining.',
  )
}
