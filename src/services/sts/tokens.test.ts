import assert from 'node:assert/strict'
import { createSecretKey, randomBytes } from 'node:crypto'
import { test } from 'node:test'
import type { AccountId } from '../../lib/brand.ts'
import { Sealer, Unopenable } from '../../lib/sealer.ts'
import type { Session } from '../../lib/session.ts'
import { SigningKeys } from '../../sigv4/key.ts'
import { sessionCredential } from './credential.ts'
import { SessionTokens } from './tokens.ts'

const parents = () => ({
  current: 1,
  keys: new Map([[1, createSecretKey(randomBytes(32))]]),
})

const session: Session = {
  accessKeyId: 'ASIAQQQQQQQQQQQQQQQQ',
  account: '111122223333' as AccountId,
  kind: 'role-session',
  roleName: 'Reader',
  roleId: 'AROAEXAMPLE',
  sessionName: 'one',
  issuedAt: 1000,
  expiresAt: 2000,
  policies: [],
  policyArns: [],
  tags: { team: 'red' },
  transitiveTagKeys: ['team'],
}
const secret = 'nobody else may know this'

test('a token opens to its session, also in another process that has the same keys', () => {
  const keys = parents()
  const token = new SessionTokens(new Sealer('sessions', keys)).seal(session, secret)
  const other = new SessionTokens(new Sealer('sessions', keys))
  assert.deepEqual(other.open(token), session)
  assert.equal(other.secretOf(token), secret)
})

test('the secret is not among what is handed out of an opened token', () => {
  const tokens = new SessionTokens(new Sealer('sessions', parents()))
  const token = tokens.seal(session, secret)
  assert.ok(!JSON.stringify(tokens.open(token)).includes(secret))
  assert.ok(!Buffer.from(token, 'base64').toString('latin1').includes('Reader'))
})

test('a token that was changed anywhere opens to nothing', () => {
  const tokens = new SessionTokens(new Sealer('sessions', parents()))
  const bytes = Buffer.from(tokens.seal(session, secret), 'base64')
  for (let at = 0; at < bytes.length; at++) {
    const changed = Buffer.from(bytes)
    changed[at] = (changed[at] ?? 0) ^ 1
    assert.equal(tokens.open(changed.toString('base64')), undefined, `byte ${at}`)
  }
})

test('what is no token of this house opens to nothing', () => {
  const tokens = new SessionTokens(new Sealer('sessions', parents()))
  const foreign = new SessionTokens(new Sealer('sessions', parents())).seal(session, secret)
  const records = new Sealer('records', parents())
  const elsewhere = Buffer.from(records.seal(Buffer.from('{}'), Buffer.from('x'))).toString(
    'base64',
  )
  for (const text of ['', 'token', '=', foreign, elsewhere, 'A'.repeat(20_000)]) {
    assert.equal(tokens.open(text), undefined)
    assert.throws(() => tokens.secretOf(text), Unopenable)
  }
})

test('a token goes with its own access key id and no other', () => {
  const tokens = new SessionTokens(new Sealer('sessions', parents()))
  const keys = new SigningKeys()
  const token = tokens.seal(session, secret)
  const credential = sessionCredential(tokens, keys, session.accessKeyId, token)
  assert.equal(credential?.token, token)
  assert.equal(credential?.expiresAt, session.expiresAt)
  assert.equal(sessionCredential(tokens, keys, 'ASIAZZZZZZZZZZZZZZZZ', token), undefined)
  assert.equal(sessionCredential(tokens, keys, session.accessKeyId, ''), undefined)
})

test('two sessions that happen to share an id do not share a signing key', () => {
  const tokens = new SessionTokens(new Sealer('sessions', parents()))
  const keys = new SigningKeys()
  const signing = ['first secret', 'second secret'].map((each) =>
    sessionCredential(tokens, keys, session.accessKeyId, tokens.seal(session, each))
      ?.signingKey('20260102', 'us-east-1', 'sts')
      .export()
      .toString('hex'),
  )
  assert.notEqual(signing[0], signing[1])
})
