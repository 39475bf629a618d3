/**
 * The least that would have to change for a refused question to be allowed: statements to add, each
 * for this action on this resource alone, and Denies to narrow. Each step is tried on the question
 * itself, so that the steps together are known to be enough.
 */
import { type CompiledPolicy, compilePolicy, type Vote } from './compile.ts'
import { type Decision, decide, inquiryOf, type Missing, type Question } from './decide.ts'
import { readPolicy } from './document.ts'
import { type Miss, missesOf } from './inquiry.ts'
import { Exhausted } from './pattern.ts'
import type { PolicyKind } from './statement.ts'

export type Remedy = Addition | Narrowing

/** A statement that some policy of this kind must have. */
export interface Addition {
  readonly step: 'add'
  readonly kind: PolicyKind
  /** The statement as a policy of its own, JSON text. */
  readonly document: string
  /** A statement that is there and lacks only this. */
  readonly near?: { readonly vote: Vote; readonly miss: Miss }
}

/** A Deny that must not apply any more. */
export interface Narrowing {
  readonly step: 'narrow'
  readonly by: Vote
}

const stepsMax = 16

/** The steps, none for what is allowed; `undefined` if no policy could help. */
export function remediesFor(question: Question): readonly Remedy[] | undefined {
  const remedies: Remedy[] = []
  let asked = question
  for (let step = 0; step < stepsMax; step++) {
    const decision = decide(asked)
    if (decision.outcome === 'allow') return remedies
    const remedy = remedyFor(asked, decision)
    if (!remedy || isRepeated(remedies, remedy)) return undefined
    remedies.push(remedy)
    asked = remedied(asked, remedy)
  }
  return undefined
}

/** What was added already and is still missing cannot be had by policies. */
const isRepeated = (remedies: readonly Remedy[], remedy: Remedy): boolean =>
  remedy.step === 'add' && remedies.some((each) => each.step === 'add' && each.kind === remedy.kind)

function remedyFor(
  question: Question,
  decision: Exclude<Decision, { outcome: 'allow' }>,
): Remedy | undefined {
  if (decision.outcome === 'explicitDeny') return { step: 'narrow', by: decision.by }
  if (decision.missing === 'budget') return undefined
  const kind = kindOf(question, decision.missing)
  const document = documentFor(question, kind)
  const near = nearestIn(question, kind)
  return document === undefined ? undefined : { step: 'add', kind, document, ...(near && { near }) }
}

function kindOf(
  { resourcePolicy, resource, action }: Question,
  missing: Exclude<Missing, 'budget'>,
): PolicyKind {
  if (missing !== 'resource') return missing
  if (resourcePolicy) return resourcePolicy.source.kind
  if (action.toLowerCase().startsWith('kms:') && resource.includes(':key/')) return 'key'
  return resource.includes(':role/') && /^sts:/i.test(action) ? 'trust' : 'resource'
}

const withPrincipal: ReadonlySet<PolicyKind> = new Set(['resource', 'key', 'trust'])

/** Policies that stand with their resource name it by `*`, and a role's trust not at all. */
function documentFor({ principal, action, resource }: Question, kind: PolicyKind) {
  const named = withPrincipal.has(kind)
  if (named && !('account' in principal)) return undefined
  const who =
    principal.kind === 'role-session' ? principal.roleArn : 'arn' in principal && principal.arn
  const statement = {
    Effect: 'Allow',
    ...(named && { Principal: { AWS: who } }),
    Action: action,
    ...(kind !== 'trust' && { Resource: named ? '*' : resource }),
  }
  return JSON.stringify({ Version: '2012-10-17', Statement: [statement] })
}

const policiesOfKind = (
  { identity, boundary, session = [], ...rest }: Question,
  kind: PolicyKind,
) =>
  [rest.resourcePolicy, rest.endpoint, boundary, ...identity, ...session].filter(
    (policy) => policy?.source.kind === kind,
  )

/** The Allow that lacks one thing only. */
function nearestIn(question: Question, kind: PolicyKind): Addition['near'] {
  const inquiry = inquiryOf(question)
  try {
    for (const policy of policiesOfKind(question, kind)) {
      for (const statement of policy?.allows ?? []) {
        const [miss, ...more] = missesOf(statement, inquiry)
        if (miss && more.length === 0) return { vote: statement.vote, miss }
      }
    }
  } catch (thrown) {
    if (!(thrown instanceof Exhausted)) throw thrown
  }
  return undefined
}

function remedied(question: Question, remedy: Remedy): Question {
  if (remedy.step === 'narrow') return changed(question, (policy) => without(policy, remedy.by))
  const { kind, document } = remedy
  const added = compilePolicy(readPolicy(document, kind), { kind, name: 'proposed' })
  const { identity, boundary, session = [], resourcePolicy, endpoint } = question
  if (kind === 'identity') return { ...question, identity: [...identity, added] }
  if (kind === 'session') return { ...question, session: [...session, added] }
  if (kind === 'boundary') return { ...question, boundary: joined(boundary, added) }
  if (kind === 'endpoint') return { ...question, endpoint: joined(endpoint, added) }
  return { ...question, resourcePolicy: joined(resourcePolicy, added) }
}

const joined = (policy: CompiledPolicy | undefined, added: CompiledPolicy): CompiledPolicy =>
  policy ? { ...policy, allows: [...policy.allows, ...added.allows] } : added

const without = (policy: CompiledPolicy, by: Vote): CompiledPolicy => ({
  ...policy,
  denies: policy.denies.filter(({ vote }) => vote !== by),
})

const changed = (
  { identity, boundary, session, resourcePolicy, endpoint, ...question }: Question,
  change: (policy: CompiledPolicy) => CompiledPolicy,
): Question => ({
  ...question,
  identity: identity.map(change),
  boundary: boundary && change(boundary),
  session: session?.map(change),
  resourcePolicy: resourcePolicy && change(resourcePolicy),
  endpoint: endpoint && change(endpoint),
})
