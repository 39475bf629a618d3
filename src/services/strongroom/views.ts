/** Decisions and statements, as answers show them. */
import type { Change, StatementView } from '../../contract/generated/strongroom.ts'
import type { Vote } from '../../policy/compile.ts'
import type { Decision } from '../../policy/decide.ts'
import type { StatementExplanation } from '../../policy/explain.ts'
import type { Miss } from '../../policy/inquiry.ts'
import type { Remedy } from '../../policy/remedy.ts'

/** The statement that decided; none for root's own power. */
export const voteView = ({ policy, statement, sid }: Vote) => ({
  PolicyKind: policy.kind,
  PolicyName: policy.name,
  Statement: statement,
  Sid: sid,
})

export const decisionView = (decision: Decision) => ({
  Outcome: decision.outcome,
  Missing: decision.outcome === 'implicitDeny' ? decision.missing : undefined,
  By: decision.outcome !== 'implicitDeny' && decision.by ? voteView(decision.by) : undefined,
})

export const statementView = (explanation: StatementExplanation): StatementView => ({
  ...voteView(explanation.vote),
  Effect: explanation.effect,
  Applied: explanation.applied,
  Grant: explanation.grant,
  Misses: explanation.misses.map(missText),
})

const missText = (miss: Miss): string =>
  miss.part === 'condition' ? `condition ${miss.operator} ${miss.key}` : miss.part

export const changeView = (remedy: Remedy): Change =>
  remedy.step === 'narrow'
    ? { Step: 'NarrowDeny', PolicyKind: remedy.by.policy.kind, By: voteView(remedy.by) }
    : {
        Step: 'AddStatement',
        PolicyKind: remedy.kind,
        Document: remedy.document,
        Near: remedy.near && voteView(remedy.near.vote),
        NearMiss: remedy.near && missText(remedy.near.miss),
      }
