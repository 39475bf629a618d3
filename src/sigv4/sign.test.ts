import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { Fault } from '../lib/fault.ts'
import { readClaim } from './claim.ts'
import { deriveSigningKey, SigningKeys } from './key.ts'
import type { RawRequest } from './request.ts'
import { presignRequest, signRequest, type Unsigned } from './sign.ts'
import { signatureHolds } from './verify.ts'

const word = fc.stringMatching(/^[a-z][a-z0-9-]{0,12}$/)
const value = fc.stringMatching(/^[!-~]([ -~]{0,30}[!-~])?$/)
const secrets = fc.string({ minLength: 1, maxLength: 60 })

const unsigned: fc.Arbitrary<Unsigned> = fc
  .record({
    method: fc.constantFrom('GET', 'POST', 'PUT'),
    target: fc.constantFrom('/', '/a/b%2Fc?x=1&a=%20', '/2015-03-31/functions'),
    headers: fc.dictionary(
      word.map((name) => `H-${name}`),
      value,
    ),
    host: fc.constantFrom('localhost:7766', 'sts.eu-west-1.amazonaws.com'),
    body: fc.uint8Array({ maxLength: 300 }),
    accessKeyId: fc.stringMatching(/^[A-Z0-9]{16,20}$/),
    secretAccessKey: secrets,
    sessionToken: fc.option(fc.base64String({ minLength: 4 }), { nil: undefined }),
    region: word,
    service: word,
    at: fc.integer({ min: 0, max: 4_000_000_000_000 }),
  })
  .map(({ accessKeyId, secretAccessKey, sessionToken, headers, host, ...rest }) => ({
    ...rest,
    headers: [['Host', host] as const, ...Object.entries(headers)],
    credentials: { accessKeyId, secretAccessKey, sessionToken },
  }))

function sent(request: Unsigned): RawRequest {
  const { headers } = signRequest(request)
  return { method: request.method, target: request.target, headers, body: request.body }
}

/** Whether a request holds under a secret; a Fault is a no, anything else a bug. */
function holds(request: RawRequest, secret: string): boolean {
  try {
    const claim = readClaim(request)
    return signatureHolds(claim, request.body, deriveSigningKey(secret, claim.scope))
  } catch (thrown) {
    if (thrown instanceof Fault) return false
    throw thrown
  }
}

test('what is signed in a header verifies, and says who, where and when', () => {
  fc.assert(
    fc.property(unsigned, fc.boolean(), (request, declareHash) => {
      const { headers } = signRequest({ ...request, declareHash })
      const { method, target, body, credentials } = request
      const claim = readClaim({ method, target, headers, body })
      assert.ok(holds({ method, target, headers, body }, credentials.secretAccessKey))
      assert.equal(claim.accessKeyId, credentials.accessKeyId)
      assert.equal(claim.sessionToken, credentials.sessionToken)
      assert.equal(claim.scope.region, request.region)
      assert.equal(claim.scope.service, request.service)
      assert.equal(claim.date.signedAt, Math.floor(request.at / 1000) * 1000)
      assert.equal(claim.presigned, undefined)
    }),
  )
})

test('what is signed in the query verifies, and says for how long', () => {
  const seconds = fc.integer({ min: 1, max: 604_800 })
  fc.assert(
    fc.property(unsigned, seconds, (request, expiresSeconds) => {
      const { target } = presignRequest({ ...request, expiresSeconds })
      const { method, headers, body, credentials } = request
      const raw = { method, target, headers, body }
      assert.ok(holds(raw, credentials.secretAccessKey))
      assert.equal(readClaim(raw).presigned?.expiresSeconds, expiresSeconds)
      assert.equal(readClaim(raw).sessionToken, credentials.sessionToken)
    }),
  )
})

test('another secret does not verify', () => {
  fc.assert(
    fc.property(unsigned, secrets, (request, other) => {
      fc.pre(other !== request.credentials.secretAccessKey)
      assert.ok(!holds(sent(request), other))
    }),
  )
})

test('no flipped bit of a signature is accepted: 256 of 256, and each hexadecimal digit in upper case', () => {
  const [request] = fc.sample(unsigned, { seed: 7, numRuns: 1 })
  assert.ok(request)
  const secret = request.credentials.secretAccessKey
  const raw = sent(request)
  const { signature } = signRequest(request)
  assert.ok(holds(raw, secret))

  const bytes = Buffer.from(signature, 'hex')
  for (let bit = 0; bit < 256; bit++) {
    const flipped = Buffer.from(bytes)
    flipped.writeUInt8(flipped.readUInt8(bit >> 3) ^ (1 << (bit & 7)), bit >> 3)
    assert.ok(!holds(withSignature(raw, signature, flipped.toString('hex')), secret))
  }
  assert.match(signature, /[a-f]/)
  assert.ok(!holds(withSignature(raw, signature, signature.toUpperCase()), secret))
})

function withSignature(raw: RawRequest, from: string, to: string): RawRequest {
  const headers = raw.headers.map(([name, text]) => [name, text.replace(from, to)] as const)
  return { ...raw, headers }
}

test('no flipped bit of the body, and no changed byte of a header, is accepted', () => {
  fc.assert(
    fc.property(unsigned, fc.nat(), (request, seed) => {
      const raw = sent(request)
      const secret = request.credentials.secretAccessKey
      const body = Uint8Array.from([...request.body, 0])
      assert.ok(!holds({ ...raw, body }, secret))

      const at = seed % (raw.headers.length - 1)
      const headers = raw.headers.map(
        ([name, text], i) => [name, i === at ? `${text}x` : text] as const,
      )
      assert.ok(!holds({ ...raw, headers }, secret))
      assert.ok(!holds({ ...raw, method: `${raw.method}X` }, secret))
    }),
  )
})

test('hostile text never throws anything but a Fault', () => {
  const hostile = fc.oneof(
    fc.string({ unit: 'binary' }),
    fc.string().map((text) => `AWS4-HMAC-SHA256 ${text}`),
    fc.constant('AWS4-HMAC-SHA256 Credential=a/b/c/d/e, SignedHeaders=host, Signature=0'),
  )
  const headers = fc.array(
    fc.tuple(
      fc.constantFrom('Host', 'Authorization', 'X-Amz-Date', 'Date', 'X-Amz-Target'),
      hostile,
    ),
  )
  const target = fc.oneof(
    hostile,
    hostile.map((text) => `/?X-Amz-Date=${text}`),
  )
  fc.assert(
    fc.property(headers, target, (raw, text) => {
      holds({ method: 'GET', target: text, headers: raw, body: new Uint8Array() }, 'secret')
    }),
    { numRuns: 2_000 },
  )
})

test('a sender may keep its signing keys', () => {
  const keys = new SigningKeys()
  const [request] = fc.sample(unsigned, 1)
  assert.ok(request)
  const { signature } = signRequest(request)
  assert.equal(signRequest({ ...request, keys }).signature, signature)
  assert.equal(signRequest({ ...request, keys }).signature, signature)
  assert.equal(keys.size, 1)
})

test('a request without Host is not signed', () => {
  const [request] = fc.sample(unsigned, 1)
  assert.ok(request)
  assert.throws(() => signRequest({ ...request, headers: [] }), TypeError)
})
