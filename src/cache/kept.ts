/**
 * One value that is kept, and when it is asked for again: fresh until its TTL, renewed in the
 * background shortly before, served stale for a bounded time while the service cannot be reached, and
 * never asked for twice at once. What the service has decided (denied, gone) ends it at once.
 */
import { backoffMs, type World } from './world.ts'

export interface Rules {
  readonly ttlMs: number
  readonly jitterRatio: number
  readonly refreshAheadRatio: number
  readonly staleMsMax: number
  readonly fetchMsMax: number
  /** How long a failing service is left alone at most. */
  readonly retryMsMax: number
  readonly world: World
}

/** Where a value comes from, and who is told of it. */
export interface Origin<T> {
  fetch(signal: AbortSignal): Promise<T>
  /** Whether an error is an answer that stands, as against a failure that may pass. */
  isFinal(error: unknown): boolean
  onKept?(value: T, previous: T | undefined): void
  onFailed?(error: unknown, servesStale: boolean): void
}

export class Kept<T> {
  readonly #origin: Origin<T>
  readonly #rules: Rules
  #value: T | undefined
  #flight: Promise<T> | undefined
  #next: Promise<T> | undefined
  #aheadAt = 0
  #freshUntil = 0
  #staleUntil = 0
  #failures = 0
  #retryAt = 0
  #error: unknown

  constructor(origin: Origin<T>, rules: Rules) {
    this.#origin = origin
    this.#rules = rules
  }

  /** The kept value where it is fresh and nothing is to be done about it. */
  fresh(): T | undefined {
    const now = this.#rules.world.now()
    return now < this.#freshUntil && now < this.#aheadAt ? this.#value : undefined
  }

  /** The kept value while it may be served, else the service's. */
  read(): Promise<T> {
    const now = this.#rules.world.now()
    const value = this.#value
    const mayAsk = now >= this.#retryAt
    if (value !== undefined && now < this.#freshUntil) {
      if (now >= this.#aheadAt && mayAsk) this.#ask().catch(() => {})
      return Promise.resolve(value)
    }
    if (mayAsk || this.#flight) return this.#ask().catch((error) => this.#serveStale(error))
    return this.#serveStale(this.#error)
  }

  /** A value that was read after the refused one: of another caller who was quicker, or a new one. */
  replace(refused: T): Promise<T> {
    const value = this.#value
    return value !== undefined && value !== refused && !this.#flight
      ? Promise.resolve(value)
      : this.#ask()
  }

  /** Asks the service after this moment: a call that is under way may have been answered before it. */
  renew(): Promise<T> {
    if (!this.#flight) return this.#ask()
    this.#next ??= this.#flight
      .catch(() => {})
      .then(() => {
        this.#next = undefined
        return this.#ask()
      })
    return this.#next
  }

  /** The next read asks the service, also where a failure would have it wait. */
  expire(): void {
    this.#freshUntil = 0
    this.forgive()
    if (this.#flight) this.renew().catch(() => {})
  }

  /** The service may be asked again at once: it has come back. */
  forgive(): void {
    this.#failures = 0
    this.#retryAt = 0
  }

  /** Takes a value that was read by other means. */
  put(value: T): void {
    this.#keep(value)
  }

  /** Takes a value of before, which may be served until then while the service cannot be reached. */
  recall(value: T, until: number): void {
    this.#value = value
    this.#staleUntil = until
  }

  /** One call at a time, whoever asks. */
  #ask(): Promise<T> {
    this.#flight ??= this.#fetch().finally(() => {
      this.#flight = undefined
    })
    return this.#flight
  }

  async #fetch(): Promise<T> {
    try {
      const value = await this.#call()
      this.#keep(value)
      return value
    } catch (error) {
      this.#fail(error)
      throw error
    }
  }

  /** A client that does not heed the signal is not waited for either. */
  async #call(): Promise<T> {
    const late = new AbortController()
    const timer = setTimeout(() => late.abort(new LateError()), this.#rules.fetchMsMax)
    const tooLate = new Promise<never>((_, reject) => {
      late.signal.addEventListener('abort', () => reject(late.signal.reason))
    })
    try {
      return await Promise.race([this.#origin.fetch(late.signal), tooLate])
    } finally {
      clearTimeout(timer)
    }
  }

  #keep(value: T): void {
    const { ttlMs, jitterRatio, refreshAheadRatio, staleMsMax, world } = this.#rules
    const previous = this.#value
    const now = world.now()
    const lifeMs = ttlMs * (1 - jitterRatio * world.random())
    this.#value = value
    this.#aheadAt = now + lifeMs * refreshAheadRatio
    // Whoever asked to renew knows that this may be the old one.
    this.#freshUntil = this.#next ? 0 : now + lifeMs
    this.#staleUntil = now + lifeMs + staleMsMax
    this.#failures = 0
    this.#retryAt = 0
    this.#origin.onKept?.(value, previous)
  }

  #fail(error: unknown): void {
    const { world, retryMsMax } = this.#rules
    if (this.#origin.isFinal(error)) this.#value = undefined
    this.#error = error
    this.#failures++
    const now = world.now()
    this.#retryAt = now + backoffMs(this.#failures, retryFirstMs, retryMsMax, world.random())
    this.#origin.onFailed?.(error, this.#value !== undefined && now < this.#staleUntil)
  }

  async #serveStale(error: unknown): Promise<T> {
    const now = this.#rules.world.now()
    if (this.#value !== undefined && now < this.#staleUntil) return this.#value
    throw error
  }
}

/** The service did not answer in time. */
class LateError extends Error {
  override readonly name = 'TimeoutError'
  override readonly message = 'the service did not answer in time'
}

const retryFirstMs = 500
