import assert from 'node:assert/strict'
import { beforeEach, test } from 'node:test'
import { exportJWK, generateKeyPair, type JWK, jwtVerify, SignJWT } from 'jose'
import { Unreachable } from '../../lib/address.ts'
import { minuteMs, secondMs } from '../../lib/clock.ts'
import type { Json } from '../../lib/json.ts'
import { IssuerKeys } from './issuer-keys.ts'

const issuer = 'https://issuer.example.com'
const discovery = `${issuer}/.well-known/openid-configuration`
const place = `${issuer}/keys`

/** What the world answers, and what was asked of it. */
let pages: Map<string, Json>
let asked: string[]
/** What the operator was told. */
let told: string[]
let keys: IssuerKeys

const pair = async (kid: string) => {
  const { publicKey, privateKey } = await generateKeyPair('ES256')
  const jwk: JWK = { ...(await exportJWK(publicKey)), kid, alg: 'ES256' }
  const token = await new SignJWT({}).setProtectedHeader({ alg: 'ES256', kid }).sign(privateKey)
  return { jwk: jwk as unknown as Json, token }
}

const [first, second] = await Promise.all([pair('first'), pair('second')])

beforeEach(() => {
  pages = new Map<string, Json>([
    [discovery, { issuer, jwks_uri: place }],
    [place, { keys: [first.jwk] }],
  ])
  asked = []
  told = []
  keys = new IssuerKeys(
    async (url) => {
      asked.push(url.href)
      const page = pages.get(url.href)
      if (page === undefined) throw new Unreachable('nobody there')
      return page
    },
    new Set(),
    (words) => told.push(words),
  )
})

test('keys are found by discovery and kept for ten minutes', async () => {
  await jwtVerify(first.token, await keys.of(issuer, 0))
  await keys.of(issuer, 10 * minuteMs - 1)
  assert.deepEqual(asked, [discovery, place])
  await keys.of(issuer, 10 * minuteMs)
  assert.equal(asked.length, 4)
})

test('those who ask at the same time share one fetch', async () => {
  await Promise.all(Array.from({ length: 20 }, () => keys.of(issuer, 0)))
  assert.deepEqual(asked, [discovery, place])
})

test('a key that is rotated in is fetched when a token names it, at most twice a minute', async () => {
  await keys.of(issuer, 0)
  pages.set(place, { keys: [second.jwk] })
  assert.equal(await keys.newer(issuer, 29 * secondMs), undefined)
  const newer = await keys.newer(issuer, 30 * secondMs)
  assert.ok(newer)
  await jwtVerify(second.token, newer)
  await assert.rejects(jwtVerify(first.token, newer), { code: 'ERR_JWKS_NO_MATCHING_KEY' })
})

test('while the issuer is down its keys verify for an hour, and it is left in peace between tries', async () => {
  await keys.of(issuer, 0)
  pages.clear()
  await jwtVerify(first.token, await keys.of(issuer, 11 * minuteMs))
  await jwtVerify(first.token, await keys.of(issuer, 11 * minuteMs + 1))
  assert.equal(asked.length, 3)
  await assert.rejects(keys.of(issuer, 60 * minuteMs), Unreachable)
})

test('an issuer that was never reached is unreachable, and asked again after half a minute', async () => {
  pages.clear()
  await assert.rejects(keys.of(issuer, 0), Unreachable)
  await assert.rejects(keys.of(issuer, 29 * secondMs), Unreachable)
  assert.equal(asked.length, 1)
  assert.deepEqual(told, [`identity provider ${issuer}: nobody there`])
  await assert.rejects(keys.of(issuer, 30 * secondMs), Unreachable)
  assert.equal(asked.length, 2)
})

test('a discovery document that is about another issuer, or names no keys, is refused', async () => {
  const wrong: Json[] = [
    { issuer: 'https://other.example.com', jwks_uri: place },
    { issuer: `${issuer}/`, jwks_uri: place },
    { issuer },
    { issuer, jwks_uri: 'not a URL' },
    [],
    null,
  ]
  for (const [at, document] of wrong.entries()) {
    pages.set(discovery, document)
    await assert.rejects(keys.of(issuer, at * minuteMs), Unreachable)
  }
})

test('what is no key set is refused', async () => {
  for (const [at, page] of [{}, { keys: 'all' }, { keys: [1] }, null].entries()) {
    pages.set(place, page as Json)
    await assert.rejects(keys.of(issuer, at * minuteMs), Unreachable)
  }
})

test('the path of an issuer stays in front of the discovery document', async () => {
  const tenant = `${issuer}/tenant`
  pages.set(`${tenant}/.well-known/openid-configuration`, { issuer: tenant, jwks_uri: place })
  await keys.of(tenant, 0)
  assert.equal(asked[0], `${tenant}/.well-known/openid-configuration`)
})
