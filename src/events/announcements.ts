/** Takes what was announced out of the outbox and asks the rules about it, in one commit. */
import type { Clock } from '../lib/clock.ts'
import type { Attempt, See } from '../store/attempt.ts'
import { announced, isOfOutbox, takeAnnounced } from '../store/outbox.ts'
import type { RuleBook } from './book.ts'
import { enqueue, matchesOf, postedOf } from './router.ts'

export interface OutboxPorts {
  readonly see: See
  attempt<T>(run: (attempt: Attempt) => T | Promise<T>): Promise<T>
  readonly clock: Clock
  readonly book: RuleBook
  complain(thrown: unknown): void
}

const itemsPerTurn = 16
const retryMs = 5000

export class Announcements {
  readonly #ports: OutboxPorts
  readonly #timer: NodeJS.Timeout
  #turn: Promise<void> | undefined
  #isAsked = false
  #isClosed = false

  /** Begins with what was announced before. */
  constructor(ports: OutboxPorts) {
    this.#ports = ports
    // Behind the commits that tell: what failed, and what others left behind.
    this.#timer = setInterval(() => this.#wake(), retryMs).unref()
    this.#wake()
  }

  /** What a commit changed. */
  note(changed: readonly string[]): void {
    if (changed.some(isOfOutbox)) this.#wake()
  }

  async close(): Promise<void> {
    this.#isClosed = true
    clearInterval(this.#timer)
    await this.#turn
  }

  #wake(): void {
    if (this.#isClosed) return
    this.#isAsked = true
    this.#turn ??= this.#takeAll().finally(() => {
      this.#turn = undefined
    })
  }

  async #takeAll(): Promise<void> {
    while (this.#isAsked && !this.#isClosed) {
      this.#isAsked = false
      try {
        if (await this.#takeSome()) this.#isAsked = true
      } catch (thrown) {
        this.#ports.complain(thrown)
        return
      }
    }
  }

  /** True if there may be more. */
  async #takeSome(): Promise<boolean> {
    const { see, attempt, clock, book } = this.#ports
    const some = await see((look) => announced(look, itemsPerTurn))
    if (some.length === 0) return false
    await attempt(async (each) => {
      for (const one of some) {
        if (!takeAnnounced(each, one)) continue
        for (const match of await matchesOf(book, postedOf(one))) {
          await enqueue(each, match, clock.now())
        }
      }
    })
    return true
  }
}
