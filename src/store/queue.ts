/** Proposals that wait for the same commit, so that they share it and its fsync. One commit at a time. */
import type { Conflicted, Proposal } from './engine.ts'

/** A proposal, and whoever waits for what becomes of it. */
export interface Waiting {
  readonly proposal: Proposal
  resolve(conflict: Conflicted): void
  reject(reason: unknown): void
}

export class Queue {
  readonly #itemsMax: number
  readonly #commit: (batch: readonly Waiting[]) => Promise<void>
  #waiting: Waiting[] = []
  #isDraining = false
  #drained: Promise<void> = Promise.resolve()

  /** @param commit settles each of a batch, and does not throw */
  constructor(itemsMax: number, commit: (batch: readonly Waiting[]) => Promise<void>) {
    this.#itemsMax = itemsMax
    this.#commit = commit
  }

  /** What becomes of a proposal: `undefined` when it held, else the key that was changed meanwhile. */
  add(proposal: Proposal): Promise<Conflicted> {
    const { promise, resolve, reject } = Promise.withResolvers<Conflicted>()
    this.#waiting.push({ proposal, resolve, reject })
    if (!this.#isDraining) {
      this.#isDraining = true
      this.#drained = this.#drain()
    }
    return promise
  }

  /** Resolves when nothing waits any more. */
  get drained(): Promise<void> {
    return this.#drained
  }

  async #drain(): Promise<void> {
    // What becomes ready in the same turn of the event loop shares the first fsync, too.
    await new Promise((go) => setImmediate(go))
    while (this.#waiting.length > 0) {
      await this.#commit(this.#waiting.splice(0, this.#nextCount()))
    }
    // In the same turn as the last look at the queue: what comes now starts anew.
    this.#isDraining = false
  }

  /** Last words go alone, so that nothing else gets into the space that is kept for them. */
  #nextCount(): number {
    const last = this.#waiting.findIndex(({ proposal }) => proposal.isLast)
    return Math.min(this.#itemsMax, last === -1 ? Number.POSITIVE_INFINITY : last || 1)
  }
}
