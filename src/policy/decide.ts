/**
 * The decision, in AWS's documented order. An explicit Deny in any policy wins. Then, in the
 * resource's own account, a resource policy that names the caller itself allows at once; one that
 * names its role allows within boundary and session policy; else identity policy, boundary and session
 * policy must all allow. Across accounts the resource policy and that whole chain must allow. A key
 * and a role trust nobody by themselves: their policy must name the caller or leave it to the account.
 *
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic.html
 * https://docs.aws.amazon.com/kms/latest/developerguide/key-policies.html
 */
import type { CompiledPolicy, CompiledStatement, Vote } from './compile.ts'
import type { Context } from './context.ts'
import { foldAscii } from './fold.ts'
import { applies, type Inquiry, openInquiry } from './inquiry.ts'
import { Exhausted } from './pattern.ts'
import type { AccountPrincipal, Grant, Principal } from './principal.ts'

/** May this caller do this to that? Absent policies are left out, not empty. */
export interface Question {
  readonly principal: Principal
  readonly action: string
  /** The ARN, or `*` for an action without one. */
  readonly resource: string
  readonly resourceAccount: string
  readonly context: Context
  /** Of the user with its groups, or of the role; for a federated user those of the federating user. */
  readonly identity: readonly CompiledPolicy[]
  readonly boundary?: CompiledPolicy | undefined
  readonly session?: readonly CompiledPolicy[] | undefined
  /** The resource's policy, key policy or trust policy. */
  readonly resourcePolicy?: CompiledPolicy | undefined
  readonly endpoint?: CompiledPolicy | undefined
  /** A KMS grant admits this call. Counts as a key policy that names the caller. */
  readonly grantAllows?: boolean | undefined
}

/** Which kind of policy did not allow; `budget`: the policies cost more than a decision may. */
export type Missing = 'identity' | 'resource' | 'boundary' | 'session' | 'endpoint' | 'budget'

/** An Allow without `by` is the root user's own power, or a KMS grant. */
export type Decision =
  | { readonly outcome: 'allow'; readonly by: Vote | undefined }
  | { readonly outcome: 'explicitDeny'; readonly by: Vote }
  | { readonly outcome: 'implicitDeny'; readonly missing: Missing }

export function decide(question: Question): Decision {
  const inquiry = inquiryOf(question)
  try {
    const deny = findDeny(question, inquiry)
    return deny ? { outcome: 'explicitDeny', by: deny.vote } : weigh(question, inquiry)
  } catch (error) {
    if (error instanceof Exhausted) return { outcome: 'implicitDeny', missing: 'budget' }
    throw error
  }
}

/** The question as statements see it. */
export const inquiryOf = (question: Question): Inquiry =>
  openInquiry({
    action: foldAscii(question.action),
    resource: question.resource,
    principal: question.principal,
    context: question.context,
    bounded: question.boundary !== undefined,
  })

function findDeny(question: Question, inquiry: Inquiry): CompiledStatement | undefined {
  const { endpoint, resourcePolicy, identity, boundary, session } = question
  return (
    (endpoint && firstOf(endpoint.denies, inquiry)) ??
    (resourcePolicy && firstOf(resourcePolicy.denies, inquiry)) ??
    firstAmong(identity, 'denies', inquiry) ??
    (boundary && firstOf(boundary.denies, inquiry)) ??
    (session && firstAmong(session, 'denies', inquiry))
  )
}

function firstOf(
  statements: readonly CompiledStatement[],
  inquiry: Inquiry,
): CompiledStatement | undefined {
  for (const statement of statements) if (applies(statement, inquiry)) return statement
  return undefined
}

function firstAmong(
  policies: readonly CompiledPolicy[],
  effect: 'allows' | 'denies',
  inquiry: Inquiry,
): CompiledStatement | undefined {
  for (const policy of policies) {
    const found = firstOf(policy[effect], inquiry)
    if (found) return found
  }
  return undefined
}

const lacking = (missing: Missing): Decision => ({ outcome: 'implicitDeny', missing })
const allow = (by: Vote | undefined): Decision => ({ outcome: 'allow', by })

function weigh(question: Question, inquiry: Inquiry): Decision {
  const { principal, endpoint } = question
  if (endpoint && !firstOf(endpoint.allows, inquiry)) return lacking('endpoint')
  const admitted = findAdmission(question, inquiry)
  if (!('account' in principal)) return admitted ? allow(admitted.by) : lacking('resource')
  if (!isSamePartition(principal.arn, question.resource)) return lacking('resource')
  if (principal.account === question.resourceAccount) {
    if (admitted?.grant === 'direct') return allow(admitted.by)
    if (!admitted && mustAdmit(question, inquiry)) return lacking('resource')
    return chain(question, inquiry, principal, admitted?.grant === 'role' ? admitted : undefined)
  }
  return admitted ? chain(question, inquiry, principal, undefined) : lacking('resource')
}

interface Admission {
  readonly grant: Grant
  readonly by: Vote | undefined
}

const rank: Readonly<Record<Grant, number>> = { account: 1, role: 2, direct: 3 }

/** The strongest Allow of the resource's policy, or the KMS grant. */
function findAdmission(question: Question, inquiry: Inquiry): Admission | undefined {
  if (question.grantAllows) return { grant: 'direct', by: undefined }
  let best: Admission | undefined
  for (const statement of question.resourcePolicy?.allows ?? []) {
    const grant = applies(statement, inquiry)
    if (!grant || (best && rank[grant] <= rank[best.grant])) continue
    best = { grant, by: statement.vote }
    if (grant === 'direct') break
  }
  return best
}

/** Identity policy (or what stands in for it), boundary and session policy, all of them. */
function chain(
  question: Question,
  inquiry: Inquiry,
  principal: AccountPrincipal,
  admitted: Admission | undefined,
): Decision {
  const own = admitted ? undefined : firstAmong(question.identity, 'allows', inquiry)
  if (!admitted && !own && !isSovereign(principal)) return lacking('identity')
  const { boundary, session = [] } = question
  if (boundary && !firstOf(boundary.allows, inquiry)) return lacking('boundary')
  const limited = session.length > 0 || principal.kind === 'federated-user'
  if (limited && !firstAmong(session, 'allows', inquiry)) return lacking('session')
  return allow(admitted?.by ?? own?.vote)
}

/** The root user needs no policy of its own; nor does, within its session policy, whom it federates. */
const isSovereign = (principal: AccountPrincipal): boolean =>
  principal.kind === 'root' ||
  (principal.kind === 'federated-user' && principal.federatingUserArn.endsWith(':root'))

/** Keys and roles: without a word in their own policy, IAM policies say nothing about them. */
function mustAdmit({ resourcePolicy, resource }: Question, { action }: Inquiry): boolean {
  const kind = resourcePolicy?.source.kind
  if (kind === 'key' || kind === 'trust') return true
  if (action.startsWith('kms:')) return resource.includes(':key/')
  return action.startsWith('sts:') && resource.includes(':role/')
}

/** `aws`, `aws-cn` and `aws-us-gov` do not trust each other, whatever a policy says. */
function isSamePartition(principalArn: string, resource: string): boolean {
  if (!resource.startsWith('arn:')) return true
  const end = resource.indexOf(':', 4) + 1
  return principalArn.startsWith(resource.slice(0, end))
}
