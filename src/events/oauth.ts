/**
 * Access tokens by OAuth's client credentials grant, kept until shortly before they end.
 *
 * https://www.rfc-editor.org/rfc/rfc6749#section-4.4
 */
import type { Admits } from '../lib/address.ts'
import { type Clock, secondMs } from '../lib/clock.ts'
import { send } from '../lib/outbound.ts'
import { mustBeCallable } from './endpoint.ts'
import { asQuery, withQuery } from './parameters.ts'
import type { ConnectionRecord, ConnectionSecrets } from './records.ts'

/** Why there is no token. */
export class Unauthorized extends Error {
  override name = 'Unauthorized'
}

interface Token {
  readonly header: string
  readonly endsAt: number
}

const tokensMax = 1000
const secondsDefault = 3600
const earlyMs = 30 * secondMs
const timeoutMs = 5 * secondMs

export interface TokenNeeds {
  readonly admits: Admits
  readonly clock: Clock
}

export class AccessTokens {
  readonly #needs: TokenNeeds
  readonly #tokens = new Map<string, Token>()
  /** Asked for once by however many wait. */
  readonly #asked = new Map<string, Promise<Token>>()

  constructor(needs: TokenNeeds) {
    this.#needs = needs
  }

  /** The Authorization header. Throws Unauthorized, or Unreachable. */
  async header(connection: ConnectionRecord, secrets: ConnectionSecrets): Promise<string> {
    const key = keyOf(connection)
    const known = this.#tokens.get(key)
    if (known && known.endsAt > this.#needs.clock.now()) return known.header
    const asked = this.#asked.get(key) ?? this.#ask(connection, secrets)
    this.#asked.set(key, asked)
    try {
      const token = await asked
      if (this.#tokens.size >= tokensMax) this.#tokens.clear()
      this.#tokens.set(key, token)
      return token.header
    } finally {
      this.#asked.delete(key)
    }
  }

  /** One that was not taken is asked for anew. */
  forget(connection: ConnectionRecord): void {
    this.#tokens.delete(keyOf(connection))
  }

  async #ask({ shown }: ConnectionRecord, { value, oauthHttp }: ConnectionSecrets): Promise<Token> {
    const { admits, clock } = this.#needs
    const { endpoint = '', method = 'POST' } = shown
    const url = withQuery(new URL(endpoint), oauthHttp.query)
    mustBeCallable(url, admits)
    const fields = { grant_type: 'client_credentials', ...oauthHttp.body }
    const basic = Buffer.from(`${shown.name}:${value}`).toString('base64')
    const { status, text } = await send({
      url: method === 'GET' ? withQuery(url, fields) : url,
      method,
      headers: {
        Accept: 'application/json',
        'Content-Type': 'application/x-www-form-urlencoded',
        Authorization: `Basic ${basic}`,
        ...oauthHttp.headers,
      },
      ...(method !== 'GET' && { body: asQuery(fields) }),
      ...{ admits, timeoutMs },
    })
    if (status !== 200) throw new Unauthorized(`${url.host} answers ${status} instead of a token`)
    return readToken(text, url.host, clock.now())
  }
}

const keyOf = ({ id, changedAt }: ConnectionRecord): string => `${id} ${changedAt}`

/** Only what may stand in a header is taken. */
function readToken(text: string, host: string, now: number): Token {
  try {
    const { access_token: token, expires_in: seconds = secondsDefault } = JSON.parse(text)
    if (typeof token === 'string' && /^[\x21-\x7e]{1,8192}$/.test(token)) {
      const lasts = Number.isFinite(Number(seconds)) ? Number(seconds) : secondsDefault
      return { header: `Bearer ${token}`, endsAt: now + Math.max(0, lasts * secondMs - earlyMs) }
    }
  } catch {
    // What it answered is no JSON: no token either.
  }
  throw new Unauthorized(`${host} answers without an access_token`)
}
