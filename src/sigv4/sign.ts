/**
 * The sender's side: a request with its signature, in a header or in a presigned URL. What is
 * returned beside it (canonical request, string to sign) is what one compares when a service answers
 * that signatures do not match.
 *
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html
 */
import { hash } from 'node:crypto'
import { amzDate } from '../lib/clock.ts'
import {
  algorithm,
  canonicalPath,
  canonicalQuery,
  canonicalRequest,
  canonicalValue,
  type Pair,
  type Parts,
  percentEncode,
  queryPairs,
  type Scope,
  scopeText,
  splitTarget,
  stringToSign,
} from './canonical.ts'
import { deriveSigningKey, type SigningKeys, signatureOf } from './key.ts'
import type { Headers, RawHeaders } from './request.ts'

export interface Signer {
  readonly accessKeyId: string
  readonly secretAccessKey: string
  readonly sessionToken?: string | undefined
}

export interface Unsigned {
  readonly method: string
  readonly target: string
  /** With Host, which is always signed. */
  readonly headers: RawHeaders
  readonly body: Uint8Array
  readonly credentials: Signer
  readonly region: string
  readonly service: string
  /** Milliseconds since 1970. */
  readonly at: number
  /** False for a service that takes the path as it stands, as S3 does. */
  readonly normalizePath?: boolean
  /** Spares a sender of many requests the derivation of its key for each. */
  readonly keys?: SigningKeys
}

export interface Signature {
  readonly canonicalRequest: string
  readonly stringToSign: string
  readonly signature: string
}

/**
 * Signs with an Authorization header: the headers to send, those given first.
 *
 * @param declareHash sends the body's hash as x-amz-content-sha256 too
 */
export function signRequest(
  request: Unsigned & { readonly declareHash?: boolean },
): Signature & { readonly headers: RawHeaders } {
  const { sessionToken } = request.credentials
  const headers: Pair[] = [...request.headers, ['X-Amz-Date', amzDate(request.at)]]
  if (sessionToken !== undefined) headers.push(['X-Amz-Security-Token', sessionToken])
  if (request.declareHash) headers.push(['x-amz-content-sha256', hash('sha256', request.body)])
  const parts = partsOf(request, headers, splitTarget(request.target).query)
  const made = makeSignature(request, parts)
  const fields = [
    `Credential=${credentialOf(request)}`,
    `SignedHeaders=${parts.signedHeaders.join(';')}`,
    `Signature=${made.signature}`,
  ]
  return { ...made, headers: [...headers, ['Authorization', `${algorithm} ${fields.join(', ')}`]] }
}

/** Signs in the query: the target to send with the same headers and body. */
export function presignRequest(
  request: Unsigned & { readonly expiresSeconds: number },
): Signature & { readonly target: string } {
  const { path, query } = splitTarget(request.target)
  const { signedHeaders } = partsOf(request, request.headers, query)
  const added: Pair[] = [
    ['X-Amz-Algorithm', algorithm],
    ['X-Amz-Credential', credentialOf(request)],
    ['X-Amz-Date', amzDate(request.at)],
    ['X-Amz-SignedHeaders', signedHeaders.join(';')],
    ['X-Amz-Expires', String(request.expiresSeconds)],
  ]
  const { sessionToken } = request.credentials
  if (sessionToken !== undefined) added.push(['X-Amz-Security-Token', sessionToken])
  const full = [query, ...added.map((pair) => pair.map(percentEncode).join('='))]
    .filter((piece) => piece !== '')
    .join('&')
  const made = makeSignature(request, partsOf(request, request.headers, full))
  return { ...made, target: `${path}?${full}&X-Amz-Signature=${made.signature}` }
}

function partsOf(request: Unsigned, raw: RawHeaders, query: string): Parts {
  const headers = joinHeaders(raw)
  if (!headers.has('host')) throw new TypeError('a request is signed with its Host header')
  return {
    method: request.method,
    path: canonicalPath(splitTarget(request.target).path, request.normalizePath),
    query: canonicalQuery(queryPairs(query)),
    headers,
    signedHeaders: [...headers.keys()].sort(),
  }
}

/** Hops between sender and service rewrite these. */
const rewritten = new Set([
  'connection',
  'expect',
  'transfer-encoding',
  'upgrade',
  'user-agent',
  'x-amzn-trace-id',
])

/** Values of one name joined by commas, as AWS specifies; our own server takes no name twice. */
function joinHeaders(raw: RawHeaders): Headers {
  const headers = new Map<string, string>()
  for (const [name, value] of raw) {
    const key = name.toLowerCase()
    if (rewritten.has(key)) continue
    const before = headers.get(key)
    const next = canonicalValue(value)
    headers.set(key, before === undefined ? next : `${before},${next}`)
  }
  return headers
}

function makeSignature(request: Unsigned, parts: Parts): Signature {
  const scope = scopeOf(request)
  const { accessKeyId, secretAccessKey } = request.credentials
  const key =
    request.keys?.get(accessKeyId, scope, () => secretAccessKey) ??
    deriveSigningKey(secretAccessKey, scope)
  const canonical = canonicalRequest(parts, hash('sha256', request.body))
  const text = stringToSign(amzDate(request.at), scope, canonical)
  return { canonicalRequest: canonical, stringToSign: text, signature: signatureOf(key, text) }
}

const scopeOf = ({ at, region, service }: Unsigned): Scope => ({
  day: amzDate(at).slice(0, 8),
  region,
  service,
})

const credentialOf = (request: Unsigned): string =>
  `${request.credentials.accessKeyId}/${scopeText(scopeOf(request))}`
