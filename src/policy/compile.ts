/**
 * A document made ready to be asked: patterns parsed, keys folded, values of conditions read, Deny
 * and Allow apart. Done once when a policy is read; a compiled policy is never changed.
 */
import {
  compileFields,
  compileText,
  completeFields,
  cutFields,
  isWhole,
  type TextMatcher,
} from './arn-pattern.ts'
import { type CompiledCondition, compileCondition } from './conditions/condition.ts'
import { foldAscii } from './fold.ts'
import { compileGlob, type Glob, parsePieces } from './pattern.ts'
import { compilePrincipals, type PrincipalRule } from './principal.ts'
import type { Effect, Element, PolicyDocument, PolicyKind, Statement } from './statement.ts'
import { parseTemplate } from './variable.ts'

/** What a policy is and how it is called where it is attached. */
export interface PolicySource {
  readonly kind: PolicyKind
  readonly name: string
}

/** The statement that decided. */
export interface Vote {
  readonly policy: PolicySource
  /** Counted from 0. */
  readonly statement: number
  readonly sid: string | undefined
}

export interface CompiledStatement {
  readonly vote: Vote
  readonly effect: Effect
  readonly principals: PrincipalRule | undefined
  readonly actions: Patterns<Glob>
  readonly resources: Patterns<TextMatcher> | undefined
  readonly conditions: readonly CompiledCondition[]
}

export interface Patterns<T> {
  readonly negated: boolean
  readonly patterns: readonly T[]
}

export interface CompiledPolicy {
  readonly source: PolicySource
  readonly statements: readonly CompiledStatement[]
  readonly denies: readonly CompiledStatement[]
  readonly allows: readonly CompiledStatement[]
}

export function compilePolicy(document: PolicyDocument, source: PolicySource): CompiledPolicy {
  const statements = document.statements.map((statement, at) => {
    const vote: Vote = { policy: source, statement: at, sid: statement.sid }
    return compileStatement(statement, document, vote)
  })
  return {
    source,
    statements,
    denies: statements.filter(({ effect }) => effect === 'Deny'),
    allows: statements.filter(({ effect }) => effect === 'Allow'),
  }
}

function compileStatement(
  { effect, principals, actions, resources, conditions }: Statement,
  { kind, version }: PolicyDocument,
  vote: Vote,
): CompiledStatement {
  const variables = version === '2012-10-17'
  return {
    vote,
    effect,
    principals: principals && compilePrincipals(principals, effect),
    actions: patternsOf(actions, (action) => compileGlob(parsePieces(foldAscii(action)))),
    resources: resources && patternsOf(resources, (text) => compileResource(text, kind, variables)),
    conditions: conditions.map((condition) => compileCondition(condition, effect, variables)),
  }
}

const patternsOf = <T>(
  { negated, values }: Element,
  compile: (value: string) => T,
): Patterns<T> => ({
  negated,
  patterns: values.map(compile),
})

/** Only policies of identities are completed; elsewhere a short ARN is compared as it stands. */
const completed: ReadonlySet<PolicyKind> = new Set(['identity', 'boundary', 'session'])

function compileResource(text: string, kind: PolicyKind, variables: boolean): TextMatcher {
  const template = parseTemplate(text, { variables, wildcards: true })
  const fields = cutFields(template)
  if (!text.startsWith('arn:')) return compileText(template)
  if (isWhole(fields)) return compileFields(fields)
  return completed.has(kind) ? compileFields(completeFields(fields)) : compileText(template)
}
