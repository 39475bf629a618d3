/** Sealed bytes open in their place and nowhere else; no nonce comes twice. */
import assert from 'node:assert/strict'
import { createSecretKey, hkdfSync, randomBytes } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { describe, test } from 'node:test'
import fc from 'fast-check'
import { lengthPrefixed, utf8 } from './bytes.ts'
import { type Parents, Sealer, Unopenable } from './sealer.ts'

const key = () => createSecretKey(randomBytes(32))
const parents = (current = 1): Parents => ({ current, keys: new Map([[current, key()]]) })
const place = lengthPrefixed('store', 'record', 'secrets/a')

describe('sealer', () => {
  test('what is sealed opens again, at every size', () => {
    const sealer = new Sealer('test', parents())
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), fc.string(), (plain, where) => {
        const sealed = sealer.seal(plain, utf8(where))
        assert.deepEqual(new Uint8Array(sealer.open(sealed, utf8(where))), plain)
      }),
    )
  })

  test('another sealer of the same parents opens it: a restart', () => {
    const shared = parents()
    const sealed = new Sealer('test', shared).seal(utf8('value'), place)
    assert.equal(new Sealer('test', shared).open(sealed, place).toString(), 'value')
  })

  test('no flipped bit, cut or longer text opens', () => {
    const sealer = new Sealer('test', parents())
    const sealed = sealer.seal(utf8('a value'), place)
    for (let bit = 0; bit < sealed.length * 8; bit++) {
      const copy = Uint8Array.from(sealed)
      copy[bit >> 3] = (copy[bit >> 3] ?? 0) ^ (1 << (bit & 7))
      assert.throws(() => sealer.open(copy, place), Unopenable, `bit ${bit}`)
    }
    for (let length = 0; length < sealed.length; length++) {
      assert.throws(() => sealer.open(sealed.subarray(0, length), place), Unopenable)
    }
    assert.throws(() => sealer.open(Buffer.concat([sealed, utf8('x')]), place), Unopenable)
  })

  test('it opens in no other place, for no other purpose, under no other parent', () => {
    const shared = parents()
    const sealed = new Sealer('test', shared).seal(utf8('value'), place)
    const refused = (sealer: Sealer, where = place) =>
      assert.throws(() => sealer.open(sealed, where), Unopenable)
    refused(new Sealer('test', shared), lengthPrefixed('store', 'record', 'secrets/b'))
    refused(new Sealer('test', shared), lengthPrefixed('store', 'recordsecrets/a'))
    refused(new Sealer('other', shared))
    refused(new Sealer('test', parents()))
    refused(new Sealer('test', parents(2)))
  })

  test('an older key still opens when a newer one seals', () => {
    const old = key()
    const sealed = new Sealer('test', { current: 1, keys: new Map([[1, old]]) }).seal(
      utf8('value'),
      place,
    )
    const keys = new Map([
      [1, old],
      [2, key()],
    ])
    const sealer = new Sealer('test', { current: 2, keys })
    assert.equal(sealer.open(sealed, place).toString(), 'value')
    assert.equal(Buffer.from(sealer.seal(utf8('value'), place)).readUInt32BE(1), 2)
  })

  test('salt and counter together never come twice', () => {
    const shared = parents()
    const seen = new Set<string>()
    for (const sealer of Array.from({ length: 20 }, () => new Sealer('test', shared))) {
      for (let n = 0; n < 500; n++) {
        seen.add(
          Buffer.from(sealer.seal(utf8('x'), place))
            .subarray(5, 29)
            .toString('hex'),
        )
      }
    }
    assert.equal(seen.size, 20 * 500)
  })

  test('a derived key rolls over at its limit: another salt, the counter anew, all opens', () => {
    const sealer = new Sealer('test', parents(), 4n)
    const sealed = Array.from({ length: 10 }, (_, at) => sealer.seal(utf8(`${at}`), place))
    const headers = sealed.map((each) => Buffer.from(each).subarray(5, 29))
    const salts = headers.map((header) => header.toString('hex', 0, 16))
    assert.deepEqual(
      salts.map((salt) => salts.indexOf(salt)),
      [0, 0, 0, 0, 4, 4, 4, 4, 8, 8],
    )
    assert.deepEqual(
      headers.map((header) => Number(header.readBigUInt64BE(16))),
      [0, 1, 2, 3, 0, 1, 2, 3, 0, 1],
    )
    for (const [at, each] of sealed.entries()) {
      assert.equal(sealer.open(each, place).toString(), `${at}`)
    }
  })

  test("HKDF-SHA256 agrees with Wycheproof's vectors", () => {
    const path = new URL('../../test/vectors/crypto-vectors.json', import.meta.url)
    const vectors = JSON.parse(readFileSync(path, 'utf8')).hkdfSha256
    const hex = (text: string) => Buffer.from(text, 'hex')
    for (const { id, ikm, salt, info, size, okm, result } of vectors) {
      const derive = () => hkdfSync('sha256', hex(ikm), hex(salt), hex(info), size)
      if (result === 'valid') assert.equal(Buffer.from(derive()).toString('hex'), okm, id)
      else assert.throws(derive, id)
    }
  })
})
