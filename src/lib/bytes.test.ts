import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import fc from 'fast-check'
import { base64, lengthPrefixed, parseBase64, sameBytes, sameText, utf8 } from './bytes.ts'

describe('bytes', () => {
  test('different lists of parts never give the same bytes', () => {
    fc.assert(
      fc.property(fc.array(fc.string()), fc.array(fc.string()), (a, b) => {
        const isSame = sameBytes(lengthPrefixed(...a), lengthPrefixed(...b))
        assert.equal(
          isSame,
          JSON.stringify(a.map(wellFormed)) === JSON.stringify(b.map(wellFormed)),
        )
      }),
    )
  })

  test('base64 is read as it is written', () => {
    fc.assert(
      fc.property(fc.uint8Array(), (bytes) => {
        assert.deepEqual(new Uint8Array(parseBase64(base64(bytes)) ?? []), bytes)
      }),
    )
  })

  for (const text of [
    'a',
    'ab',
    'abc',
    'YQ',
    'YQ=',
    'YR==',
    'Y Q==',
    'YQ==\n',
    '_-8=',
    '====',
    'YQ==YQ==',
  ]) {
    test(`${JSON.stringify(text)} is no base64`, () => {
      assert.equal(parseBase64(text), undefined)
    })
  }

  test('texts are the same or not', () => {
    assert.equal(sameText('abc', 'abc'), true)
    assert.equal(sameText('abc', 'abd'), false)
    assert.equal(sameText('abc', 'ab'), false)
    assert.equal(sameBytes(utf8(''), utf8('')), true)
  })
})

const wellFormed = (text: string) => text.toWellFormed()
