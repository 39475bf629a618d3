/** A bounded map: the entry that was asked for longest ago goes first. */

export class Entries<T> {
  readonly #entries = new Map<string, T>()
  readonly #most: number

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
    if (this.#entries.size > this.#most) {
      const [oldest] = this.#entries.keys()
      if (oldest !== undefined) this.#entries.delete(oldest)
    }
    return entry
  }

  /** Drops the entries that are meant. */
  drop(isMeant: (entry: T) => boolean): void {
    for (const [key, entry] of this.#entries) if (isMeant(entry)) this.#entries.delete(key)
  }
}
