/**
 * The coherent cache: what this process knows of the store, bounded in bytes, least recently used
 * first out. It answers as of the feed position that was applied last; a fill that was under way
 * while its key changed is dropped. An absent record is known, too.
 */
export interface Entry {
  /** The opened, frozen record; `undefined` if the key holds none. */
  readonly record: unknown
  readonly weightBytes: number
}

/** What an entry costs besides its row: the map's own, the key, the object around it. */
const overheadBytes = 200

export class Cache {
  readonly #bytesMax: number
  readonly #entries = new Map<string, Entry>()
  readonly #fills = new Map<string, Set<{ stale: boolean }>>()
  #bytes = 0

  constructor(bytesMax: number) {
    this.#bytesMax = bytesMax
  }

  /** About how much it holds. */
  get bytes(): number {
    return this.#bytes
  }

  find(key: string): Entry | undefined {
    const entry = this.#entries.get(key)
    if (!entry) return undefined
    this.#entries.delete(key)
    this.#entries.set(key, entry)
    return entry
  }

  /** Reads by `load` and keeps the answer, unless the key was changed meanwhile. */
  async fill(key: string, load: () => Promise<Entry>): Promise<Entry> {
    const ticket = { stale: false }
    const tickets = this.#fills.get(key) ?? new Set()
    this.#fills.set(key, tickets.add(ticket))
    try {
      const entry = await load()
      if (!ticket.stale) this.#keep(key, entry)
      return entry
    } finally {
      tickets.delete(ticket)
      if (tickets.size === 0) this.#fills.delete(key)
    }
  }

  /** Forgets what the feed says was changed. */
  drop(keys: readonly string[]): void {
    for (const key of keys) {
      for (const ticket of this.#fills.get(key) ?? []) ticket.stale = true
      this.#remove(key)
    }
  }

  /** Forgets everything: for a reader that the feed no longer reaches. */
  clear(): void {
    for (const tickets of this.#fills.values()) for (const ticket of tickets) ticket.stale = true
    this.#entries.clear()
    this.#bytes = 0
  }

  #keep(key: string, entry: Entry): void {
    this.#remove(key)
    this.#entries.set(key, entry)
    this.#bytes += costOf(key, entry)
    for (const oldest of this.#entries.keys()) {
      if (this.#bytes <= this.#bytesMax) break
      this.#remove(oldest)
    }
  }

  #remove(key: string): void {
    const entry = this.#entries.get(key)
    if (!entry) return
    this.#entries.delete(key)
    this.#bytes -= costOf(key, entry)
  }
}

/** A decoded record takes about three times the bytes of its text. */
const costOf = (key: string, entry: Entry): number =>
  overheadBytes + 2 * key.length + 3 * entry.weightBytes
