/**
 * A request as it came from the socket, before anything about it is believed.
 */
import { once } from '../lib/once.ts'
import { faults } from './faults.ts'

/** Method, raw target, raw headers in their order and case, and the body's bytes. */
export interface RawRequest {
  readonly method: string
  /** What stands between method and version on the request line, never decoded or normalised. */
  readonly target: string
  readonly headers: RawHeaders
  readonly body: Uint8Array
}

export type RawHeaders = readonly (readonly [name: string, value: string])[]

/** Values by lower-case name, without the blanks around them, which are not part of a value. */
export type Headers = ReadonlyMap<string, string>

/**
 * The headers by name. One that occurs twice is refused, whatever it is called: Node keeps the first,
 * proxies join them or keep the last, so that what was verified need not be what is acted upon.
 */
export function readHeaders(raw: RawHeaders): Headers {
  const headers = headersIn(raw)
  if (headers.size !== raw.length) throw faults.headerTwice()
  return headers
}

/** The headers by name, the first of each: for those who look before anything is verified. */
export const headersIn = once((raw: RawHeaders): Headers => {
  const headers = new Map<string, string>()
  for (const [name, value] of raw) {
    const key = name.toLowerCase()
    if (!headers.has(key)) headers.set(key, trimBlanks(value))
  }
  return headers
})

/** Without spaces and tabs at both ends. No pattern: `[ \t]+$` takes quadratic time on hostile text. */
export function trimBlanks(text: string): string {
  let start = 0
  let end = text.length
  while (start < end && isBlank(text.charCodeAt(start))) start++
  while (end > start && isBlank(text.charCodeAt(end - 1))) end--
  return text.slice(start, end)
}

const isBlank = (char: number): boolean => char === 0x20 || char === 0x09
