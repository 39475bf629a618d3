/**
 * The keys by which issuers sign their tokens: found by OpenID Connect discovery, kept for a while,
 * fetched again when a token names one that is not known yet, since issuers rotate them.
 *
 * https://openid.net/specs/openid-connect-discovery-1_0.html
 */
import { createLocalJWKSet, type JSONWebKeySet, type JWTVerifyGetKey } from 'jose'
import { Unreachable } from '../../lib/address.ts'
import { minuteMs, secondMs } from '../../lib/clock.ts'
import { isJsonObject } from '../../lib/json.ts'
import type { FetchJson } from './fetch-json.ts'

interface Kept {
  readonly keys: JWTVerifyGetKey
  readonly fetchedAt: number
}

const freshMs = 10 * minuteMs
/** Keys that old still verify while their issuer is down. */
const staleMs = 60 * minuteMs
/** Tokens with made-up key ids and issuers that are down must not make us fetch all the time. */
const pauseMs = 30 * secondMs
const issuersMax = 1000

export class IssuerKeys {
  readonly #fetchJson: FetchJson
  readonly #privateIssuers: ReadonlySet<string>
  readonly #tell: (words: string) => void
  readonly #kept = new Map<string, Kept>()
  readonly #fetching = new Map<string, Promise<Kept>>()
  readonly #failedAt = new Map<string, number>()

  /**
   * @param privateIssuers those that may live at private addresses, as their tokens name them
   * @param tell tells the operator why an issuer's keys were not had
   */
  constructor(
    fetchJson: FetchJson,
    privateIssuers: ReadonlySet<string>,
    tell: (words: string) => void,
  ) {
    this.#fetchJson = fetchJson
    this.#privateIssuers = privateIssuers
    this.#tell = tell
  }

  /** The issuer's keys. Throws Unreachable when they cannot be had. */
  async of(issuer: string, at: number): Promise<JWTVerifyGetKey> {
    const kept = this.#kept.get(issuer)
    if (kept && at - kept.fetchedAt < freshMs) return kept.keys
    try {
      return (await this.#fetch(issuer, at)).keys
    } catch (thrown) {
      if (kept && at - kept.fetchedAt < staleMs) return kept.keys
      throw thrown
    }
  }

  /** The keys fetched anew for a token whose key is unknown; `undefined` if that was done just now. */
  async newer(issuer: string, at: number): Promise<JWTVerifyGetKey | undefined> {
    const kept = this.#kept.get(issuer)
    if (kept && at - kept.fetchedAt < pauseMs) return undefined
    return (await this.#fetch(issuer, at)).keys
  }

  isPrivate(issuer: string): boolean {
    return this.#privateIssuers.has(issuer)
  }

  /** One fetch at a time for each issuer. */
  #fetch(issuer: string, at: number): Promise<Kept> {
    const failedAt = this.#failedAt.get(issuer)
    if (failedAt !== undefined && at - failedAt < pauseMs) throw new Unreachable('failed just now')
    const known = this.#fetching.get(issuer)
    if (known) return known
    const fetching = this.#read(issuer, at)
      .catch((thrown) => this.#fail(issuer, at, thrown))
      .finally(() => this.#fetching.delete(issuer))
    this.#fetching.set(issuer, fetching)
    return fetching
  }

  async #read(issuer: string, at: number): Promise<Kept> {
    const mayBePrivate = this.isPrivate(issuer)
    const base = issuer.endsWith('/') ? issuer : `${issuer}/`
    const discovery = new URL('.well-known/openid-configuration', base)
    const document = await this.#fetchJson(discovery, mayBePrivate)
    if (!isJsonObject(document) || document.issuer !== issuer) {
      throw new Unreachable(`${discovery} is not about ${issuer}`)
    }
    const place = URL.parse(String(document.jwks_uri))
    if (!place) throw new Unreachable(`${discovery} names no jwks_uri`)
    const found = await this.#fetchJson(place, mayBePrivate)
    const kept = { keys: createLocalJWKSet(found as unknown as JSONWebKeySet), fetchedAt: at }
    if (this.#kept.size >= issuersMax) this.#kept.clear()
    this.#kept.set(issuer, kept)
    return kept
  }

  #fail(issuer: string, at: number, thrown: unknown): never {
    if (this.#failedAt.size >= issuersMax) this.#failedAt.clear()
    this.#failedAt.set(issuer, at)
    const reason = thrown instanceof Error ? thrown.message : String(thrown)
    this.#tell(`identity provider ${issuer}: ${reason}`)
    throw new Unreachable(reason)
  }
}
