/**
 * Clock, ids and random suffixes of one call, drawn once and replayed to each attempt: an attempt that
 * is run again answers with the same ids, and goes on to new draws only where it asks for more.
 */
export class Draws {
  /** When the call was taken, in milliseconds; the same for every attempt. */
  readonly at: number
  readonly #made = new Map<string, unknown[]>()
  readonly #next = new Map<string, number>()

  constructor(at: number) {
    this.at = at
  }

  /** Back to the first draws: a new attempt begins. */
  replay(): void {
    this.#next.clear()
  }

  /**
   * The next draw of a kind: what an earlier attempt drew here, or a new one. Kinds are counted apart,
   * since an attempt that is run again may take another way.
   */
  draw<T>(kind: string, make: () => T): T {
    const place = this.#next.get(kind) ?? 0
    this.#next.set(kind, place + 1)
    const made = this.#made.get(kind) ?? []
    this.#made.set(kind, made)
    if (place === made.length) made.push(make())
    return made[place] as T
  }
}
