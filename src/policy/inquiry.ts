/**
 * One question in the form in which statements are asked, and what a statement answers. `applies`
 * and `missesOf` put the same parts in the same order, one to decide and one to explain.
 */
import type { CompiledStatement } from './compile.ts'
import type { Context } from './context.ts'
import { type Meter, matchGlob } from './pattern.ts'
import { type Grant, matchPrincipal, type Principal } from './principal.ts'

/** Steps of pattern matching that one decision may take: some milliseconds. */
const stepsMax = 1_000_000

export interface Inquiry extends Meter {
  /** ASCII-lower-cased. */
  readonly action: string
  readonly resource: string
  readonly principal: Principal
  readonly context: Context
  /** Whether the caller has a permissions boundary, which NotPrincipal asks about. */
  readonly bounded: boolean
}

export const openInquiry = (question: Omit<Inquiry, 'stepsLeft'>): Inquiry => ({
  action: question.action,
  resource: question.resource,
  principal: question.principal,
  context: question.context,
  bounded: question.bounded,
  stepsLeft: stepsMax,
})

/** What kept a statement from applying. */
export type Miss =
  | { readonly part: 'action' | 'resource' | 'principal' | 'budget' }
  | { readonly part: 'condition'; readonly operator: string; readonly key: string }

/** How the statement means the caller if it applies, `undefined` if it does not. */
export function applies(statement: CompiledStatement, inquiry: Inquiry): Grant | undefined {
  if (!hasAction(statement, inquiry) || !hasResource(statement, inquiry)) return undefined
  const grant = grantOf(statement, inquiry)
  if (grant === undefined) return undefined
  for (const condition of statement.conditions) {
    if (!condition.holds(inquiry.context, inquiry)) return undefined
  }
  return grant
}

/** Everything that kept the statement from applying; empty if it applies. */
export function missesOf(statement: CompiledStatement, inquiry: Inquiry): Miss[] {
  const misses: Miss[] = []
  if (!hasAction(statement, inquiry)) misses.push({ part: 'action' })
  if (!hasResource(statement, inquiry)) misses.push({ part: 'resource' })
  if (grantOf(statement, inquiry) === undefined) misses.push({ part: 'principal' })
  for (const { operator, key, holds } of statement.conditions) {
    if (!holds(inquiry.context, inquiry)) misses.push({ part: 'condition', operator, key })
  }
  return misses
}

function hasAction({ actions }: CompiledStatement, inquiry: Inquiry): boolean {
  for (const glob of actions.patterns) {
    if (matchGlob(glob, inquiry.action, inquiry)) return !actions.negated
  }
  return actions.negated
}

function hasResource({ resources }: CompiledStatement, inquiry: Inquiry): boolean {
  if (resources === undefined) return true
  for (const matches of resources.patterns) {
    if (matches(inquiry.resource, inquiry.context, inquiry)) return !resources.negated
  }
  return resources.negated
}

/** A statement without Principal is about whoever its policy is attached to. */
export function grantOf({ principals }: CompiledStatement, inquiry: Inquiry): Grant | undefined {
  if (principals === undefined) return 'direct'
  return matchPrincipal(principals, inquiry.principal, inquiry.bounded)
}
