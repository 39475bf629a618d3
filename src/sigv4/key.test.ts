import assert from 'node:assert/strict'
import { createHmac } from 'node:crypto'
import { test } from 'node:test'
import fc from 'fast-check'
import type { Scope } from './canonical.ts'
import { deriveSigningKey, SigningKeys, signatureOf } from './key.ts'

const scope: Scope = { day: '20150830', region: 'us-east-1', service: 'iam' }
const secret = 'wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY'
/** As AWS's documentation prints it for this secret and scope. */
const documented = 'c4afb1cc5771d871763a393e44b703571b55cc28424d1a5e86da6ed3c154a4b9'

const never = (): string => assert.fail('the secret must not be opened')

test('the signing key is the one in AWS’s documentation, from text and from bytes', () => {
  assert.equal(deriveSigningKey(secret, scope).export().toString('hex'), documented)
  const bytes = new TextEncoder().encode(secret)
  assert.equal(deriveSigningKey(bytes, scope).export().toString('hex'), documented)
  assert.equal(
    new TextDecoder().decode(bytes),
    secret,
    'the secret that was lent is left as it was',
  )
})

test('a signature is the HMAC of its text, again and again', () => {
  fc.assert(
    fc.property(fc.string(), fc.string({ unit: 'grapheme' }), (salt, text) => {
      const key = deriveSigningKey(salt, scope)
      const expected = createHmac('sha256', key).update(text).digest('hex')
      assert.equal(signatureOf(key, text), expected)
      assert.equal(signatureOf(key, text), expected)
    }),
  )
})

test('a kept key is given again without opening the secret', () => {
  const keys = new SigningKeys()
  const made = keys.get('AKIDEXAMPLE', scope, () => secret)
  assert.equal(keys.get('AKIDEXAMPLE', { ...scope }, never), made)
})

test('another access key, day, region or service is another key', () => {
  const keys = new SigningKeys()
  const others = [
    keys.get('AKIDEXAMPLE', scope, () => secret),
    keys.get('AKIDOTHER', scope, () => 'other'),
    keys.get('AKIDEXAMPLE', { ...scope, day: '20150831' }, () => secret),
    keys.get('AKIDEXAMPLE', { ...scope, region: 'us-east-2' }, () => secret),
    keys.get('AKIDEXAMPLE', { ...scope, service: 'sts' }, () => secret),
  ]
  assert.equal(new Set(others.map((key) => key.export().toString('hex'))).size, others.length)
})

test('no more keys are kept than allowed, and the one unused for longest goes', () => {
  const keys = new SigningKeys(2)
  keys.get('A', scope, () => 'a')
  keys.get('B', scope, () => 'b')
  keys.get('A', scope, never)
  keys.get('C', scope, () => 'c')

  assert.equal(keys.size, 2)
  keys.get('A', scope, never)
  keys.get('C', scope, never)
  let opened = 0
  keys.get('B', scope, () => `b${opened++}`)
  assert.equal(opened, 1)
})

test('a forgotten access key is made anew, and its neighbours stay', () => {
  const keys = new SigningKeys()
  const before = keys.get('AKID', scope, () => 'old')
  keys.get('AKID', { ...scope, service: 'sts' }, () => 'old')
  keys.get('AKID2', scope, () => 'other')
  keys.forget('AKID')

  assert.equal(keys.size, 1)
  keys.get('AKID2', scope, never)
  assert.ok(!keys.get('AKID', scope, () => 'new').equals(before))
})
