/** How the rotation of a secret stands, as the operator sees it. */
import type { RotationView, TurnView } from '../../contract/generated/strongroom.ts'
import type { RotationFacts, TurnFacts } from './service.ts'

/** @param at the present */
export function rotationView(facts: RotationFacts, at: number): RotationView {
  const { arn, name, lambdaArn, pendingId, rotatedAt, nextAt, dueAt, turn } = facts
  return {
    ARN: arn,
    Name: name,
    Status: statusOf(facts, at),
    LambdaArn: lambdaArn,
    PendingVersionId: pendingId,
    LastRotatedDate: rotatedAt,
    NextRotationDate: nextAt,
    DueDate: dueAt,
    Turn: turn && turnView(turn),
  }
}

/** The first that holds. Overdue: what the rules promised is past. */
const statuses: readonly (readonly [
  RotationView['Status'],
  (facts: RotationFacts, at: number) => boolean,
])[] = [
  ['off', ({ enabled }) => !enabled],
  ['running', ({ turn }) => turn?.state === 'running'],
  ['overdue', ({ nextAt }, at) => nextAt !== undefined && nextAt < at],
  ['failing', ({ turn }) => turn?.state === 'failed'],
  ['waiting', ({ turn }) => turn?.state === 'waiting'],
  ['due', ({ dueAt }, at) => dueAt !== undefined && dueAt <= at],
]

const statusOf = (facts: RotationFacts, at: number): RotationView['Status'] =>
  statuses.find(([, holds]) => holds(facts, at))?.[0] ?? 'scheduled'

const turnView = (turn: TurnFacts): TurnView => ({
  Kind: turn.kind,
  State: turn.state,
  VersionId: turn.versionId,
  Attempt: turn.attempt,
  StartedDate: turn.startedAt,
  EndedDate: turn.endedAt,
  RetryDate: turn.retryAt,
  Steps: turn.steps.map(({ step, startedAt, endedAt }) => ({
    Step: step,
    StartedDate: startedAt,
    EndedDate: endedAt,
  })),
  Failures: turn.failures.map(({ at, attempt, step, words }) => ({
    Date: at,
    Attempt: attempt,
    Step: step,
    Reason: words,
  })),
})
