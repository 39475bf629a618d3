import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { foldAscii } from './fold.ts'
import { compileGlob, Exhausted, matchGlob, parsePieces } from './pattern.ts'

const matches = (pattern: string, text: string, stepsLeft = 100_000): boolean =>
  matchGlob(compileGlob(parsePieces(pattern)), text, { stepsLeft })

/** The meaning of a pattern, said by recursion; too slow for anything but a test. */
function meaning(pattern: string, text: string): boolean {
  const [head, rest] = [pattern.charAt(0), pattern.slice(1)]
  if (head === '') return text === ''
  if (head === '*') return meaning(rest, text) || (text !== '' && meaning(pattern, text.slice(1)))
  return text !== '' && (head === '?' || head === text.charAt(0)) && meaning(rest, text.slice(1))
}

const over = (alphabet: string, maxLength: number): fc.Arbitrary<string> =>
  fc.string({ unit: fc.constantFrom(...alphabet), maxLength })

test('a glob means what the recursive definition says', () => {
  fc.assert(
    fc.property(over('ab*?', 8), over('ab', 10), (pattern, text) => {
      assert.equal(matches(pattern, text), meaning(pattern, text))
    }),
    { numRuns: 5_000 },
  )
})

test('a text without wildcards matches itself only', () => {
  fc.assert(
    fc.property(fc.string(), fc.string(), (pattern, text) => {
      fc.pre(!/[*?]/.test(pattern))
      assert.equal(matches(pattern, text), pattern === text)
    }),
  )
})

test('characters of regular expressions are literal, and a newline is a character', () => {
  assert.equal(matches('a.c', 'abc'), false)
  assert.equal(matches('a+', 'aa'), false)
  assert.equal(matches('[ab]', 'a'), false)
  assert.equal(matches('abc', 'abc\n'), false)
  assert.equal(matches('a*c', 'a\nc'), true)
})

test('a question mark takes one character, also one of two code units', () => {
  assert.equal(matches('?', '😀'), true)
  assert.equal(matches('??', '😀'), false)
  assert.equal(matches('*?b', '😀b'), true)
  assert.equal(matches('?', ''), false)
})

test('a pattern that needs more steps than are left ends the evaluation', () => {
  const pattern = `*${'a'.repeat(200)}b`
  assert.throws(() => matches(pattern, 'a'.repeat(2_000), 10_000), Exhausted)
  assert.equal(matches('a*b', 'aab', 10), true)
})

test('folding changes ASCII letters and nothing else', () => {
  assert.equal(foldAscii('KMS:Decrypt'), 'kms:decrypt')
  assert.equal(foldAscii('\u212aMS:DECRYPT'), '\u212ams:decrypt')
  assert.equal(foldAscii('ÀÉ'), 'ÀÉ')
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), (text) => {
      const folded = foldAscii(text)
      assert.equal(folded.length, text.length)
      assert.equal(foldAscii(folded), folded)
    }),
  )
})
