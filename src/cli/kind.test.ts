/** What people put into .env files, and which of it is a secret. */
import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { kindOf, passwordIn } from './kind.ts'

const secrets: readonly (readonly [name: string, value: string])[] = [
  ['DB_PASSWORD', 'x'],
  ['dbPassword', '12345678'],
  ['PGPASSWORD', 'app'],
  ['SECRET_KEY_BASE', 'abcdefghijk'],
  ['AWS_SECRET_ACCESS_KEY', 'wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY'],
  ['AWS_ACCESS_KEY_ID', 'AKIAIOSFODNN7EXAMPLE'],
  ['GITHUB_TOKEN', 'anything'],
  ['CI', 'ghp_0123456789abcdefghijABCDEFGHIJ'],
  ['STRIPE', 'sk_test_0123456789abcdef'],
  ['VITE_STRIPE', 'sk_live_0123456789abcdef'],
  ['API_KEY', 'k-1234567'],
  ['DATABASE_URL', 'postgres://app:pa%40ss@host:5432/app'],
  ['DATABASE_URL', 'postgres://app:two words@host/app'],
  ['REDIS_URL', 'redis://:password@host:6379'],
  ['SESSION', 'eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.c2lnbmF0dXJl'],
  ['CERT', '-----BEGIN EC PRIVATE KEY-----\nx'],
  ['HASH', '5f4dcc3b5aa765d61d8327deb882cf99'],
  ['BLOB', 'dGhpcyBpcyBhIHJhbmRvbSB0ZXh0IDEyMzQ1'],
]

const configuration: readonly (readonly [name: string, value: string])[] = [
  ['EMPTY_SECRET', ''],
  ['PORT', '3000'],
  ['NODE_ENV', 'production'],
  ['DB_HOST', 'db.internal.example'],
  ['DB_USER', 'app'],
  ['DATABASE_URL', 'postgres://host:5432/app'],
  ['PUBLIC_URL', 'https://shop.example:8443/a@b'],
  ['TOKEN_TTL', '3600'],
  ['PASSWORD_MIN_LENGTH', '12'],
  ['JWT_EXPIRES_IN', '15m'],
  ['AUTH_ENABLED', 'true'],
  ['USE_AUTH', 'true'],
  ['NEXT_PUBLIC_KEY', 'pk_live_whatever'],
  ['PUBLISHABLE_KEY', 'pk_live_whatever'],
  ['DB_PASSWORD', '{{resolve:secretsmanager:a:SecretString:DB_PASSWORD}}'],
  ['TENANT', '8f14e45f-ceea-467f-a9d2-1a2b3c4d5e6f'],
  ['FEATURES', 'new-checkout-with-4-steps-and-more'],
  ['MODEL', 'some/long-model-name-v2'],
  ['PATHS', '/usr/local/bin:/usr/bin'],
  ['GREETING', 'hello, world and everybody in it'],
]

describe('a secret', () => {
  for (const [name, value] of secrets) {
    test(`${name}=${value.slice(0, 12)}`, () => assert.equal(kindOf(name, value).isSecret, true))
  }
})

describe('configuration', () => {
  for (const [name, value] of configuration) {
    test(`${name}=${value.slice(0, 12)}`, () => assert.equal(kindOf(name, value).isSecret, false))
  }
})

test('the password of an address, decoded', () => {
  assert.equal(passwordIn('postgres://app:pa%40ss@host/app'), 'pa@ss')
  assert.equal(passwordIn('postgres://app:a@b@host/app'), 'a@b')
  assert.equal(passwordIn('postgres://app:100%@host/app'), '100%')
  assert.equal(passwordIn('https://host:443/x'), undefined)
})
