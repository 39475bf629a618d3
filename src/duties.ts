/**
 * What a node does for all: each piece of work under a lease of its own, begun here when it is ours, ended
 * at once when it is not any more. Where one process has the store to itself, everything is ours from the
 * start, and nothing is written.
 */
import { secondMs } from './lib/clock.ts'
import { StoreAway } from './store/engine.ts'
import {
  claimLease,
  freeLease,
  type Holder,
  type Lease,
  LeaseLost,
  type LeaseRecord,
  peekLease,
  proveLease,
  renewLease,
  sole,
} from './store/lease.ts'
import type { Store } from './store/store.ts'
import { Unsupplied } from './store/supply.ts'

/** What is done while a lease is held. */
export interface Work {
  close(): Promise<void>
}

export interface Duties {
  /** Does this here whenever it is ours. */
  take(name: string, begin: (lease: Lease) => Promise<Work>): Promise<void>
  /** Begins to look for what is nobody's. */
  start(): void
  /** Ends all of it, and leaves it to the others. */
  close(): Promise<void>
}

interface Needs {
  readonly store: Store
  readonly isShared: boolean
  readonly holder: Holder
  complain(words: string): void
}

/**
 * A holder counts its lease from before it asked for it, and believes in it for a shorter time than others
 * wait: what it had begun outside by then has ten seconds to end.
 */
export const pace = {
  lookEveryMs: secondMs,
  beatEveryMs: 8 * secondMs,
  believedMs: 20 * secondMs,
  leftAfterMs: 30 * secondMs,
}

export const openDuties = (needs: Needs): Duties => (needs.isShared ? new Shared(needs) : new Own())

class Own implements Duties {
  readonly #works: Work[] = []

  async take(_name: string, begin: (lease: Lease) => Promise<Work>): Promise<void> {
    this.#works.push(await begin(sole))
  }

  start(): void {}

  async close(): Promise<void> {
    await Promise.all(this.#works.map((work) => work.close()))
  }
}

class Shared implements Duties {
  readonly #needs: Needs
  readonly #duties: Duty[] = []
  #timer: NodeJS.Timeout | undefined

  constructor(needs: Needs) {
    this.#needs = needs
  }

  async take(name: string, begin: (lease: Lease) => Promise<Work>): Promise<void> {
    this.#duties.push(new Duty(this.#needs, name, begin))
  }

  start(): void {
    const turn = () => {
      for (const duty of this.#duties) duty.turn()
    }
    turn()
    this.#timer = setInterval(turn, pace.lookEveryMs)
  }

  async close(): Promise<void> {
    clearInterval(this.#timer)
    await Promise.all(this.#duties.map((duty) => duty.close()))
  }
}

class Duty {
  readonly #needs: Needs
  readonly #name: string
  readonly #begin: (lease: Lease) => Promise<Work>
  #held: Held | undefined
  #work: Work | undefined
  /** What was seen of another's lease last, and since when it did not move. */
  #seen: LeaseRecord | undefined
  #seenAt = performance.now()
  #notBefore = 0
  #turning: Promise<void> | undefined

  constructor(needs: Needs, name: string, begin: (lease: Lease) => Promise<Work>) {
    this.#needs = needs
    this.#name = name
    this.#begin = begin
  }

  /** One at a time: work that ends slowly holds up nothing else. */
  turn(): void {
    this.#turning ??= this.#turn().finally(() => {
      this.#turning = undefined
    })
  }

  async #turn(): Promise<void> {
    try {
      const record = await this.#needs.store.see((look) => peekLease(look, this.#name))
      if (this.#held) await this.#keep(this.#held, record)
      else if (this.#isToHave(record)) await this.#claim(record)
    } catch (thrown) {
      // Without the database nothing is renewed either: a lease ends by itself.
      if (!(thrown instanceof StoreAway || thrown instanceof LeaseLost)) this.#complain(thrown)
    }
  }

  async close(): Promise<void> {
    await this.#turning
    const held = this.#held
    await this.#end()
    if (held?.isHeld) await this.#free(held)
  }

  /** So that the next one need not wait. */
  async #free({ token }: Held): Promise<void> {
    const free = this.#needs.store.attempt((attempt) => freeLease(attempt, this.#name, token))
    await free.catch(() => {})
  }

  async #keep(held: Held, record: LeaseRecord | undefined): Promise<void> {
    if (!held.isHeld || record?.token !== held.token) {
      this.#needs.complain(`${this.#name}: its lease is lost, whoever takes it goes on`)
      return this.#end()
    }
    if (!held.isDue) return
    const askedAt = performance.now()
    await this.#needs.store.attempt((attempt) => renewLease(attempt, this.#name, held.token))
    held.renewed(askedAt)
  }

  #isToHave(record: LeaseRecord | undefined): boolean {
    const now = performance.now()
    if (now < this.#notBefore) return false
    if (!record || record.holder === '' || record.holder === this.#needs.holder.id) return true
    if (record.token !== this.#seen?.token || record.beat !== this.#seen.beat) {
      this.#seen = record
      this.#seenAt = now
    }
    return now > this.#seenAt + pace.leftAfterMs
  }

  async #claim(seen: LeaseRecord | undefined): Promise<void> {
    const { store, holder } = this.#needs
    const askedAt = performance.now()
    const token = await store.attempt((each) => claimLease(each, this.#name, holder, seen))
    if (token === undefined) return
    const held = new Held(this.#name, token, askedAt)
    try {
      this.#work = await this.#begin(held)
      this.#held = held
    } catch (thrown) {
      // Another node may be better off.
      this.#notBefore = performance.now() + pace.believedMs
      await this.#free(held)
      throw thrown
    }
  }

  async #end(): Promise<void> {
    const work = this.#work
    this.#held = undefined
    this.#work = undefined
    await work?.close()
  }

  #complain(thrown: unknown): void {
    this.#needs.complain(`${this.#name} waits: ${thrown}`)
  }
}

class Held implements Lease {
  readonly token: number
  readonly #name: string
  #askedAt: number
  #isLost = false

  constructor(name: string, token: number, askedAt: number) {
    this.#name = name
    this.token = token
    this.#askedAt = askedAt
  }

  /** By what is known here: a clock that went on while this process stood still tells. */
  get isHeld(): boolean {
    return !this.#isLost && performance.now() < this.#askedAt + pace.believedMs
  }

  get isDue(): boolean {
    return performance.now() > this.#askedAt + pace.beatEveryMs
  }

  renewed(askedAt: number): void {
    this.#askedAt = askedAt
  }

  mustHold(): void {
    if (!this.isHeld) throw new LeaseLost(this.#name)
  }

  fence(attempt: Parameters<Lease['fence']>[0]): void {
    try {
      proveLease(attempt, this.#name, this.token)
    } catch (thrown) {
      // A run that has to begin anew has not looked yet.
      if (!(thrown instanceof Unsupplied)) this.#isLost = true
      throw thrown
    }
  }
}
