/**
 * Clock, ids and random suffixes of one call, drawn once and replayed to each attempt: an attempt that
 * is run again answers with the same ids, and goes on to new draws only where it asks for more.
 */
export class Draws {
  /** When the call was taken, in milliseconds; the same for every attempt. */
  readonly at: number
  /** A call makes draws of a handful of kinds. */
  readonly #kinds: Kind[] = []

  constructor(at: number) {
    this.at = at
  }

  /** Back to the first draws: a new attempt begins. */
  replay(): void {
    for (const kind of this.#kinds) kind.next = 0
  }

  /**
   * The next draw of a kind: what an earlier attempt drew here, or a new one. Kinds are counted apart,
   * since an attempt that is run again may take another way.
   */
  draw<T>(kind: string, make: () => T): T {
    const known = this.#kinds.find(({ name }) => name === kind) ?? this.#add(kind)
    const place = known.next++
    if (place === known.made.length) known.made.push(make())
    return known.made[place] as T
  }

  #add(name: string): Kind {
    const kind = { name, made: [], next: 0 }
    this.#kinds.push(kind)
    return kind
  }
}

interface Kind {
  readonly name: string
  readonly made: unknown[]
  next: number
}
