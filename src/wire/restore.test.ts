import assert from 'node:assert/strict'
import { test } from 'node:test'
import { iam } from '../contract/generated/iam.ts'
import { secretsmanager } from '../contract/generated/secretsmanager.ts'
import { sts } from '../contract/generated/sts.ts'
import type { ServiceModel } from '../contract/model.ts'
import { redactInput } from './redact.ts'
import { restoreInput } from './restore.ts'

/** What is left of an input after a record was made of it, stored, and read back. */
function back(model: ServiceModel, operation: string, input: object): object {
  const stored = JSON.stringify(redactInput(model, operation, input))
  return restoreInput(model, operation, JSON.parse(stored))
}

const cases: readonly [ServiceModel, string, object][] = [
  [secretsmanager, 'GetSecretValue', { SecretId: 'shop/key', VersionStage: 'AWSCURRENT' }],
  [secretsmanager, 'TagResource', { SecretId: 'a', Tags: [{ Key: 'team', Value: 'red' }] }],
  [secretsmanager, 'DeleteSecret', { SecretId: 'a', RecoveryWindowInDays: 7 }],
  [sts, 'AssumeRole', { RoleArn: 'arn', RoleSessionName: 's', TransitiveTagKeys: ['a', 'B'] }],
  [
    iam,
    'CreateRole',
    { RoleName: 'R', Tags: [{ Key: 'K', Value: 'v' }], MaxSessionDuration: 3600 },
  ],
]

for (const [model, operation, input] of cases) {
  test(`${operation}: the input comes back`, () => {
    assert.deepEqual(back(model, operation, input), input)
  })
}

test('secrets do not come back, and what the contract lacks does not come in', () => {
  const input = { Name: 'a', SecretString: 'hello', ClientRequestToken: 't' }
  assert.deepEqual(back(secretsmanager, 'CreateSecret', input), {
    Name: 'a',
    ClientRequestToken: 't',
  })
  assert.deepEqual(restoreInput(sts, 'GetCallerIdentity', { __proto__: null, other: 1 }), {})
})
