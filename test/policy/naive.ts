/**
 * A second evaluator, written from the documentation's flow chart and from nothing of src/policy:
 * slow, recursive, plain. The compiled one must never differ from it.
 *
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic_policy-eval-denyallow.html
 */
export interface NaiveStatement {
  readonly Effect: 'Allow' | 'Deny'
  readonly Action?: readonly string[]
  readonly NotAction?: readonly string[]
  readonly Resource?: readonly string[]
  readonly NotResource?: readonly string[]
  readonly Principal?: '*' | { readonly AWS: readonly string[] }
  readonly NotPrincipal?: { readonly AWS: readonly string[] }
  readonly Condition?: Readonly<Record<string, Readonly<Record<string, readonly string[]>>>>
}

export interface NaivePolicy {
  readonly Version: '2012-10-17'
  readonly Statement: readonly NaiveStatement[]
}

export interface NaiveCaller {
  readonly kind: 'user' | 'role-session'
  readonly account: string
  /** Of the user, or of the session. */
  readonly arn: string
  readonly roleArn?: string
}

export interface NaiveQuestion {
  readonly caller: NaiveCaller
  readonly action: string
  readonly resource: string
  readonly resourceAccount: string
  /** Every condition key of the request, as policies write them. */
  readonly context: Readonly<Record<string, string | readonly string[]>>
  readonly identity: readonly NaivePolicy[]
  readonly boundary?: NaivePolicy | undefined
  readonly session?: NaivePolicy | undefined
  readonly resourcePolicy?: NaivePolicy | undefined
}

export type NaiveOutcome = 'allow' | 'explicitDeny' | 'implicitDeny'

/** The flow chart: deny evaluation, resource-based policies, identity, boundary, session. */
export function naiveDecision(question: NaiveQuestion): NaiveOutcome {
  const { identity, boundary, session, resourcePolicy } = question
  const all = [...identity, boundary, session, resourcePolicy].filter(
    (policy) => policy !== undefined,
  )
  const statements = all.flatMap((policy) => policy.Statement)
  if (statements.some((each) => each.Effect === 'Deny' && applies(each, question)))
    return 'explicitDeny'

  const isAllowed = (policy: NaivePolicy | undefined) =>
    policy === undefined ||
    policy.Statement.some((each) => each.Effect === 'Allow' && applies(each, question))
  const byIdentity = identity.some(isAllowed) && isAllowed(boundary) && isAllowed(session)
  const grants = (resourcePolicy?.Statement ?? [])
    .filter((each) => each.Effect === 'Allow' && applies(each, question))
    .map((each) => grantOf(each, question.caller))

  if (question.caller.account !== question.resourceAccount) {
    return grants.length > 0 && byIdentity ? 'allow' : 'implicitDeny'
  }
  if (byIdentity || grants.includes('itself')) return 'allow'
  const withinLimits = isAllowed(boundary) && isAllowed(session)
  return grants.includes('role') && withinLimits ? 'allow' : 'implicitDeny'
}

type Grant = 'itself' | 'role' | 'account'

/** Whom a resource policy's statement named when it applied to the caller. */
function grantOf({ Principal }: NaiveStatement, caller: NaiveCaller): Grant {
  if (Principal === undefined || Principal === '*') return 'itself'
  const named = Principal.AWS
  if (named.includes('*') || named.includes(caller.arn)) return 'itself'
  return caller.roleArn !== undefined && named.includes(caller.roleArn) ? 'role' : 'account'
}

function applies(statement: NaiveStatement, question: NaiveQuestion): boolean {
  return (
    actionFits(statement, question) &&
    resourceFits(statement, question) &&
    principalFits(statement, question) &&
    conditionsHold(statement, question)
  )
}

function actionFits({ Action, NotAction }: NaiveStatement, { action }: NaiveQuestion): boolean {
  const fits = (patterns: readonly string[]) =>
    patterns.some((pattern) => like(pattern.toLowerCase(), action.toLowerCase()))
  return Action ? fits(Action) : !fits(NotAction ?? [])
}

function resourceFits({ Resource, NotResource }: NaiveStatement, question: NaiveQuestion): boolean {
  const fits = (patterns: readonly string[]) =>
    patterns.some((pattern) => {
      const filled = fill(pattern, question)
      return filled !== undefined && arnLike(filled, question.resource)
    })
  return Resource ? fits(Resource) : !fits(NotResource ?? [])
}

function principalFits(statement: NaiveStatement, { caller, boundary }: NaiveQuestion): boolean {
  const { Principal, NotPrincipal, Effect } = statement
  const isNamed = (names: readonly string[]) =>
    names.some(
      (name) =>
        name === '*' ||
        name === caller.arn ||
        name === caller.roleArn ||
        name === caller.account ||
        name === `arn:aws:iam::${caller.account}:root`,
    )
  if (NotPrincipal) {
    // Documented: a Deny with NotPrincipal always hits whoever has a permissions boundary.
    if (Effect === 'Deny' && boundary !== undefined) return true
    return !isNotDenied(NotPrincipal.AWS, caller)
  }
  if (Principal === undefined || Principal === '*') return true
  return isNamed(Principal.AWS)
}

/** Documented: to exempt a session, the session, its role and its account must all be named. */
function isNotDenied(names: readonly string[], caller: NaiveCaller): boolean {
  const account =
    names.includes(caller.account) || names.includes(`arn:aws:iam::${caller.account}:root`)
  if (caller.kind === 'user') return names.includes(caller.arn) && account
  return names.includes(caller.arn) && names.includes(caller.roleArn ?? '') && account
}

/** A text with `{...}` markers where wildcards stand, so that values never become wildcards. */
type Filled = readonly (string | { readonly wild: '*' | '?' })[]

function fill(pattern: string, { context }: NaiveQuestion): Filled | undefined {
  const filled: (string | { wild: '*' | '?' })[] = []
  for (const piece of pattern.split(/(\$\{[^}]+\}|\*|\?)/).filter((each) => each !== '')) {
    if (piece === '*' || piece === '?') filled.push({ wild: piece })
    else if (piece.startsWith('${')) {
      const value = context[piece.slice(2, -1)]
      if (typeof value !== 'string') return undefined
      filled.push(...value)
    } else filled.push(...piece)
  }
  return filled
}

const plain = (pattern: string): Filled =>
  [...pattern].map((char) => (char === '*' || char === '?' ? { wild: char } : char))

const like = (pattern: string, text: string): boolean => matches(plain(pattern), [...text])

function matches(pattern: Filled, text: readonly string[]): boolean {
  const [first, ...rest] = pattern
  if (first === undefined) return text.length === 0
  if (typeof first === 'string') return text[0] === first && matches(rest, text.slice(1))
  if (first.wild === '?') return text.length > 0 && matches(rest, text.slice(1))
  return matches(rest, text) || (text.length > 0 && matches(pattern, text.slice(1)))
}

/** Each of the six fields of an ARN by itself: a star stays inside its field. `*` alone is all. */
function arnLike(pattern: Filled, text: string): boolean {
  const [only] = pattern
  if (pattern.length === 1 && typeof only === 'object' && only.wild === '*') return true
  const theirs = text.split(':')
  const fields = [...theirs.slice(0, 5), theirs.slice(5).join(':')]
  const ours: (string | { readonly wild: '*' | '?' })[][] = [[]]
  for (const piece of pattern) {
    if (piece === ':' && ours.length < 6) ours.push([])
    else ours.at(-1)?.push(piece)
  }
  return ours.length === 6 && ours.every((field, at) => matches(field, [...(fields[at] ?? '')]))
}

function conditionsHold({ Condition = {} }: NaiveStatement, question: NaiveQuestion): boolean {
  return Object.entries(Condition).every(([operator, block]) =>
    Object.entries(block).every(([key, wanted]) => holds(operator, question.context[key], wanted)),
  )
}

type Test = (value: string, wanted: string) => boolean

const tests: Readonly<Record<string, { readonly test: Test; readonly negated: boolean }>> = {
  StringEquals: { test: (value, wanted) => value === wanted, negated: false },
  StringNotEquals: { test: (value, wanted) => value === wanted, negated: true },
  StringEqualsIgnoreCase: {
    test: (value, wanted) => value.toLowerCase() === wanted.toLowerCase(),
    negated: false,
  },
  StringLike: { test: (value, wanted) => like(wanted, value), negated: false },
  StringNotLike: { test: (value, wanted) => like(wanted, value), negated: true },
  NumericLessThan: { test: (value, wanted) => Number(value) < Number(wanted), negated: false },
  NumericEquals: { test: (value, wanted) => Number(value) === Number(wanted), negated: false },
  Bool: { test: (value, wanted) => value === wanted, negated: false },
  ArnLike: { test: (value, wanted) => arnLike(plain(wanted), value), negated: false },
  ArnNotEquals: { test: (value, wanted) => arnLike(plain(wanted), value), negated: true },
}

function holds(
  written: string,
  value: string | readonly string[] | undefined,
  wanted: readonly string[],
): boolean {
  if (written === 'Null') return wanted.includes(String(value === undefined))
  const [, set, bare = '', ifExists] =
    /^(?:(ForAllValues|ForAnyValue):)?(\w+?)(IfExists)?$/.exec(written) ?? []
  const row = tests[bare]
  if (!row) throw new Error(`no test for ${written}`)
  const isTrue = (each: string) => wanted.some((one) => row.test(each, one)) !== row.negated
  if (value === undefined)
    return (
      set === 'ForAllValues' || ifExists !== undefined || (row.negated && set !== 'ForAnyValue')
    )
  const values = typeof value === 'string' ? [value] : value
  return set === 'ForAllValues' ? values.every(isTrue) : values.some(isTrue)
}
