/** A bounded map: the entry that was asked for longest ago goes first. */

export class Entries<T> {
  readonly #entries = new Map<string, T>()
  #most: number

  constructor(most: number) {
    this.#most = most
  }

  get size(): number {
    return this.#entries.size
  }

  /** The entry, which thereby is the youngest. */
  get(key: string): T | undefined {
    const entry = this.#entries.get(key)
    if (entry === undefined) return undefined
    this.#entries.delete(key)
    this.#entries.set(key, entry)
    return entry
  }

  add(key: string, entry: T): T {
    this.#entries.set(key, entry)
    this.bound(this.#most)
    return entry
  }

  /** Keeps no more than so many from now on. */
  bound(most: number): void {
    this.#most = most
    for (const oldest of this.#entries.keys()) {
      if (this.#entries.size <= most) return
      this.#entries.delete(oldest)
    }
  }

  /** All of them, what was asked for longest ago first. */
  all(): T[] {
    return [...this.#entries.values()]
  }

  /** Drops the entries that are meant. */
  drop(isMeant: (entry: T) => boolean): void {
    for (const [key, entry] of this.#entries) if (isMeant(entry)) this.#entries.delete(key)
  }
}
