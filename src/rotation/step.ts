/**
 * One step of a turn: the function's invocation, then a commit of what came of it. The commit demands
 * the claim's fence, and looks at the secret's labels: what was cancelled or abandoned meanwhile ends.
 *
 * https://docs.aws.amazon.com/secretsmanager/latest/userguide/rotating-secrets-lambda-function-overview.html
 */
import { Draws } from '../lib/draws.ts'
import { Fault } from '../lib/fault.ts'
import type { Lent, Place } from './ports.ts'
import { endTurn, failTurn } from './settle.ts'
import { heldBy, putTurn } from './store.ts'
import { nextStep, type Step, stepBegun, stepDone, type Turn } from './turn.ts'

export interface Stepping extends Lent {
  readonly delaysMs: readonly number[]
  /** Nobody waits for functions any more. */
  readonly closing: AbortSignal
}

/** AWS's longest function runs for 15 minutes. */
const invocationMsMax = 16 * 60_000

/** Runs the step that comes next; gives the turn if there is another step, or `undefined`. */
export async function runStep(by: Stepping, place: Place, turn: Turn): Promise<Turn | undefined> {
  const step = nextStep(turn)
  const words = step && (await invokeStep(by, place, turn, step))
  const draws = new Draws(by.clock.now())
  return by.store.attempt(async (attempt) => {
    draws.replay()
    const now = heldBy(attempt, place, turn)
    if (!now) return undefined
    const settling = { ...by, attempt, place, draws }
    const standing = by.secrets.standing(attempt, place, now)
    if (standing === 'gone') return endTurn(settling, now, 'ended')
    // An answer that was lost or late: the version was tested and is current, nothing is left to do.
    const isFinished = step === 'finishSecret' && standing === 'current'
    if (words !== undefined && !isFinished) return failTurn(settling, now, { step, words })
    const done = stepDone(now, draws.at)
    const following = nextStep(done)
    if (following) return putTurn(attempt, place, stepBegun(done, following, draws.at))
    if (now.kind === 'trial' || standing === 'current') return endTurn(settling, done, 'succeeded')
    return failTurn(settling, now, { step, words: `${told(now, step)}: AWSCURRENT was not moved` })
  })
}

/** What went wrong; `undefined` if nothing did. */
async function invokeStep(
  { invoke, complain, closing }: Stepping,
  { shelf }: Place,
  turn: Turn,
  step: Step,
): Promise<string | undefined> {
  const { arn, functionArn, versionId, rotationToken } = turn
  const event = { Step: step, SecretId: arn, ClientRequestToken: versionId }
  const payload = Buffer.from(JSON.stringify({ ...event, RotationToken: rotationToken }))
  try {
    const source = { ...shelf, secretArn: arn }
    const { error, errorType } = await inTime(invoke(functionArn, source, payload), closing)
    if (error === undefined) return undefined
    return `${told(turn, step)}${isName(errorType) ? `: ${errorType}` : ''}`
  } catch (thrown) {
    if (thrown instanceof Fault) return `${told(turn, step)}: ${thrown.code}`
    // What was begun goes on with the next start; whether the step was done is not known.
    closing.throwIfAborted()
    const isLate = thrown instanceof Late
    if (!isLate) complain(thrown)
    return `${told(turn, step)}: ${isLate ? 'it took too long' : 'it was not invoked'}`
  }
}

/** The sentence that AWS's own events have. */
const told = ({ functionArn }: Turn, step: Step | undefined): string =>
  `Error when executing lambda ${functionArn} during ${step} step`

/** The name of an exception, never a sentence: what a function says may hold a value. */
const isName = (text: string | undefined): text is string => /^[\w.]{1,100}$/.test(text ?? '')

class Late extends Error {}

/** The function's answer, unless it takes too long, or nobody waits for it any more. */
async function inTime<T>(promise: Promise<T>, closing: AbortSignal): Promise<T> {
  const { promise: ended, reject } = Promise.withResolvers<never>()
  // A timer of its own: AbortSignal.timeout would be kept for its whole time.
  const late = setTimeout(() => reject(new Late()), invocationMsMax).unref()
  const end = () => reject(closing.reason)
  closing.addEventListener('abort', end)
  if (closing.aborted) end()
  try {
    return await Promise.race([promise, ended])
  } finally {
    clearTimeout(late)
    closing.removeEventListener('abort', end)
  }
}
