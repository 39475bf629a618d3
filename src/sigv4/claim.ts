/**
 * Who a request says that it comes from, and everything that a signature must cover before it is
 * worth checking. A claim is well-formed and not yet believed.
 *
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-signing-elements.html
 */
import { remembered } from '../lib/once.ts'
import {
  canonicalPath,
  canonicalValue,
  type Parts,
  queryPairs,
  type Scope,
  splitTarget,
  terminator,
} from './canonical.ts'
import type { SignedDate } from './date.ts'
import { faults } from './faults.ts'
import {
  isPresigned,
  type Presigned,
  type Proof,
  readAuthorization,
  readPresigned,
} from './proof.ts'
import { type Headers, type RawRequest, readHeaders } from './request.ts'

export interface Claim {
  readonly accessKeyId: string
  readonly scope: Scope
  readonly date: SignedDate
  readonly sessionToken: string | undefined
  readonly presigned: Presigned | undefined
  readonly signature: string
  /** The hash that the sender declares for the body; it is computed anew and compared. */
  readonly declaredHash: string | undefined
  readonly parts: Parts
}

/** Reads the claim of a request. Throws a Fault where there is none, or none that could hold. */
export function readClaim(request: RawRequest): Claim {
  const headers = readHeaders(request.headers)
  if (!ascii.test(request.target)) throw faults.target()
  const { path, query } = splitTarget(request.target)
  const proof = readProof(query, headers)
  const signedHeaders = readSignedHeaders(proof.signedHeaders, headers)
  mustReadOneWay(headers, signedHeaders)
  const { accessKeyId, scope } = readCredential(proof)
  return {
    accessKeyId,
    scope,
    date: proof.date,
    sessionToken: proof.sessionToken,
    presigned: proof.presigned,
    signature: proof.signature,
    declaredHash: headers.get('x-amz-content-sha256'),
    parts: {
      method: request.method,
      path: path === '/' ? path : canonicalPath(path),
      query: proof.query,
      headers,
      signedHeaders,
    },
  }
}

function readProof(query: string, headers: Headers): Proof {
  const pairs = query === '' ? [] : queryPairs(query)
  const authorization = headers.get('authorization')
  if (isPresigned(pairs)) {
    if (authorization !== undefined) throw faults.twoSignatures()
    return readPresigned(query, headers, pairs)
  }
  if (!authorization) throw faults.noSignature()
  return readAuthorization(authorization, headers, pairs)
}

function readCredential({ credential, date }: Proof): Credential {
  const read = credentialIn(credential)
  if (read.scope.day !== date.amzDate.slice(0, 8)) throw faults.scopeDay()
  return read
}

interface Credential {
  readonly accessKeyId: string
  readonly scope: Scope
}

const credentialIn = remembered((text): Credential => {
  const parts = text.split('/')
  const [accessKeyId = '', day = '', region = '', service = '', end] = parts
  if (parts.length !== 5) throw faults.credentialForm()
  if (end !== terminator) throw faults.scopeTerminator()
  return { accessKeyId, scope: { day, region, service } }
})

/**
 * Every x-amz-* header that is present must be signed, not only those that the sender lists: an
 * unsigned X-Amz-Target turns DescribeSecret into GetSecretValue. (x-amzn-trace-id, which proxies add,
 * does not begin with x-amz-.)
 */
function readSignedHeaders(text: string, headers: Headers): readonly string[] {
  const { names, isSorted } = namesIn(text)
  // A name that is listed without a header would let a later hop add the header.
  if (!isSorted || !names.every((name) => headers.has(name))) throw faults.signedHeadersForm()
  if (!names.includes('host')) throw faults.hostUnsigned()
  for (const name of headers.keys()) {
    if (name.startsWith('x-amz-') && !names.includes(name)) throw faults.headerUnsigned()
  }
  return names
}

/** Each name once, in their order. */
const namesIn = remembered((text) => {
  const names = text.split(';')
  return { names, isSorted: names.every((name, at) => at === 0 || (names[at - 1] ?? '') < name) }
})

/** Headers that choose what is done and for whom, and must stand in exactly the form that is signed. */
const decisive = ['host', 'content-type', 'x-amz-target', 'x-amz-security-token']

/**
 * Refuses what the signature reads in one way and the rest of the house could read in another: runs of
 * blanks in a decisive header, and bytes beyond ASCII, which have as many readings as there are
 * HTTP libraries.
 */
function mustReadOneWay(headers: Headers, signedHeaders: readonly string[]): void {
  for (const name of decisive) {
    const value = headers.get(name)
    if (value !== undefined && value !== canonicalValue(value)) throw faults.mismatch()
  }
  for (const name of signedHeaders) {
    if (!ascii.test(headers.get(name) ?? '')) throw faults.mismatch()
  }
}

const ascii = /^[\t\x20-\x7e]*$/
