/**
 * What policies would say, asked of the very evaluator that decides about requests. Only what a call
 * gives is known: the keys that policies ask for and that nobody gave are told as missing.
 *
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/access_policies_testing-policies.html
 */
import type { AccountId } from '../../../lib/brand.ts'
import type { CompiledPolicy } from '../../../policy/compile.ts'
import { type Context, type ContextValue, contextOf } from '../../../policy/context.ts'
import type { Decision, Question } from '../../../policy/decide.ts'
import { type Explanation, explain } from '../../../policy/explain.ts'
import { foldAscii } from '../../../policy/fold.ts'
import type { Principal } from '../../../policy/principal.ts'
import { rootArn } from '../arns.ts'
import { cut, type PageInput, pageOf } from '../page.ts'
import { fault } from '../service.ts'
import { compileDelegation } from './delegation.ts'
import { keysOf } from './keys.ts'
import { type Range, statementRanges } from './positions.ts'
import { givenSources, type Source } from './sources.ts'

/** What both operations take. */
export interface SimulationInput extends PageInput {
  readonly ActionNames: readonly string[]
  readonly ResourceArns?: readonly string[] | undefined
  readonly ResourcePolicy?: string | undefined
  readonly ResourceOwner?: string | undefined
  readonly ContextEntries?: readonly ContextEntry[] | undefined
}

interface ContextEntry {
  readonly ContextKeyName?: string | undefined
  readonly ContextKeyValues?: readonly string[] | undefined
}

/** Who would ask, by which policies. */
export interface Asker {
  readonly principal: Principal & { readonly account: string }
  /** What is known of the asker without being given. */
  readonly known: Context
  readonly identity: readonly Source[]
  readonly boundary: readonly Source[]
}

const simulationsMax = 1000

/** The answer of both operations: a result for each action on each resource. */
export function simulate(asker: Asker, input: SimulationInput) {
  const { ActionNames, ResourceArns = ['*'] } = input
  const pairs = ActionNames.flatMap((action) =>
    ResourceArns.map((resource) => ({ action, resource })),
  )
  if (pairs.length > simulationsMax) {
    throw fault('InvalidInput', `At most ${simulationsMax} simulations can be asked for at once.`)
  }
  const { after, shownMax } = pageOf(input)
  const start = Number(after?.[0] ?? 0)
  const numbered = pairs.map((pair, at) => ({ ...pair, number: at + 1 })).slice(start)
  const { page, rest } = cut(numbered, shownMax, ({ number }) => [number])
  const frame = frameOf(asker, input)
  return { EvaluationResults: page.map((pair) => resultOf(frame, pair)), ...rest }
}

/** Everything about a simulation that is the same for each pair. */
interface Frame {
  readonly asker: Asker
  readonly context: Context
  readonly missing: readonly string[]
  readonly sources: ReadonlyMap<string, Source>
  readonly resourceAccount: string
  readonly resourcePolicy: CompiledPolicy | undefined
}

function frameOf(asker: Asker, input: SimulationInput): Frame {
  const given = input.ResourcePolicy === undefined ? [] : [input.ResourcePolicy]
  const resource = givenSources('ResourcePolicy', given, 'resource')
  const sources = [...asker.identity, ...asker.boundary, ...resource]
  const context = contextFor(asker, input.ContextEntries)
  const keys = keysOf(sources.map(({ document }) => document))
  return {
    asker,
    context,
    missing: keys.filter((key) => context.get(foldAscii(key)) === undefined),
    sources: new Map(sources.map((source) => [source.id, source])),
    resourceAccount: accountIn(input.ResourceOwner) ?? asker.principal.account,
    resourcePolicy: resource[0]?.policy,
  }
}

/** What was given stands before what is known. */
function contextFor({ known }: Asker, entries: readonly ContextEntry[] = []): Context {
  const given = contextOf(
    Object.fromEntries(
      entries.map(({ ContextKeyName = '', ContextKeyValues = [] }): [string, ContextValue] => {
        const [only = '', ...more] = ContextKeyValues
        return [ContextKeyName, more.length > 0 ? ContextKeyValues : only]
      }),
    ),
  )
  return { get: (key) => given.get(key) ?? known.get(key) }
}

const accountIn = (owner: string | undefined): string | undefined =>
  owner?.startsWith('arn:') ? owner.split(':')[4] : owner

interface Pair {
  readonly action: string
  readonly resource: string
}

function resultOf(frame: Frame, { action, resource }: Pair) {
  const { asker, context, resourceAccount } = frame
  const [boundary, ...more] = asker.boundary
  if (more.length > 0) throw fault('InvalidInput', 'There can be one permissions boundary only.')
  const question: Question = {
    principal: asker.principal,
    action,
    resource,
    resourceAccount,
    context,
    identity: asker.identity.map(({ policy }) => policy),
    boundary: boundary?.policy,
    // Without the resource's own policy its account is taken to leave the matter to IAM.
    resourcePolicy:
      frame.resourcePolicy ?? compileDelegation(rootArn(resourceAccount as AccountId)),
  }
  const explanation = explain(question)
  const decision = decisionWords[explanation.decision.outcome]
  const common = {
    MatchedStatements: matchedOf(frame, explanation),
    MissingContextValues: frame.missing,
    ...(boundary && boundaryDetail(explanation)),
  }
  return {
    EvalActionName: action,
    EvalResourceName: resource,
    EvalDecision: decision,
    ...common,
    EvalDecisionDetails: {},
    ResourceSpecificResults: [
      { EvalResourceName: resource, EvalResourceDecision: decision, ...common },
    ],
  }
}

const decisionWords = {
  allow: 'allowed',
  explicitDeny: 'explicitDeny',
  implicitDeny: 'implicitDeny',
} as const satisfies Record<Decision['outcome'], string>

/** The statements that made the decision. A boundary allows nothing, it only does not forbid. */
function matchedOf({ sources }: Frame, { decision, statements }: Explanation) {
  if (decision.outcome === 'implicitDeny') return []
  const effect = decision.outcome === 'allow' ? 'Allow' : 'Deny'
  return statements.flatMap(({ vote, applied, effect: own }) => {
    const source = sources.get(vote.policy.name)
    const isVote = applied && own === effect && source !== undefined
    if (!isVote || (effect === 'Allow' && vote.policy.kind === 'boundary')) return []
    return [{ SourcePolicyId: source.id, ...policyType, ...rangeOf(source, vote.statement) }]
  })
}

/** What the service says, though its model lists other words. */
const policyType = { SourcePolicyType: 'IAM Policy' as 'none' }

const rangeOf = ({ text }: Source, statement: number): Range | undefined =>
  statementRanges(text)[statement]

function boundaryDetail({ statements }: Explanation) {
  const own = statements.filter(({ vote, applied }) => applied && vote.policy.kind === 'boundary')
  const denied = own.some(({ effect }) => effect === 'Deny')
  return {
    PermissionsBoundaryDecisionDetail: {
      AllowedByPermissionsBoundary: own.length > 0 && !denied,
    },
  }
}
