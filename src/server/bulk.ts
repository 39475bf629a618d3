/**
 * Room for large bodies, such as the code of a function. A body may be longer than usual only where the
 * headers claim, for an operation that takes such a body, a key that exists, and only as far as what
 * is in memory of all of them together stays within a bound: others wait their turn, unread.
 */
import { Fault } from '../lib/fault.ts'
import type { Head } from './head.ts'

/** How long a body may be. `release` once nothing of it is needed any more. */
export interface Room {
  readonly bytesMax: number
  release(): void
}

export interface BulkOptions {
  readonly usualBytesMax: number
  /** All large bodies together. */
  readonly roomBytesMax: number
  /** The bound of the operation that a head claims; `undefined` for the usual one. */
  bytesMaxOf(head: Head): number | undefined
  /** Whether the head could be its sender's: a form, a date and a key that exist. */
  mayAsk(head: Head): Promise<boolean>
}

const waitersMax = 64

interface Waiter {
  readonly bytes: number
  enter(): void
}

export class Bulk {
  readonly #options: BulkOptions
  /** What every body has, and nobody waits for. */
  readonly #usual: Room
  readonly #waiters: Waiter[] = []
  #taken = 0

  constructor(options: BulkOptions) {
    this.#options = options
    this.#usual = { bytesMax: options.usualBytesMax, release: () => undefined }
  }

  /**
   * Room for the body of a request. None, `bytesMax` 0, for a large one of nobody that we know. Throws
   * ThrottlingException when too many wait.
   */
  roomFor(head: Head, announcedBytes: number | undefined): Room | Promise<Room> {
    const isUsual = announcedBytes !== undefined && announcedBytes <= this.#usual.bytesMax
    return isUsual ? this.#usual : this.#roomFor(head, announcedBytes)
  }

  async #roomFor(head: Head, announcedBytes: number | undefined): Promise<Room> {
    const { usualBytesMax, bytesMaxOf, mayAsk, roomBytesMax } = this.#options
    const usual = this.#usual
    const bytesMax = Math.max(bytesMaxOf(head) ?? 0, usualBytesMax)
    if (bytesMax === usualBytesMax || (announcedBytes ?? 0) > bytesMax) return usual
    if (!(await mayAsk(head))) return { ...usual, bytesMax: 0 }
    // Without an announced length it may become as long as it may be.
    const bytes = Math.min(announcedBytes ?? bytesMax, roomBytesMax)
    await this.#take(bytes)
    return { bytesMax, release: this.#releaseOnce(bytes) }
  }

  /** Whoever came first goes first: a large one is not passed by small ones for ever. */
  #take(bytes: number): Promise<void> {
    if (this.#waiters.length >= waitersMax) throw new Fault('ThrottlingException', 'Rate exceeded')
    const { promise, resolve } = Promise.withResolvers<void>()
    this.#waiters.push({ bytes, enter: resolve })
    this.#admit()
    return promise
  }

  #admit(): void {
    for (let first = this.#waiters[0]; first; first = this.#waiters[0]) {
      if (this.#taken + first.bytes > this.#options.roomBytesMax) return
      this.#taken += first.bytes
      this.#waiters.shift()
      first.enter()
    }
  }

  #releaseOnce(bytes: number): () => void {
    let isHeld = true
    return () => {
      if (!isHeld) return
      isHeld = false
      this.#taken -= bytes
      this.#admit()
    }
  }
}
