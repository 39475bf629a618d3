/**
 * What looks at records: plain functions, which find everything at hand. Where something is not, the look ends
 * the run, it is loaded, and the run begins anew: until then it has done nothing that anybody sees.
 */
import type { Collection } from './collection.ts'

/** What is known of a key: the same object for as long as the record is the same. */
export interface Found {
  /** The opened, frozen record; `undefined` if the key holds none. */
  readonly record: unknown
}

/** Ends a run that needs something which is not at hand. To be let through by whoever catches faults. */
export class Unsupplied extends Error {
  override name = 'Unsupplied'
}

const { stackTraceLimit } = Error
Error.stackTraceLimit = 0
/** One for all: it says nothing, and would cost more to make than what it ends. */
const unsupplied = new Unsupplied('a record is not at hand: this look belongs into a run')
Error.stackTraceLimit = stackTraceLimit

type Arrived = { readonly found: Found } | { readonly failure: unknown }
type Asked = Map<string, Arrived | Promise<void>>

type Load = (of: Collection<unknown>, key: string) => Found | Promise<Found>

/** What one run, begun anew as often as it must be, had to wait for. */
export class Supply {
  /** Most runs wait for nothing. */
  #asked: Asked | undefined

  /** How much was not at hand so far. */
  get missed(): number {
    return this.#asked?.size ?? 0
  }

  /** What is loaded at a key. Throws Unsupplied, or what the loading of it ended in. */
  take(of: Collection<unknown>, key: string, load: Load): Found {
    const here = this.#asked?.get(key)
    if (here === undefined) return this.#ask(key, load(of, key))
    if (here instanceof Promise) throw unsupplied
    if ('failure' in here) throw here.failure
    return here.found
  }

  #ask(key: string, loaded: Found | Promise<Found>): Found {
    if (!(loaded instanceof Promise)) return loaded
    this.#asked ??= new Map()
    this.#asked.set(key, this.#arrival(this.#asked, key, loaded))
    throw unsupplied
  }

  async #arrival(asked: Asked, key: string, loaded: Promise<Found>): Promise<void> {
    try {
      asked.set(key, { found: await loaded })
    } catch (failure) {
      asked.set(key, { failure })
    }
  }

  /** Resolves when all that was missed so far is at hand. */
  async complete(): Promise<void> {
    await Promise.all([...(this.#asked?.values() ?? [])])
  }
}

/** `make` of each item. What is missed for one does not keep the others from missing theirs: all is loaded at once. */
export function eachOf<A, B>(items: readonly A[], make: (item: A, at: number) => B): B[] {
  const made: B[] = []
  let missed: Unsupplied | undefined
  for (const [at, item] of items.entries()) {
    try {
      made.push(make(item, at))
    } catch (thrown) {
      if (!(thrown instanceof Unsupplied)) throw thrown
      missed = thrown
    }
  }
  if (missed) throw missed
  return made
}

/** What two looks give that do not hang on each other: what is missed for the first is loaded beside the second's. */
export function bothOf<A, B>(first: () => A, second: () => B): [A, B] {
  return eachOf([first, second], (look): A | B => look()) as [A, B]
}

/**
 * What `run` gives when everything that it looks at is at hand: at once where it is now, else a promise.
 * `run` may happen more than once, each time with more at hand.
 */
export function supplied<T>(supply: Supply, run: () => T | Promise<T>): T | Promise<T> {
  try {
    const output = run()
    return output instanceof Promise ? completed(supply, run, output) : output
  } catch (thrown) {
    if (!(thrown instanceof Unsupplied)) throw thrown
    return completed(supply, run, undefined)
  }
}

/** Far more than any operation has steps: one that draws a key anew in each run would never come to its end. */
const runsMax = 10_000

/** @param first what the first run is about to give, unless it ended at once */
async function completed<T>(
  supply: Supply,
  run: () => T | Promise<T>,
  first: Promise<T> | undefined,
): Promise<T> {
  let missed = 0
  let running = first
  for (let runs = 0; runs < runsMax; runs++) {
    try {
      if (running) return await running
      missed = supply.missed
      await supply.complete()
      return await run()
    } catch (thrown) {
      // Whoever looks past its own supply would look for ever.
      if (!(thrown instanceof Unsupplied) || supply.missed === missed) throw thrown
      running = undefined
    }
  }
  throw new Error('a run that looks at something else each time')
}
