import assert from 'node:assert/strict'
import { test } from 'node:test'
import { account, type Part } from './cast.test.ts'
import { readPolicy } from './document.ts'
import { exposuresOf } from './exposure.ts'

const other = '999999999999'
const exposed = (...parts: readonly Part[]): string[] => {
  const base = { Effect: 'Allow', Principal: '*', Action: '*', Resource: '*' }
  const Statement = parts.map((part) => ({ ...base, ...part }))
  const document = readPolicy(JSON.stringify({ Statement }), 'resource')
  return exposuresOf(document, account).map(({ statement, to }) => `${statement} ${to}`)
}

test('a policy is open to whom its Allow statements let in from outside', () => {
  assert.deepEqual(exposed({ Principal: { AWS: account } }), [])
  assert.deepEqual(exposed({ Principal: { AWS: `arn:aws:iam::${account}:role/app` } }), [])
  assert.deepEqual(exposed({ Principal: { Service: 'lambda.amazonaws.com' } }), [])
  assert.deepEqual(exposed({ Principal: { AWS: [other, account] } }), [`0 ${other}`])
  assert.deepEqual(exposed({}, { Principal: { AWS: `arn:aws:iam::${other}:root` } }), [
    '0 *',
    `1 ${other}`,
  ])
})

test('a Deny lets in nobody, whomever it names', () => {
  assert.deepEqual(exposed({ Effect: 'Deny' }, { Effect: 'Deny', Principal: { AWS: other } }), [])
})
