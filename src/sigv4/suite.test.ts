/**
 * AWS's own test suite for Signature Version 4: 38 requests, each signed in a header and in the
 * query, with every intermediate value.
 */
import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import { amzDate } from '../lib/clock.ts'
import { Fault } from '../lib/fault.ts'
import { readClaim } from './claim.ts'
import { deriveSigningKey } from './key.ts'
import type { RawHeaders, RawRequest } from './request.ts'
import { presignRequest, signRequest } from './sign.ts'
import { signatureHolds } from './verify.ts'

interface SuiteRequest {
  method: string
  targetB64: string
  headers: RawHeaders
  bodyB64: string
}

interface Vector {
  id: string
  mode: 'header' | 'query'
  credentials: { accessKeyId: string; secretAccessKey: string; sessionToken: string | null }
  region: string
  service: string
  timestamp: string
  amzDate: string
  normalizePath: boolean
  signBody: boolean
  tokenAddedAfterSigning: boolean
  expiresSeconds?: number
  request: SuiteRequest
  canonicalRequest: string
  stringToSign: string
  signature: string
  signedRequest: SuiteRequest
  expectedAuthorization?: string
  expectedQuery?: string
}

const file = new URL('../../test/vectors/sigv4-vectors.json', import.meta.url)
const suite: Vector[] = JSON.parse(readFileSync(file, 'utf8')).suite
const headerVectors = suite.filter(({ mode }) => mode === 'header')
const queryVectors = suite.filter(({ mode }) => mode === 'query')

const text = (base64: string): string => Buffer.from(base64, 'base64').toString()

const rawRequest = (request: SuiteRequest): RawRequest => ({
  method: request.method,
  target: text(request.targetB64),
  headers: request.headers,
  body: Buffer.from(request.bodyB64, 'base64'),
})

function unsigned(vector: Vector) {
  const { sessionToken, ...keys } = vector.credentials
  const token = vector.tokenAddedAfterSigning ? null : sessionToken
  return {
    ...rawRequest(vector.request),
    credentials: { ...keys, ...(token !== null && { sessionToken: token }) },
    region: vector.region,
    service: vector.service,
    at: Date.parse(vector.timestamp),
    normalizePath: vector.normalizePath,
  }
}

test('the suite is whole', () => {
  assert.equal(headerVectors.length, 38)
  assert.equal(queryVectors.length, 38)
})

for (const vector of headerVectors) {
  test(`AWS suite, ${vector.id}`, () => {
    const made = signRequest({ ...unsigned(vector), declareHash: vector.signBody })

    assert.equal(amzDate(Date.parse(vector.timestamp)), vector.amzDate)
    assert.equal(made.canonicalRequest, vector.canonicalRequest)
    assert.equal(made.stringToSign, vector.stringToSign)
    assert.equal(made.signature, vector.signature)
    assert.deepEqual(made.headers.at(-1), ['Authorization', vector.expectedAuthorization])
    const addedLater = vector.tokenAddedAfterSigning ? ['X-Amz-Security-Token'] : []
    const expected = vector.signedRequest.headers.filter(([name]) => !addedLater.includes(name))
    assert.deepEqual(sorted(made.headers), sorted(expected))
  })
}

const sorted = (headers: RawHeaders): string[] =>
  headers.map(([name, value]) => `${name}: ${value}`).sort()

for (const vector of queryVectors) {
  test(`AWS suite, ${vector.id}`, () => {
    const made = presignRequest({
      ...unsigned(vector),
      expiresSeconds: vector.expiresSeconds ?? 0,
    })

    assert.equal(made.canonicalRequest, vector.canonicalRequest)
    assert.equal(made.stringToSign, vector.stringToSign)
    assert.equal(made.signature, vector.signature)
    const addedLater = vector.tokenAddedAfterSigning
      ? `&X-Amz-Security-Token=${encodeURIComponent(vector.credentials.sessionToken ?? '')}`
      : ''
    const target = made.target.replace('&X-Amz-Signature=', `${addedLater}&X-Amz-Signature=`)
    assert.equal(target, text(vector.signedRequest.targetB64))
    assert.ok(target.endsWith(vector.expectedQuery ?? 'none'))
  })
}

/** Signatures of the suite that are right by AWS's rules and refused by ours, which are narrower. */
const refused: readonly (readonly [ids: RegExp, why: string])[] = [
  [/key-duplicate|value-order/, 'a header twice'],
  [/value-multiline/, 'a folded header'],
  [/sts-header-after/, 'a token that is not signed'],
  [/(relative|slash|dot|slashes)-unnormalized/, 'a path that S3 alone takes as it stands'],
  [/utf8/, 'bytes beyond ASCII in the target'],
]

for (const vector of suite) {
  const { id, credentials, region, service } = vector
  const [, why] = refused.find(([ids]) => ids.test(id)) ?? []
  test(`our verifier ${why ? `refuses (${why})` : 'accepts'} ${id} as AWS signed it`, () => {
    const request = rawRequest(vector.signedRequest)
    const day = vector.amzDate.slice(0, 8)
    const key = deriveSigningKey(credentials.secretAccessKey, { day, region, service })
    assert.equal(holds(request, key), why === undefined)
  })
}

function holds(request: RawRequest, key: ReturnType<typeof deriveSigningKey>): boolean {
  try {
    return signatureHolds(readClaim(request), request.body, key)
  } catch (thrown) {
    if (thrown instanceof Fault) return false
    throw thrown
  }
}
