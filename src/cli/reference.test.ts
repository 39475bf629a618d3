/** What a reference says, segment by segment; and what is none. */
import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { referencesIn, referenceTo } from './reference.ts'

const arn = 'arn:aws:secretsmanager:us-east-1:000000000000:secret:dev/app-a1b2c3'
const only = (text: string) => [...referencesIn(`{{resolve:${text}}}`).values()][0]
const secret = { kind: 'secret', id: 'dev/app' }

describe('a reference', () => {
  const cases: readonly (readonly [text: string, expected: object])[] = [
    ['secretsmanager:dev/app', secret],
    ['secretsmanager:dev/app:SecretString', secret],
    ['secretsmanager:dev/app:SecretString:password', { ...secret, field: 'password' }],
    ['secretsmanager:dev/app::password', { ...secret, field: 'password' }],
    ['secretsmanager:dev/app:SecretString::AWSPREVIOUS', { ...secret, stage: 'AWSPREVIOUS' }],
    ['secretsmanager:dev/app:::AWSPREVIOUS', { ...secret, stage: 'AWSPREVIOUS' }],
    ['secretsmanager:dev/app:SecretString:a::v1', { ...secret, field: 'a', version: 'v1' }],
    ['secretsmanager:dev/app::::', secret],
    [`secretsmanager:${arn}`, { kind: 'secret', id: arn }],
    [
      `secretsmanager:${arn}::a:AWSCURRENT`,
      { ...secret, id: arn, field: 'a', stage: 'AWSCURRENT' },
    ],
    ['ssm:/dev/port', { kind: 'parameter', name: '/dev/port', isSecure: false }],
    ['ssm:/dev/port:3', { kind: 'parameter', name: '/dev/port:3', isSecure: false }],
    ['ssm-secure:/dev/key:1', { kind: 'parameter', name: '/dev/key:1', isSecure: true }],
  ]
  for (const [text, expected] of cases) {
    test(text, () => assert.deepEqual(only(text), expected))
  }
})

describe('is refused', () => {
  const cases: readonly (readonly [text: string, words: RegExp])[] = [
    ['s3:bucket', /the service is/],
    ['secretsmanager:', /names no secret/],
    ['secretsmanager:arn:aws:secretsmanager:us-east-1:000000000000:secret', /names no secret/],
    ['secretsmanager:dev/app:SecretBinary', /SecretString or nothing/],
    ['secretsmanager:dev/app:SecretString:a:AWSCURRENT:v1', /not both/],
    ['secretsmanager:dev/app:SecretString:a::v1:more', /too many/],
    ['ssm:/dev/port:label', /a number for its version/],
    ['ssm:', /a parameter is its name/],
  ]
  for (const [text, words] of cases) {
    test(text, () => assert.throws(() => only(text), words))
  }

  test('one that is not closed', () => {
    assert.throws(() => referencesIn('a: {{resolve:ssm:/dev/port}'), /not closed/)
  })
})

test('what is made is read back', () => {
  assert.deepEqual(
    [...referencesIn(referenceTo('dev/app', 'a')).values()],
    [{ ...secret, field: 'a' }],
  )
})
