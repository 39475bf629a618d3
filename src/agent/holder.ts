/**
 * Credentials as they are held: renewed some minutes before they end, kept while they hold where the
 * renewal fails, asked for by one call at a time and not in a loop. A failure is logged when it begins
 * and when it changes.
 */
import { backoffMs } from '../cache/world.ts'
import type { Signer } from '../sigv4/sign.ts'
import { type Log, Refrain } from './log.ts'
import { CredentialsMissing, type Lent, type Source } from './sources.ts'
import type { Credentialed } from './upstream.ts'

export interface HolderNeeds {
  readonly source: Source
  /** Whose they are, for the log. */
  readonly name: string
  readonly log: Log
  /** Sources without an end (files, the environment) are looked at again so often. */
  readonly rereadMs?: number
  now(): number
}

const aheadMs = 300_000
const retryFirstMs = 500
const retryMostMs = 10_000
const askMsMax = 10_000

export class Holder implements Credentialed {
  readonly #needs: HolderNeeds
  readonly #refrain = new Refrain()
  #lent: Lent | undefined
  #renewAt = 0
  #failures = 0
  #retryAt = 0
  #error: unknown
  #flight: Promise<Lent> | undefined

  constructor(needs: HolderNeeds) {
    this.#needs = needs
  }

  /** Credentials that hold now, with their end. Throws what the source threw where there are none. */
  async get(): Promise<Lent> {
    const now = this.#needs.now()
    const lent = this.#lent
    const holds = lent && (lent.expiresAt === undefined || lent.expiresAt > now)
    if (holds && now < this.#renewAt) return lent
    if (now < this.#retryAt && !this.#flight) {
      if (holds) return lent
      throw this.#error
    }
    const renewed = this.renew()
    if (!holds) return renewed
    // They hold for a while: nobody waits for the next ones.
    renewed.catch(() => {})
    return lent
  }

  reject(signer: Signer): void {
    if (this.#lent?.accessKeyId !== signer.accessKeyId) return
    this.#lent = undefined
    this.#renewAt = 0
  }

  /** Credentials that were asked for after this moment. Throws what the source threw. */
  renew(): Promise<Lent> {
    this.#flight ??= this.#ask().finally(() => {
      this.#flight = undefined
    })
    return this.#flight
  }

  async #ask(): Promise<Lent> {
    const { source, name, log, now, rereadMs } = this.#needs
    try {
      const lent = await source(AbortSignal.timeout(askMsMax))
      if (!lent) throw new CredentialsMissing('there are none')
      if (lent.expiresAt !== undefined && lent.expiresAt <= now()) {
        throw new CredentialsMissing('what was found has expired already')
      }
      this.#lent = lent
      this.#failures = 0
      this.#retryAt = 0
      this.#renewAt = renewalOf(lent, now(), rereadMs)
      if (this.#refrain.isNews(undefined)) log.info(`credentials of ${name}: found`)
      return lent
    } catch (error) {
      this.#failures++
      this.#error = error
      this.#retryAt = now() + backoffMs(this.#failures, retryFirstMs, retryMostMs, Math.random())
      const words = error instanceof Error ? error.message || error.name : 'unknown'
      if (this.#refrain.isNews(words)) {
        log.error(
          `credentials of ${name}: ${words}; trying again, what is kept is served meanwhile`,
        )
      }
      throw error
    }
  }
}

/** Five minutes before the end, of short lives the last tenth; what has no end is looked at again. */
function renewalOf({ expiresAt }: Lent, now: number, rereadMs: number | undefined): number {
  if (expiresAt === undefined) return now + (rereadMs ?? aheadMs)
  const ahead = Math.min(aheadMs, (expiresAt - now) / 10)
  return Math.min(expiresAt - ahead, now + (rereadMs ?? Number.POSITIVE_INFINITY))
}
