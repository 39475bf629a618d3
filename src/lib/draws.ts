/**
 * Clock, ids and random suffixes of one call, drawn once and replayed to each attempt: an attempt that
 * is run again answers with the same ids, and goes on to new draws only where it asks for more.
 */
export class Draws {
  /** When the call was taken, in milliseconds; the same for every attempt. */
  readonly at: number
  readonly #made: unknown[] = []
  #next = 0

  constructor(at: number) {
    this.at = at
  }

  /** Back to the first draw: a new attempt begins. */
  replay(): void {
    this.#next = 0
  }

  /** The next draw: what an earlier attempt drew here, or a new one. */
  draw<T>(make: () => T): T {
    const place = this.#next++
    if (place === this.#made.length) this.#made.push(make())
    return this.#made[place] as T
  }
}
