/**
 * Whether a history of calls could have been that of one register: each call takes effect at one instant
 * between its start and its end. One whose outcome nobody learnt may have taken effect at any instant
 * after its start, or never.
 *
 * The search goes along the events and carries every configuration that is still possible: the
 * register's state, and which of the open calls have taken effect. A call is made to take effect only
 * where an end asks for it, and a configuration that was met before is not looked at again.
 *
 * https://cs.brown.edu/~mph/HerlihyW90/p463-herlihy.pdf
 * https://www.cs.ox.ac.uk/people/gavin.lowe/LinearizabiltyTesting/paper.pdf
 */

/** What a call did, by what it was asked and what it answered. */
export type Deed =
  | { readonly kind: 'read'; readonly value: string }
  | { readonly kind: 'write'; readonly value: string }
  /** Writes `value` where it finds `from`, or `value` already; nothing at all elsewhere. */
  | { readonly kind: 'move'; readonly from: string; readonly value: string }

export interface Call {
  readonly deed: Deed
  readonly startAt: number
  /** Infinity where its outcome is unknown. */
  readonly endAt: number
}

/** The first call that cannot have answered as it did, and what it could have found. */
export interface Lie<C extends Call = Call> {
  readonly call: C
  readonly states: readonly string[]
}

/** Too much is possible to tell; a history of fewer unknown outcomes would be needed. */
export class Undecided extends Error {
  override name = 'Undecided'
}

const configurationsMax = 500_000

interface Configuration {
  readonly state: string
  /** Open calls that have taken effect, in the order of their numbers. */
  readonly done: readonly number[]
}

/** `undefined` if it could have been a register that began with this value. */
export function findLie<C extends Call>(
  history: readonly C[],
  initial: string,
): Lie<C> | undefined {
  const calls = relevant(history)
  const search = new Search(calls)
  let possible: readonly Configuration[] = [{ state: initial, done: [] }]
  for (const { number, isEnd } of eventsOf(calls)) {
    if (!isEnd) {
      search.open.add(number)
      continue
    }
    const next = search.through(possible, number)
    const call = calls[number]
    if (next.length === 0 && call) {
      return { call, states: [...new Set(possible.map(({ state }) => state))] }
    }
    search.open.delete(number)
    possible = next
  }
  return undefined
}

/** Without what says nothing: reads without an answer, and unknown writes of what nobody ever met. */
function relevant<C extends Call>(history: readonly C[]): C[] {
  const met = new Set<string>()
  for (const { deed, endAt } of history) {
    if (deed.kind !== 'write' && endAt !== Infinity) met.add(deed.value)
    if (deed.kind === 'move') met.add(deed.from)
  }
  return history
    .filter(
      ({ deed, endAt }) => endAt !== Infinity || (deed.kind !== 'read' && met.has(deed.value)),
    )
    .sort((a, b) => a.startAt - b.startAt)
}

interface Event {
  readonly number: number
  readonly at: number
  readonly isEnd: boolean
}

/** At the same instant, starts come first: what touches may have overlapped. */
function eventsOf(calls: readonly Call[]): Event[] {
  const starts = calls.map(({ startAt }, number) => ({ number, at: startAt, isEnd: false }))
  const ends = calls
    .map(({ endAt }, number) => ({ number, at: endAt, isEnd: true }))
    .filter(({ at }) => at !== Infinity)
  return [...starts, ...ends].sort((a, b) => a.at - b.at || Number(a.isEnd) - Number(b.isEnd))
}

class Search {
  readonly open = new Set<number>()
  readonly #calls: readonly Call[]
  /** Of two unknown calls that do the same, the earlier one goes first: one order of them is enough. */
  readonly #earlierTwin: readonly (number | undefined)[]

  constructor(calls: readonly Call[]) {
    this.#calls = calls
    const latest = new Map<string, number>()
    this.#earlierTwin = calls.map(({ deed, endAt }, number) => {
      if (endAt !== Infinity) return undefined
      const same = JSON.stringify(deed)
      const twin = latest.get(same)
      latest.set(same, number)
      return twin
    })
  }

  /** Every configuration in which a call has taken effect by its end; without the call. */
  through(possible: readonly Configuration[], ending: number): Configuration[] {
    const seen = new Set<string>()
    const reached = new Map<string, Configuration>()
    const waiting = [...possible]
    for (let at = waiting.pop(); at; at = waiting.pop()) {
      const key = keyOf(at)
      if (seen.has(key)) continue
      if (seen.add(key).size > configurationsMax) throw new Undecided()
      if (at.done.includes(ending)) {
        const without = { ...at, done: at.done.filter((number) => number !== ending) }
        reached.set(keyOf(without), without)
      } else waiting.push(...this.#after(at))
    }
    return [...reached.values()]
  }

  #after({ state, done }: Configuration): Configuration[] {
    const next: Configuration[] = []
    for (const number of this.open) {
      const twin = this.#earlierTwin[number]
      if (done.includes(number) || (twin !== undefined && !done.includes(twin))) continue
      const after = applied(this.#calls[number]?.deed, state)
      if (after === undefined) continue
      next.push({ state: after, done: [...done, number].sort((a, b) => a - b) })
    }
    return next
  }
}

const keyOf = ({ state, done }: Configuration): string => `${state} ${done.join()}`

/** The state behind it; `undefined` where it cannot have answered so. */
function applied(deed: Deed | undefined, state: string): string | undefined {
  if (deed?.kind === 'read') return deed.value === state ? state : undefined
  if (deed?.kind === 'move') return [deed.from, deed.value].includes(state) ? deed.value : undefined
  return deed?.value
}
