/** The compiled evaluator beside the naive one, over generated questions. */
import assert from 'node:assert/strict'
import fc from 'fast-check'
import { compilePolicy } from '../../src/policy/compile.ts'
import { buildContext, contextOf } from '../../src/policy/context.ts'
import { decide } from '../../src/policy/decide.ts'
import { type PolicyKind, readPolicy } from '../../src/policy/document.ts'
import type { Principal } from '../../src/policy/principal.ts'
import { questions } from './generate.ts'
import { type NaiveOutcome, type NaivePolicy, type NaiveQuestion, naiveDecision } from './naive.ts'

const compiled = (policy: NaivePolicy, kind: PolicyKind) =>
  compilePolicy(readPolicy(JSON.stringify(policy), kind), { kind, name: kind })

function principalOf({ caller }: NaiveQuestion, team: string | undefined): Principal {
  const { arn, account, roleArn = '' } = caller
  const tags = team === undefined ? {} : { team }
  const name = arn.split('/')[1] ?? ''
  return caller.kind === 'user'
    ? { kind: 'user', arn, account, userId: 'AIDAEXAMPLE', userName: name, tags }
    : { kind: 'role-session', arn, account, roleArn, userId: 'AROAEXAMPLE:one', tags }
}

/** Throws at the first question on which the two differ; gives how often each outcome came. */
export function compareEvaluators(runs: number, seed: number): Record<NaiveOutcome, number> {
  const seen = { allow: 0, explicitDeny: 0, implicitDeny: 0 }
  const property = fc.property(questions, (question) => {
    const { action, resource, resourceAccount, identity, boundary, session, resourcePolicy } =
      question
    const principal = principalOf(question, question.team)
    const decision = decide({
      principal,
      action,
      resource,
      resourceAccount,
      context: buildContext(principal, resourceAccount, contextOf(question.extra)),
      identity: identity.map((policy) => compiled(policy, 'identity')),
      boundary: boundary && compiled(boundary, 'boundary'),
      session: session && [compiled(session, 'session')],
      resourcePolicy: resourcePolicy && compiled(resourcePolicy, 'resource'),
    })
    const expected = naiveDecision(question)
    seen[expected]++
    assert.equal(decision.outcome, expected)
  })
  fc.assert(property, { numRuns: runs, seed })
  return seen
}
