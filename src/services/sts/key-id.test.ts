import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { AccountId } from '../../lib/brand.ts'
import { accountInKeyId, sessionKeyId } from './key-id.ts'

test('the account of a session stands in its key id', () => {
  for (const account of ['000000000000', '000000000001', '111122223333', '999999999999']) {
    for (let times = 0; times < 100; times++) {
      const id = sessionKeyId(account as AccountId)
      assert.match(id, /^ASIA[A-Z2-7]{16}$/)
      assert.equal(accountInKeyId(id), account)
    }
  }
})

test('ids differ', () => {
  const account = '111122223333' as AccountId
  assert.equal(new Set(Array.from({ length: 1000 }, () => sessionKeyId(account))).size, 1000)
})

test('other texts hold no account', () => {
  for (const text of [
    '',
    'AKIAQQQQQQQQQQQQQQQQ',
    'ASIA',
    'ASIA1QQQQQQQQQQQQQQQ',
    'ASIA7777777777777777',
  ]) {
    assert.equal(accountInKeyId(text), undefined)
  }
})
