/**
 * Reads the journal as it grows, behind the answers and never in their way: one page at a time, each
 * taken before the next is read, so that memory stays bounded however far it lags. What cannot be
 * taken now is tried again, ever more seldom; nothing is skipped.
 */
import { setTimeout as sleep } from 'node:timers/promises'
import type { Page } from '../store/engine.ts'
import type { TapeRow } from './tape.ts'

/** The journal as a follower needs it. */
export interface JournalSource {
  /** The number of the last batch. */
  readonly position: number
  journal(after: number, upTo: number, page: Page): Promise<readonly TapeRow[]>
}

export interface Following {
  readonly source: JournalSource
  /** The last batch that was taken before. */
  readonly after: number
  readonly rowsMax: number
  /** Takes rows for good: what it resolves for is never given again. */
  take(rows: readonly TapeRow[]): Promise<void>
  /** Called when there is nothing to take. */
  idle?(): void | Promise<void>
  /** Told once, when taking begins to fail. */
  complain(thrown: unknown): void
}

const idleMilliseconds = 250
const retryMilliseconds = 500
const retryMillisecondsMax = 60_000

export class Follower {
  readonly #following: Following
  readonly #ending = new AbortController()
  readonly #ended: Promise<void>
  #after: number
  #failures = 0
  #wake = () => {}
  #waiting: (() => void)[] = []

  constructor(following: Following) {
    this.#following = following
    this.#after = following.after
    this.#ended = this.#run()
  }

  /** The last batch that was taken. */
  get after(): number {
    return this.#after
  }

  /** How many batches wait to be taken. */
  get lag(): number {
    return Math.max(0, this.#following.source.position - this.#after)
  }

  /** Whether the last try failed. */
  get isFailing(): boolean {
    return this.#failures > 0
  }

  /** Looks at once instead of soon. */
  wake(): void {
    this.#wake()
  }

  /** Resolves when all was taken that is committed now, or after this time. */
  async caughtUp(withinMilliseconds: number): Promise<boolean> {
    const { position } = this.#following.source
    const until = performance.now() + withinMilliseconds
    while (this.#after < position) {
      const rest = until - performance.now()
      if (rest <= 0 || this.#ending.signal.aborted) return false
      const { promise, resolve } = Promise.withResolvers<void>()
      this.#waiting.push(resolve)
      this.#wake()
      await Promise.race([promise, sleep(rest, undefined, { ref: false })])
    }
    return true
  }

  /** Ends after the page that is being taken. */
  async close(): Promise<void> {
    this.#ending.abort()
    this.#wake()
    await this.#ended
    this.#tell()
  }

  async #run(): Promise<void> {
    while (!this.#ending.signal.aborted) {
      const isMore = await this.#step()
      this.#tell()
      if (!isMore) await this.#rest(this.#pauseMilliseconds())
    }
  }

  /** True if there may be more at once. */
  async #step(): Promise<boolean> {
    const { source, rowsMax, take, idle, complain } = this.#following
    try {
      const rows = await source.journal(this.#after, source.position, { itemsMax: rowsMax })
      const last = rows.at(-1)
      if (!last) {
        await idle?.()
        this.#failures = 0
        return false
      }
      await take(rows)
      this.#after = last.seq
      this.#failures = 0
      // Whoever answers requests goes first.
      await new Promise((go) => setImmediate(go))
      return true
    } catch (thrown) {
      if (this.#failures++ === 0 && !this.#ending.signal.aborted) complain(thrown)
      return false
    }
  }

  #pauseMilliseconds(): number {
    if (this.#failures === 0) return idleMilliseconds
    return Math.min(retryMillisecondsMax, retryMilliseconds * 2 ** (this.#failures - 1))
  }

  async #rest(milliseconds: number): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>()
    // A failing one is not woken: whoever waits for it would have it tried without end.
    if (this.#failures === 0 || this.#ending.signal.aborted) this.#wake = resolve
    const signal = this.#ending.signal
    await Promise.race([promise, sleep(milliseconds, undefined, { ref: false, signal })]).catch(
      () => {},
    )
    this.#wake = () => {}
  }

  #tell(): void {
    const waiting = this.#waiting
    this.#waiting = []
    for (const resolve of waiting) resolve()
  }
}
