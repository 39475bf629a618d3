/** The end of a turn or of a try, in one commit: its record, the secret's next date, the service event. */
import type { Draws } from '../lib/draws.ts'
import type { Attempt } from '../store/attempt.ts'
import type { Place, Secrets } from './ports.ts'
import { putTurn } from './store.ts'
import { ended, failed, type Step, type Turn } from './turn.ts'

export interface Settling {
  readonly secrets: Secrets
  readonly delaysMs: readonly number[]
  readonly attempt: Attempt
  readonly place: Place
  readonly draws: Draws
}

/** A turn that did what it was for, or that was cancelled, abandoned or deleted. */
export async function endTurn(
  { attempt, place, secrets, draws }: Settling,
  turn: Turn,
  state: 'succeeded' | 'ended',
): Promise<undefined> {
  const { kind, arn } = turn
  if (kind === 'trial') await secrets.endTrial(attempt, place, draws)
  const name = kind === 'trial' ? 'TestRotationSucceeded' : 'RotationSucceeded'
  if (state === 'succeeded') secrets.tell(attempt, place, { name, arn, at: draws.at })
  putTurn(attempt, place, ended(turn, state, draws.at))
}

/** A try that failed: AWSCURRENT is what it was, and AWSPENDING stays for the next try. */
export async function failTurn(
  { attempt, place, secrets, draws, delaysMs }: Settling,
  turn: Turn,
  failure: { readonly step?: Step | undefined; readonly words: string },
): Promise<undefined> {
  const { kind, arn } = turn
  const { at } = draws
  const { retryAt } = putTurn(attempt, place, failed(turn, failure, at, delaysMs))
  const name = kind === 'trial' ? 'TestRotationFailed' : 'RotationFailed'
  secrets.tell(attempt, place, { name, arn, at, error: failure.words })
  if (kind === 'trial') await secrets.endTrial(attempt, place, draws)
  else secrets.postpone(attempt, place, retryAt ?? 'next window', at)
}
