/**
 * Page tokens: where a list goes on. A token holds only the place inside the caller's own list; account
 * and region are taken from the caller again, so that a forged token reaches nothing else.
 */
export type Place = readonly (string | number)[]

export const printToken = (place: Place): string =>
  Buffer.from(JSON.stringify(place)).toString('base64url')

/** The place in a token of ours, or `undefined` for any other text. */
export function parseToken(token: string, parts: number): Place | undefined {
  try {
    const place: unknown = JSON.parse(Buffer.from(token, 'base64url').toString())
    if (!Array.isArray(place) || place.length !== parts) return undefined
    return place.every(isPart) ? place : undefined
  } catch {
    return undefined
  }
}

const isPart = (part: unknown): boolean =>
  (typeof part === 'string' && !/\p{Cc}/u.test(part)) ||
  (typeof part === 'number' && Number.isSafeInteger(part) && part >= 0)
