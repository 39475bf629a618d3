/**
 * The coherent cache: what this process knows of the store, bounded in bytes; what nobody asked for
 * lately goes first. It answers as of the feed position that was applied last; a fill that was under
 * way while its key changed is dropped. An absent record is known, too.
 */
import type { Found } from './supply.ts'

export interface Loaded extends Found {
  readonly weightBytes: number
}

interface Entry extends Found {
  readonly costBytes: number
  /** Since it was last considered for leaving. */
  wasAsked: boolean
}

/** What an entry costs besides its row: the map's own, the key, the object around it. */
const overheadBytes = 260

/** How many that were asked for are spared, one after another, before one must leave all the same. */
const sparedMax = 32

export class Cache {
  readonly #bytesMax: number
  readonly #entries = new Map<string, Entry>()
  readonly #fills = new Map<string, Set<{ stale: boolean }>>()
  #bytes = 0
  #hits = 0
  #misses = 0

  constructor(bytesMax: number) {
    this.#bytesMax = bytesMax
  }

  /** About how much it holds. */
  get bytes(): number {
    return this.#bytes
  }

  /** How often what was asked for was known. */
  get hits(): number {
    return this.#hits
  }

  get misses(): number {
    return this.#misses
  }

  /** What is known of a key here: that it holds no record, too. */
  find(key: string): Found | undefined {
    const entry = this.#entries.get(key)
    if (!entry) {
      this.#misses++
      return undefined
    }
    this.#hits++
    entry.wasAsked = true
    return entry
  }

  /** Reads by `load` and keeps the answer, unless the key was changed meanwhile. */
  async fill(key: string, load: () => Promise<Loaded>): Promise<Found> {
    const ticket = { stale: false }
    const tickets = this.#fills.get(key) ?? new Set()
    this.#fills.set(key, tickets.add(ticket))
    try {
      const loaded = await load()
      return ticket.stale ? loaded : this.keep(key, loaded)
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

  /** Keeps what is so now. */
  keep(key: string, { record, weightBytes }: Loaded): Found {
    this.#remove(key)
    const entry = { record, costBytes: costOf(key, weightBytes), wasAsked: false }
    this.#entries.set(key, entry)
    this.#bytes += entry.costBytes
    if (this.#bytes > this.#bytesMax) this.#makeRoom()
    return entry
  }

  /** In the order of their coming; one that was asked for since comes to the end instead, once. */
  #makeRoom(): void {
    let spared = 0
    for (const [key, entry] of this.#entries) {
      if (this.#bytes <= this.#bytesMax) break
      if (entry.wasAsked && spared++ < sparedMax) {
        entry.wasAsked = false
        this.#entries.delete(key)
        this.#entries.set(key, entry)
      } else {
        this.#remove(key)
      }
    }
  }

  #remove(key: string): void {
    const entry = this.#entries.get(key)
    if (!entry) return
    this.#entries.delete(key)
    this.#bytes -= entry.costBytes
  }
}

/** A decoded record takes about three times the bytes of its text. */
const costOf = (key: string, weightBytes: number): number =>
  overheadBytes + 2 * key.length + 3 * weightBytes
