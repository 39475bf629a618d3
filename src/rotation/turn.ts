/**
 * One turn of a rotation as it is kept: which step comes next, who holds it, what failed. Pure: what a
 * step's outcome makes of it. All of a retry bears the token of the first try, so that a function that
 * follows AWS's templates does nothing twice.
 *
 * https://docs.aws.amazon.com/secretsmanager/latest/userguide/rotate-secrets_how.html
 */
import { hourMs } from '../lib/clock.ts'
import type { Work } from './ports.ts'

export const rotationSteps = ['createSecret', 'setSecret', 'testSecret', 'finishSecret'] as const
export type Step = (typeof rotationSteps)[number]
const trialSteps = ['testSecret'] as const

/** Where and why a try failed. No words of a function's own are kept: they may hold values. */
export interface Failure {
  readonly at: number
  readonly step?: Step | undefined
  readonly attempt: number
  readonly words: string
}

/** A step of the present try. */
export interface StepTold {
  readonly step: Step
  readonly startedAt: number
  readonly endedAt?: number | undefined
}

export interface Turn extends Work {
  /** `waiting` for the next try; the others are over. */
  readonly state: 'running' | 'waiting' | 'succeeded' | 'failed' | 'ended'
  /** Grows with each holder: only whoever has the last one commits. */
  readonly fence: number
  readonly holder: string
  /** Moves while the holder lives. */
  readonly beat: number
  /** The index of the step that comes next. */
  readonly next: number
  readonly steps: readonly StepTold[]
  /** Tries in the present window, from 1 on. */
  readonly attempt: number
  readonly startedAt: number
  readonly windowEndsAt: number
  readonly endedAt?: number | undefined
  readonly retryAt?: number | undefined
  /** The newest last. */
  readonly failures: readonly Failure[]
}

const failuresMax = 5
/** A rotation that was asked for outside of any window, or that comes late, gets this long. */
const leastWindowMs = hourMs

export const stepsOf = ({ kind }: Pick<Work, 'kind'>): readonly Step[] =>
  kind === 'trial' ? trialSteps : rotationSteps

/** The step that comes next; `undefined` when all were done. */
export const nextStep = (turn: Turn): Step | undefined => stepsOf(turn)[turn.next]

/** A turn that a holder takes up: a new one, or the next try of the one before. */
export function takenUp(work: Work, before: Turn | undefined, holder: string, at: number): Turn {
  const same = before?.versionId === work.versionId ? before : undefined
  const isRetry = same?.state === 'waiting' && at <= same.windowEndsAt
  return {
    ...work,
    state: 'running',
    fence: (before?.fence ?? 0) + 1,
    holder,
    beat: 0,
    next: 0,
    steps: [],
    attempt: isRetry ? same.attempt + 1 : 1,
    startedAt: same?.startedAt ?? at,
    windowEndsAt: isRetry
      ? same.windowEndsAt
      : Math.max(work.windowEndsAt ?? 0, at + leastWindowMs),
    failures: before?.failures ?? [],
  }
}

/** A turn whose holder is gone, taken over at the step where it stood. */
export const takenOver = (turn: Turn, holder: string): Turn => ({
  ...turn,
  fence: turn.fence + 1,
  holder,
  beat: 0,
})

/** The step that comes next has begun. */
export function stepBegun(turn: Turn, step: Step, at: number): Turn {
  const done = turn.steps.filter(({ endedAt }) => endedAt !== undefined)
  return { ...turn, steps: [...done, { step, startedAt: at }] }
}

/** The step that was begun is done. */
export const stepDone = (turn: Turn, at: number): Turn => ({
  ...turn,
  next: turn.next + 1,
  steps: turn.steps.map((each) => (each.endedAt === undefined ? { ...each, endedAt: at } : each)),
})

/** A turn that is over. */
export const ended = (turn: Turn, state: 'succeeded' | 'ended', at: number): Turn => ({
  ...turn,
  state,
  endedAt: at,
  retryAt: undefined,
  ...(state === 'succeeded' && { failures: [] }),
})

/**
 * A try that failed. It is taken up again after the next delay if that lies in the window, else with
 * the next window; a trial is not.
 */
export function failed(
  turn: Turn,
  failure: { readonly step?: Step | undefined; readonly words: string },
  at: number,
  delaysMs: readonly number[],
): Turn {
  const failures = [...turn.failures, { ...failure, at, attempt: turn.attempt }].slice(-failuresMax)
  const delay = turn.kind === 'trial' ? undefined : delaysMs[turn.attempt - 1]
  const retryAt = delay === undefined ? undefined : at + delay
  const isAgain = retryAt !== undefined && retryAt <= turn.windowEndsAt
  return isAgain
    ? { ...turn, state: 'waiting', retryAt, failures }
    : { ...turn, state: 'failed', retryAt: undefined, endedAt: at, failures }
}
