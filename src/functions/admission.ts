/**
 * Who may run now, who waits, who is sent away. Counts what works: in all, of memory, and for each
 * function; so that a function that hangs holds up itself before it holds up others.
 */
import { type Deployed, TooBusy } from './function.ts'
import type { Limits } from './limits.ts'

interface Waiting {
  readonly deployed: Deployed
  admit(): void
  refuse(): void
}

export class Admission {
  readonly #limits: Limits
  readonly #working = new Map<string, number>()
  readonly #queue = new Set<Waiting>()
  #total = 0
  #megabytes = 0

  constructor(limits: Limits) {
    this.#limits = limits
  }

  /** What works now, and what memory it was promised. */
  get working(): { readonly count: number; readonly megabytes: number } {
    return { count: this.#total, megabytes: this.#megabytes }
  }

  /** Resolves when it may run; `leave` must follow. Throws TooBusy. */
  async enter(deployed: Deployed): Promise<void> {
    if (this.#fits(deployed)) return this.#count(deployed, 1)
    if (this.#queue.size >= this.#limits.queueMax || deployed.reservedConcurrency === 0) {
      throw new TooBusy(this.#reason(deployed))
    }
    await this.#wait(deployed)
  }

  leave(deployed: Deployed): void {
    this.#count(deployed, -1)
    for (const waiting of this.#queue) {
      if (this.#total >= this.#limits.environmentsMax) return
      if (this.#fits(waiting.deployed)) waiting.admit()
    }
  }

  /** Sends everybody away who waits. */
  close(): void {
    for (const waiting of this.#queue) waiting.refuse()
  }

  #wait(deployed: Deployed): Promise<void> {
    const { promise, resolve, reject } = Promise.withResolvers<void>()
    const timer = setTimeout(() => waiting.refuse(), this.#limits.queueMilliseconds)
    const waiting: Waiting = {
      deployed,
      refuse: () => {
        clearTimeout(timer)
        this.#queue.delete(waiting)
        reject(new TooBusy(this.#reason(deployed)))
      },
      admit: () => {
        clearTimeout(timer)
        this.#queue.delete(waiting)
        this.#count(deployed, 1)
        resolve()
      },
    }
    this.#queue.add(waiting)
    return promise
  }

  #fits(deployed: Deployed): boolean {
    if (this.#total === 0) return this.#capOf(deployed) > 0 // whatever it needs: nobody else needs it
    return (
      this.#total < this.#limits.environmentsMax &&
      this.#workingOf(deployed) < this.#capOf(deployed) &&
      this.#megabytes + deployed.memoryMegabytes <= this.#limits.memoryMegabytesMax
    )
  }

  #capOf({ reservedConcurrency }: Deployed): number {
    return reservedConcurrency ?? this.#limits.environmentsPerFunctionMax
  }

  #workingOf({ arn }: Deployed): number {
    return this.#working.get(arn) ?? 0
  }

  #count(deployed: Deployed, by: 1 | -1): void {
    const working = this.#workingOf(deployed) + by
    if (working === 0) this.#working.delete(deployed.arn)
    else this.#working.set(deployed.arn, working)
    this.#total += by
    this.#megabytes += by * deployed.memoryMegabytes
  }

  #reason(deployed: Deployed): TooBusy['reason'] {
    const isOwnFault =
      deployed.reservedConcurrency !== undefined &&
      this.#workingOf(deployed) >= this.#capOf(deployed)
    return isOwnFault
      ? 'ReservedFunctionConcurrentInvocationLimitExceeded'
      : 'ConcurrentInvocationLimitExceeded'
  }
}
