/**
 * Page tokens: where a list goes on. A plain token holds only the place inside the caller's own list;
 * account and region are taken from the caller again, so that a forged token reaches nothing else. A
 * sealed one moreover tells its bearer nothing and is good for one caller and one query only.
 */
import { lengthPrefixed } from './bytes.ts'
import { type Sealer, Unopenable } from './sealer.ts'

export type Place = readonly (string | number)[]

export const printToken = (place: Place): string =>
  Buffer.from(JSON.stringify(place)).toString('base64url')

/** The place in a token of ours, or `undefined` for any other text. */
export function parseToken(token: string, parts: number): Place | undefined {
  try {
    return placeIn(Buffer.from(token, 'base64url').toString(), parts)
  } catch {
    return undefined
  }
}

/** Sealed tokens. What a token is bound to (caller, operation, query) is given again to read it. */
export class PageTokens {
  readonly #sealer: Sealer

  constructor(sealer: Sealer) {
    this.#sealer = sealer
  }

  print(place: Place, bound: readonly string[]): string {
    const bytes = Buffer.from(JSON.stringify(place))
    return Buffer.from(this.#sealer.seal(bytes, boundTo(bound))).toString('base64url')
  }

  /** The place in a token that was printed for the same; `undefined` for any other text. */
  parse(token: string, parts: number, bound: readonly string[]): Place | undefined {
    try {
      const bytes = this.#sealer.open(Buffer.from(token, 'base64url'), boundTo(bound))
      return placeIn(bytes.toString(), parts)
    } catch (thrown) {
      if (thrown instanceof Unopenable) return undefined
      throw thrown
    }
  }
}

const boundTo = (bound: readonly string[]): Uint8Array => lengthPrefixed('page token', ...bound)

function placeIn(text: string, parts: number): Place | undefined {
  const place: unknown = JSON.parse(text)
  if (!Array.isArray(place) || place.length !== parts) return undefined
  return place.every(isPart) ? place : undefined
}

const isPart = (part: unknown): boolean =>
  (typeof part === 'string' && !/\p{Cc}/u.test(part)) ||
  (typeof part === 'number' && Number.isSafeInteger(part) && part >= 0)
