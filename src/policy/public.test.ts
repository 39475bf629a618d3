import assert from 'node:assert/strict'
import { test } from 'node:test'
import { account, type Part, role } from './cast.test.ts'
import { readPolicy } from './document.ts'
import { isPublic, publicStatements } from './public.ts'

test('a policy is public by each statement alone, and says by which', () => {
  const judged = (...statements: readonly Part[]): number[] => {
    const base = { Effect: 'Allow', Principal: '*', Action: '*', Resource: '*' }
    const Statement = statements.map((statement) => ({ ...base, ...statement }))
    return publicStatements(readPolicy(JSON.stringify({ Statement }), 'resource'))
  }
  const when = (operator: string, name: string, value: unknown): Part => ({
    Condition: { [operator]: { [name]: value } },
  })
  assert.deepEqual(judged({ Principal: { AWS: account } }, {}), [1])
  assert.deepEqual(judged(when('IpAddress', 'aws:SourceIp', '10.0.0.0/8')), [])
  assert.deepEqual(judged(when('IpAddress', 'aws:SourceIp', '10.0.0.0/7')), [0])
  const eights = Array.from({ length: 256 }, (_, at) => `${at}.0.0.0/8`)
  assert.deepEqual(judged(when('IpAddress', 'aws:SourceIp', eights)), [0])
  assert.deepEqual(judged(when('IpAddress', 'aws:SourceIp', '::/0')), [0])
  const paths = 'aws:PrincipalOrgPaths'
  assert.deepEqual(judged(when('ForAnyValue:StringLike', paths, 'o-abc123/r-1/*')), [])
  assert.deepEqual(judged(when('ForAnyValue:StringLike', paths, 'o-*/r-1/*')), [0])
  const anyAccount = `arn:*:iam::${account}:role/x`
  assert.deepEqual(judged(when('StringLike', 'aws:PrincipalArn', anyAccount)), [0])
  assert.deepEqual(judged(when('ArnLike', 'aws:PrincipalArn', anyAccount)), [])
  const variable = `arn:aws:iam::${account}:role/\${aws:username}`
  assert.deepEqual(judged(when('ArnLike', 'aws:PrincipalArn', variable)), [0])
  assert.deepEqual(judged(when('ForAllValues:ArnLike', 'aws:PrincipalArn', role)), [0])
  assert.deepEqual(judged({ Principal: { Service: '*' } }), [0])
  assert.equal(
    isPublic(
      readPolicy(
        '{"Statement":{"Effect":"Deny","Principal":"*","Action":"*","Resource":"*"}}',
        'resource',
      ),
    ),
    false,
  )
})
