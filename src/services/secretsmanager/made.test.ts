import assert from 'node:assert/strict'
import { test } from 'node:test'
import { mustHaveRoom } from './made.ts'

test('an account has at most 500,000 secrets in a region', () => {
  mustHaveRoom(499_999)
  assert.throws(() => mustHaveRoom(500_000), {
    code: 'LimitExceededException',
    message: 'The request failed because it would exceed one of the Secrets Manager quotas.',
  })
})
