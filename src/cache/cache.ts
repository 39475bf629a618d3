/**
 * Secrets kept for an application: read once, kept fresh, renewed when a rotation has made them
 * useless. One cache per process, made outside a Lambda function's handler.
 */
import { Entries } from './entries.ts'
import { Entry } from './entry.ts'
import type { Parser } from './schema.ts'
import type { Secret } from './secret.ts'
import { type Options, type Settings, settingsOf } from './settings.ts'
import { backoffMs } from './world.ts'

/** Which version: by its id, by a label (`AWSPREVIOUS`), or AWSCURRENT. */
export interface Which {
  readonly stage?: string
  readonly version?: string
}

export class SecretsCache {
  readonly #settings: Settings
  readonly #entries: Entries<Entry>

  constructor(options: Options) {
    this.#settings = settingsOf(options)
    this.#entries = new Entries(this.#settings.entriesMax)
  }

  /** The secret: kept, or fetched. */
  getSecret(id: string, which: Which = {}): Promise<Secret> {
    return this.#entry(id, which).read()
  }

  /** The secret's text as JSON, through a schema or a function that takes or refuses it. */
  getJson(id: string, parser?: undefined, which?: Which): Promise<unknown>
  getJson<T>(id: string, parser: Parser<T>, which?: Which): Promise<T>
  async getJson<T>(id: string, parser?: Parser<T>, which: Which = {}): Promise<T | unknown> {
    const secret = await this.getSecret(id, which)
    return parser === undefined ? secret.json() : secret.json(parser)
  }

  /**
   * Uses the secret; where the use is refused (a log-in that fails, 401), fetches it again and tries
   * again: at once if there is a new version, else with back-off, because a rotation has changed
   * the password some moments before it says so. Any other error is the caller's.
   */
  async withSecret<T>(
    id: string,
    use: (secret: Secret) => T | Promise<T>,
    which: Which = {},
  ): Promise<T> {
    const { isRefusal, attemptsMax } = this.#settings
    let secret = await this.getSecret(id, which)
    for (let attempt = 1; ; attempt++) {
      try {
        return await use(secret)
      } catch (error) {
        if (!isRefusal(error) || attempt >= attemptsMax) throw error
        secret = await this.#next(this.#entry(id, which), secret, attempt)
      }
    }
  }

  /** Forgets a secret, or all: the next read asks the service. */
  invalidate(id?: string): void {
    this.#entries.drop(({ subject }) => id === undefined || subject.id === id)
  }

  /** How many secrets are kept. */
  get size(): number {
    return this.#entries.size
  }

  async #next(entry: Entry, refused: Secret, attempt: number): Promise<Secret> {
    const { world } = this.#settings
    const first = await entry.replace(refused).catch(() => refused)
    if (first.versionId !== refused.versionId) return first
    await world.wait(backoffMs(attempt, waitFirstMs, waitMostMs, world.random()))
    return entry.replace(first).catch(() => first)
  }

  #entry(id: string, { stage, version }: Which): Entry {
    const key = JSON.stringify([id, stage, version])
    return (
      this.#entries.get(key) ??
      this.#entries.add(key, new Entry({ id, stage, version }, this.#settings))
    )
  }
}

/** How long `withSecret` waits for a rotation to end. */
const waitFirstMs = 100
const waitMostMs = 5000
