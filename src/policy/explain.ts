/**
 * Why a decision is what it is: every statement of every policy, how it voted or what kept it from
 * voting. The slow path, for people; `decide` does not pay for it.
 */
import type { CompiledPolicy, CompiledStatement, Vote } from './compile.ts'
import { type Decision, decide, inquiryOf, type Question } from './decide.ts'
import { grantOf, type Inquiry, type Miss, missesOf } from './inquiry.ts'
import { Exhausted } from './pattern.ts'
import type { Grant } from './principal.ts'
import type { Effect } from './statement.ts'

export interface StatementExplanation {
  readonly vote: Vote
  readonly effect: Effect
  /** True if it voted, for its effect. */
  readonly applied: boolean
  /** How it means the caller: an Allow for the mere account is no grant by itself. */
  readonly grant: Grant | undefined
  /** All that kept it from voting. */
  readonly misses: readonly Miss[]
}

export interface Explanation {
  readonly decision: Decision
  readonly statements: readonly StatementExplanation[]
}

export function explain(question: Question): Explanation {
  const inquiry = inquiryOf(question)
  const statements = policiesOf(question).flatMap((policy) =>
    policy.statements.map((statement) => explainStatement(statement, inquiry)),
  )
  return { decision: decide(question), statements }
}

/** All policies of a question, in the order in which `decide` looks for a Deny. */
export function policiesOf(question: Question): CompiledPolicy[] {
  const { endpoint, resourcePolicy, identity, boundary, session = [] } = question
  return [endpoint, resourcePolicy, ...identity, boundary, ...session].filter(
    (policy) => policy !== undefined,
  )
}

function explainStatement(statement: CompiledStatement, inquiry: Inquiry): StatementExplanation {
  const { vote, effect } = statement
  const misses = missesWithin(statement, inquiry)
  const applied = misses.length === 0
  return { vote, effect, applied, grant: applied ? grantOf(statement, inquiry) : undefined, misses }
}

/** The budget is one for the whole explanation: a statement that it cannot pay for says so. */
function missesWithin(statement: CompiledStatement, inquiry: Inquiry): Miss[] {
  try {
    return missesOf(statement, inquiry)
  } catch (error) {
    if (error instanceof Exhausted) return [{ part: 'budget' }]
    throw error
  }
}
