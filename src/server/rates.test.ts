import assert from 'node:assert/strict'
import { test } from 'node:test'
import { secretsmanager } from '../contract/generated/secretsmanager.ts'
import { Rates } from './rates.ts'

const call = (
  operation: string,
  account = '1',
  region = 'us-east-1',
  service = 'secretsmanager',
) => ({
  ...{ account, region, service, operation },
})

/** How many of these calls are admitted at one instant, out of 20,000. */
function admitted(rates: Rates, at: number, ...calls: ReturnType<typeof call>[]): number {
  let count = 0
  for (let n = 0; n < 20_000; n++) {
    if (rates.admits(calls[n % calls.length] ?? call(''), at)) count++
  }
  return count
}

test('every operation of Secrets Manager has a quota, and other services have none', () => {
  for (const operation of Object.keys(secretsmanager.operations)) {
    assert.ok(admitted(new Rates(), 0, call(operation)) <= 10_000, operation)
  }
  const key = call('CreateKey', '1', 'us-east-1', 'kms')
  assert.equal(admitted(new Rates(), 0, key), 20_000)
})

test('operations of a group share its quota; other groups, accounts and regions have their own', () => {
  const rates = new Rates()
  assert.equal(admitted(rates, 0, call('TagResource'), call('UntagResource')), 50)
  assert.equal(admitted(rates, 0, call('CreateSecret')), 50)
  assert.equal(admitted(rates, 0, call('TagResource', '2')), 50)
  assert.equal(admitted(rates, 0, call('TagResource', '1', 'eu-west-1')), 50)
  assert.equal(admitted(rates, 0, call('DescribeSecret'), call('GetSecretValue')), 10_000)
})

test('a bucket fills with time, never beyond one second, and a clock that is put back fills nothing', () => {
  const rates = new Rates()
  assert.equal(admitted(rates, 10_000, call('DeleteSecret')), 50)
  assert.equal(admitted(rates, 10_019, call('DeleteSecret')), 0)
  assert.equal(admitted(rates, 10_020, call('DeleteSecret')), 1)
  assert.equal(admitted(rates, 5_000, call('DeleteSecret')), 0)
  assert.equal(admitted(rates, 5_500, call('DeleteSecret')), 25)
  assert.equal(admitted(rates, 3_600_000, call('DeleteSecret')), 50)
})
