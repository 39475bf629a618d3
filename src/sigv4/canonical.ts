/**
 * What is signed: the canonical request, and the string to sign made of it. Pure, and the same for
 * whoever signs and whoever verifies.
 *
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html
 */
import { hash } from 'node:crypto'
import type { Headers } from './request.ts'

export const algorithm = 'AWS4-HMAC-SHA256'
export const terminator = 'aws4_request'

/** Where and when a signature counts. */
export interface Scope {
  /** `20150830` */
  readonly day: string
  readonly region: string
  readonly service: string
}

/** The parts of a request that a signature covers, the body by its hash. */
export interface Parts {
  readonly method: string
  /** As `canonicalPath` gives it. */
  readonly path: string
  /** As `canonicalQuery` gives it. */
  readonly query: string
  readonly headers: Headers
  /** Names in `headers`, lower case and sorted. */
  readonly signedHeaders: readonly string[]
}

export function canonicalRequest(parts: Parts, bodyHash: string): string {
  const { method, path, query, headers, signedHeaders } = parts
  let lines = ''
  for (const name of signedHeaders) lines += `${name}:${canonicalValue(headers.get(name) ?? '')}\n`
  return `${method}\n${path}\n${query}\n${lines}\n${signedHeaders.join(';')}\n${bodyHash}`
}

export const stringToSign = (amzDate: string, scope: Scope, canonical: string): string =>
  `${algorithm}\n${amzDate}\n${scopeText(scope)}\n${hash('sha256', canonical)}`

export const scopeText = ({ day, region, service }: Scope): string =>
  `${day}/${region}/${service}/${terminator}`

/** A header's value with each run of blanks as one space, and none at its ends. */
export function canonicalValue(value: string): string {
  if (!blankRun.test(value)) return value
  const folded = value.replace(blanks, ' ')
  return folded.slice(folded.startsWith(' ') ? 1 : 0, folded.endsWith(' ') ? -1 : undefined)
}

const blanks = /[ \t\r\n]+/g
const blankRun = /^ | $|[ \t\r\n]{2}|[\t\r\n]/

/**
 * The path, each segment percent-encoded once more than it was sent. AWS's services (S3 apart)
 * also drop empty segments, `.` and `..`, as RFC 3986 section 5.2.4 does.
 */
export function canonicalPath(path: string, normalize = true): string {
  const segments = path.split('/')
  const kept = normalize ? withoutDots(segments) : segments
  return kept.map(percentEncode).join('/') || '/'
}

function withoutDots(segments: readonly string[]): string[] {
  const kept: string[] = []
  for (const segment of segments) {
    if (segment === '..') kept.pop()
    else if (segment !== '' && segment !== '.') kept.push(segment)
  }
  const endsOpen = segments.length > 1 && segments.at(-1) === '' && kept.length > 0
  return ['', ...kept, ...(endsOpen ? [''] : [])]
}

export type Pair = readonly [name: string, value: string]

/** The decoded parameters of a raw query, in their order. What does not decode stands as it is. */
export function queryPairs(query: string): Pair[] {
  const pieces = query.split('&').filter((piece) => piece !== '')
  return pieces.map((piece) => {
    const at = piece.indexOf('=')
    return at < 0
      ? [percentDecode(piece), '']
      : [percentDecode(piece.slice(0, at)), percentDecode(piece.slice(at + 1))]
  })
}

/** Encoded first and sorted then, by name and by value: `Param` goes before `Param-3`. */
export function canonicalQuery(pairs: readonly Pair[]): string {
  return pairs
    .map(([name, value]): Pair => [percentEncode(name), percentEncode(value)])
    .sort((a, b) => compare(a[0], b[0]) || compare(a[1], b[1]))
    .map(([name, value]) => `${name}=${value}`)
    .join('&')
}

const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0)

/** RFC 3986: all but letters, digits and `-._~`, as UTF-8, hexadecimal digits in upper case. */
export const percentEncode = (text: string): string =>
  encodeURIComponent(text).replace(
    /[!'()*]/g,
    (char) => `%${char.charCodeAt(0).toString(16).toUpperCase()}`,
  )

function percentDecode(text: string): string {
  try {
    return decodeURIComponent(text)
  } catch {
    return text
  }
}

/** Path and query of a raw target, parted at the first question mark. */
export function splitTarget(target: string): { path: string; query: string } {
  const at = target.indexOf('?')
  return at < 0
    ? { path: target, query: '' }
    : { path: target.slice(0, at), query: target.slice(at + 1) }
}
