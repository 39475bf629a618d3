/** AES-256-GCM against Wycheproof's vectors: what is valid opens, everything else does not. */
import assert from 'node:assert/strict'
import { createSecretKey } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { describe, test } from 'node:test'
import { decrypt, encrypt, Unopenable } from './aead.ts'

interface Vector {
  readonly id: string
  readonly ivSize: number
  readonly key: string
  readonly iv: string
  readonly aad: string
  readonly msg: string
  readonly ct: string
  readonly tag: string
  readonly result: 'valid' | 'invalid' | 'acceptable'
}

const path = new URL('../../test/vectors/crypto-vectors.json', import.meta.url)
const vectors: Vector[] = JSON.parse(readFileSync(path, 'utf8')).aes256gcm
const hex = (text: string) => Buffer.from(text, 'hex')
const ours = vectors.filter(({ ivSize }) => ivSize === 96)

describe('aead', () => {
  test('Wycheproof: valid ones seal and open to the letter, invalid ones do not open', (t) => {
    for (const { id, key: text, iv, aad, msg, ct, tag, result } of ours) {
      const key = createSecretKey(hex(text))
      const box = hex(ct + tag)
      if (result === 'valid') {
        assert.deepEqual(encrypt(key, hex(iv), hex(msg), hex(aad)), box, id)
        assert.deepEqual(decrypt(key, hex(iv), box, hex(aad)), hex(msg), id)
      } else {
        assert.throws(() => decrypt(key, hex(iv), box, hex(aad)), Unopenable, id)
      }
    }
    t.diagnostic(
      `${ours.length} of ${vectors.length} vectors have the nonce size that is used here`,
    )
    assert.ok(ours.length > 50)
  })

  test('a shorter tag is never taken', () => {
    const valid = ours.find(({ result, msg }) => result === 'valid' && msg.length > 40)
    assert.ok(valid)
    const key = createSecretKey(hex(valid.key))
    for (const bytes of [0, 4, 8, 12, 15]) {
      const box = hex(valid.ct + valid.tag.slice(0, 2 * bytes))
      assert.throws(() => decrypt(key, hex(valid.iv), box, hex(valid.aad)), Unopenable)
    }
  })
})
