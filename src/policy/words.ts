/**
 * A refusal in AWS's words. Tools and people search for these sentences.
 *
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/troubleshoot_access-denied.html
 */
import type { Decision, Missing, Question } from './decide.ts'
import type { Principal } from './principal.ts'
import type { PolicyKind } from './statement.ts'

type Refusal = Exclude<Decision, { outcome: 'allow' }>

const missingWords: Readonly<Record<Exclude<Missing, 'budget'>, string>> = {
  identity: 'identity-based policy',
  resource: 'resource-based policy',
  boundary: 'permissions boundary',
  session: 'session policy',
  endpoint: 'VPC endpoint policy',
}

const denyWords: Readonly<Record<PolicyKind, string>> = {
  identity: 'an identity-based policy',
  resource: 'a resource-based policy',
  key: 'a resource-based policy',
  trust: 'a resource-based policy',
  boundary: 'a permissions boundary',
  session: 'a session policy',
  endpoint: 'a VPC endpoint policy',
}

/**
 * The sentence for a refusal. `shown` is the resource as the caller wrote it: for a thing that does
 * not exist AWS repeats the id it was given, so that absence is not told. An action without resource
 * is refused without one.
 */
export function denialWords(
  question: Pick<Question, 'principal' | 'action' | 'resource'>,
  refusal: Refusal,
  shown: string = question.resource,
): string {
  const { principal, action } = question
  const on = shown === '*' ? '' : ` on resource: ${shown}`
  const start = `User: ${nameOf(principal)} is not authorized to perform: ${action}${on}`
  return `${start} ${reasonOf(refusal, action)}`
}

function reasonOf(refusal: Refusal, action: string): string {
  if (refusal.outcome === 'explicitDeny') {
    return `with an explicit deny in ${denyWords[refusal.by.policy.kind]}`
  }
  if (refusal.missing === 'budget') return 'because the policies take too long to evaluate'
  return `because no ${missingWords[refusal.missing]} allows the ${action} action`
}

function nameOf(principal: Principal): string {
  if ('arn' in principal) return principal.arn
  if (principal.kind === 'service') return principal.service
  return principal.kind === 'provider' ? principal.provider : 'anonymous'
}
