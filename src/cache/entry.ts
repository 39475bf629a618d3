/**
 * One secret that is kept, and when it is asked for again: fresh until its TTL, renewed in the
 * background shortly before, served stale for a bounded time while the service cannot be reached, and
 * never asked for twice at once. What the service has decided (denied, gone) ends it at once.
 */
import type { SecretAnswer, SecretRequest } from './client.ts'
import { isFinal } from './refusal.ts'
import { Secret } from './secret.ts'
import type { Settings, Subject } from './settings.ts'
import { backoffMs } from './world.ts'

export class Entry {
  readonly subject: Subject
  readonly #settings: Settings
  #secret: Secret | undefined
  #flight: Promise<Secret> | undefined
  #aheadAt = 0
  #freshUntil = 0
  #staleUntil = 0
  #failures = 0
  #retryAt = 0
  #error: unknown

  constructor(subject: Subject, settings: Settings) {
    this.subject = subject
    this.#settings = settings
  }

  /** The kept value while it may be served, else the service's. */
  read(): Promise<Secret> {
    const now = this.#settings.world.now()
    const secret = this.#secret
    const mayAsk = now >= this.#retryAt
    if (secret && now < this.#freshUntil) {
      if (now >= this.#aheadAt && mayAsk) this.#ask().catch(() => {})
      return Promise.resolve(secret)
    }
    if (mayAsk || this.#flight) return this.#ask().catch((error) => this.#serveStale(error))
    return this.#serveStale(this.#error)
  }

  /** A value that was read after the refused one: of another caller who was quicker, or a new one. */
  replace(refused: Secret): Promise<Secret> {
    const secret = this.#secret
    return secret && secret !== refused && !this.#flight ? Promise.resolve(secret) : this.#ask()
  }

  /** One call at a time, whoever asks. */
  #ask(): Promise<Secret> {
    this.#flight ??= this.#fetch().finally(() => {
      this.#flight = undefined
    })
    return this.#flight
  }

  async #fetch(): Promise<Secret> {
    try {
      const secret = new Secret(await this.#call())
      this.#keep(secret)
      return secret
    } catch (error) {
      this.#fail(error)
      throw error
    }
  }

  /** A client that does not heed the signal is not waited for either. */
  async #call(): Promise<SecretAnswer> {
    const { client, fetchMsMax } = this.#settings
    const late = new AbortController()
    const timer = setTimeout(() => late.abort(new SecretTimeoutError()), fetchMsMax)
    const tooLate = new Promise<never>((_, reject) => {
      late.signal.addEventListener('abort', () => reject(late.signal.reason))
    })
    try {
      const options = { abortSignal: late.signal }
      return await Promise.race([client.getSecretValue(requestOf(this.subject), options), tooLate])
    } finally {
      clearTimeout(timer)
    }
  }

  #keep(secret: Secret): void {
    const { ttlMs, jitterRatio, refreshAheadRatio, staleMsMax, world, hooks } = this.#settings
    const previous = this.#secret
    const now = world.now()
    const lifeMs = ttlMs * (1 - jitterRatio * world.random())
    this.#secret = secret
    this.#aheadAt = now + lifeMs * refreshAheadRatio
    this.#freshUntil = now + lifeMs
    this.#staleUntil = this.#freshUntil + staleMsMax
    this.#failures = 0
    this.#retryAt = 0
    const { versionId } = secret
    tell(hooks.onFetch, { ...this.subject, versionId })
    if (previous && previous.versionId !== versionId) {
      tell(hooks.onRefresh, { ...this.subject, versionId, previousVersionId: previous.versionId })
    }
  }

  #fail(error: unknown): void {
    const { world, hooks } = this.#settings
    if (isFinal(error)) this.#secret = undefined
    this.#error = error
    this.#failures++
    const now = world.now()
    this.#retryAt = now + backoffMs(this.#failures, retryFirstMs, retryMostMs, world.random())
    const servesStale = this.#secret !== undefined && now < this.#staleUntil
    tell(hooks.onError, { ...this.subject, error, servesStale })
  }

  async #serveStale(error: unknown): Promise<Secret> {
    const now = this.#settings.world.now()
    if (this.#secret && now < this.#staleUntil) return this.#secret
    throw error
  }
}

/** The service did not answer in time. */
class SecretTimeoutError extends Error {
  override readonly name = 'TimeoutError'
  override readonly message = 'the service did not answer in time'
}

const requestOf = ({ id, stage, version }: Subject): SecretRequest => ({
  SecretId: id,
  ...(version !== undefined && { VersionId: version }),
  ...(stage !== undefined && { VersionStage: stage }),
})

/** How long a failing service is left alone. */
const retryFirstMs = 500
const retryMostMs = 60_000

/** Somebody else's hook breaks no read. */
function tell<T>(hook: ((event: T) => void) | undefined, event: T): void {
  try {
    hook?.(event)
  } catch {}
}
