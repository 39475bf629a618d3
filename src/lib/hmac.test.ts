import assert from 'node:assert/strict'
import { createHmac, createSecretKey } from 'node:crypto'
import { test } from 'node:test'
import fc from 'fast-check'
import { hmac, hmacHex } from './hmac.ts'

test('the same as an Hmac object gives, for keys of any length', () => {
  fc.assert(
    fc.property(
      fc.uint8Array({ minLength: 1, maxLength: 200 }),
      fc.array(fc.uint8Array({ maxLength: 300 }), { minLength: 1, maxLength: 3 }),
      (bytes, texts) => {
        const key = createSecretKey(bytes)
        for (const text of texts) {
          const wanted = createHmac('sha256', key).update(text).digest('hex')
          assert.equal(hmacHex(key, text), wanted)
          assert.equal(hmac(key, text).toString('hex'), wanted)
        }
      },
    ),
  )
})
