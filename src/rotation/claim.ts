/**
 * Who holds a turn. A claim is a commit that raises the turn's fence, and every later commit of the turn
 * demands that very fence: of several nodes one at most commits a step, and one that was paused finds
 * out at its next commit. Whether a holder still lives is judged by its beat and by this process's own
 * monotonic time, so that no jump of a wall clock takes a turn from anybody.
 */
import { Draws } from '../lib/draws.ts'
import type { Attempt } from '../store/attempt.ts'
import type { Blocked, Lent, Place, Work } from './ports.ts'
import { endTurn, failTurn, type Settling } from './settle.ts'
import { partsOf, putTurn, TurnReader } from './store.ts'
import { nextStep, stepBegun, type Turn, takenOver, takenUp } from './turn.ts'

/** Whether a holder is dead. */
export class Vigil {
  readonly #seen = new Map<string, { readonly beat: string; readonly since: number }>()
  readonly #leaseMs: number

  /** @param leaseMs how long a holder may be silent; 0 where nobody else can hold anything */
  constructor(leaseMs: number) {
    this.#leaseMs = leaseMs
  }

  isDead(place: Place, { fence, beat }: Turn): boolean {
    if (this.#leaseMs === 0) return true
    const key = partsOf(place).join('/')
    const pulse = `${fence}.${beat}`
    const seen = this.#seen.get(key)
    const now = performance.now()
    if (seen?.beat !== pulse) {
      this.#seen.set(key, { beat: pulse, since: now })
      return false
    }
    return now - seen.since >= this.#leaseMs
  }

  /** Forgets all but these. */
  keep(places: readonly Place[]): void {
    const kept = new Set(places.map((place) => partsOf(place).join('/')))
    for (const key of this.#seen.keys()) if (!kept.has(key)) this.#seen.delete(key)
  }
}

export interface Claiming extends Pick<Lent, 'store' | 'secrets' | 'clock'> {
  readonly holder: string
  readonly vigil: Vigil
  readonly delaysMs: readonly number[]
}

/** Takes what is to be done about a secret; `undefined` if that is nothing, or somebody else's. */
export function claim(by: Claiming, place: Place): Promise<Turn | undefined> {
  const draws = new Draws(by.clock.now())
  return by.store.attempt(async (attempt) => {
    draws.replay()
    const before = new TurnReader(attempt).find(place)
    if (before?.state === 'running') return takeOver(by, attempt, place, before, draws)
    const work = await by.secrets.take(attempt, place, draws)
    if (!work) return undefined
    if ('blockedBy' in work) return refuse({ ...by, attempt, place, draws }, work, before)
    return begin(by, attempt, place, takenUp(work, before, by.holder, draws.at), draws.at)
  })
}

async function takeOver(
  by: Claiming,
  attempt: Attempt,
  place: Place,
  before: Turn,
  draws: Draws,
): Promise<Turn | undefined> {
  if (!by.vigil.isDead(place, before)) return undefined
  if (by.secrets.standing(attempt, place, before) === 'gone') {
    return endTurn({ ...by, attempt, place, draws }, before, 'ended')
  }
  const turn = underWay(takenOver(before, by.holder), draws.at)
  putTurn(attempt, place, turn)
  return turn
}

function begin(
  { secrets }: Claiming,
  attempt: Attempt,
  place: Place,
  taken: Turn,
  at: number,
): Turn {
  const { kind, arn } = taken
  const name = kind === 'trial' ? 'TestRotationStarted' : 'RotationStarted'
  if (taken.attempt === 1) secrets.tell(attempt, place, { name, arn, at })
  const turn = underWay(taken, at)
  putTurn(attempt, place, turn)
  return turn
}

function underWay(turn: Turn, at: number): Turn {
  const step = nextStep(turn)
  return step ? stepBegun(turn, step, at) : turn
}

/** A pending version that somebody made by hand is not ours to fill, nor to remove. */
function refuse(
  settling: Settling & Claiming,
  { arn, blockedBy }: Blocked,
  before: Turn | undefined,
): Promise<undefined> {
  const { holder, draws } = settling
  const words = `A previous rotation isn't complete: version ${blockedBy} has AWSPENDING.`
  const work = { arn, kind: 'rotation', functionArn: '', versionId: blockedBy, rotationToken: '' }
  const turn = takenUp(work as Work, before, holder, draws.at)
  return failTurn(settling, { ...turn, windowEndsAt: draws.at }, { words })
}
