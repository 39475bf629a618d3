/**
 * What was changed lately, in memory: attempts are held against it and against those before them in
 * the same batch. Shared by every engine; bounded: of an attempt that is older than what is remembered
 * nothing can be said, and it begins again.
 */
import type { Conflicted, Proposal } from './engine.ts'

/** How many changed keys are remembered. */
const keysMax = 200_000

/** A batch, judged. */
export interface Judged {
  /** What holds, in order. */
  readonly held: readonly Proposal[]
  /** One verdict per proposal, in order. */
  readonly conflicts: readonly Conflicted[]
  /** Every key that what holds changes. */
  readonly changed: ReadonlySet<string>
}

export class Recent {
  readonly #seqs = new Map<string, number>()
  #from: number
  /** Nothing was changed behind this. */
  #last: number

  /** @param from nothing is known of what was changed up to here */
  constructor(from: number) {
    this.#from = from
    this.#last = from
  }

  /** @param head the last commit; everything that it and those before it changed is remembered */
  judge(batch: readonly Proposal[], head: number): Judged {
    const changed = new Set<string>()
    const held: Proposal[] = []
    const conflicts: Conflicted[] = []
    for (const proposal of batch) {
      const conflict = this.#conflictOf(proposal, changed, head)
      conflicts.push(conflict)
      if (conflict !== undefined) continue
      held.push(proposal)
      for (const { key } of proposal.changes) changed.add(key)
    }
    return { held, conflicts, changed }
  }

  #conflictOf({ at, reads }: Proposal, changed: ReadonlySet<string>, head: number): Conflicted {
    // Begun on a database that has been put back since.
    if (at > head) return ''
    if (at >= this.#last && changed.size === 0) return undefined
    if (at < this.#from) return ''
    return reads.find((key) => changed.has(key) || (this.#seqs.get(key) ?? 0) > at)
  }

  /** Latest last, so that what is forgotten first is what changed longest ago. */
  remember(changed: Iterable<string>, seq: number): void {
    for (const key of changed) {
      this.#last = Math.max(this.#last, seq)
      this.#seqs.delete(key)
      this.#seqs.set(key, seq)
    }
    if (this.#seqs.size > keysMax) this.#forget(this.#seqs.size - keysMax / 2)
  }

  #forget(surplus: number): void {
    for (const [key, seq] of this.#seqs) {
      if (surplus-- <= 0) break
      this.#seqs.delete(key)
      this.#from = Math.max(this.#from, seq)
    }
  }

  /** Nothing is known of what was changed up to here: the feed does not reach back so far. */
  restart(from: number): void {
    this.#seqs.clear()
    this.#from = from
    this.#last = from
  }
}
