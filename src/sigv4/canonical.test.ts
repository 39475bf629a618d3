import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { canonicalPath, canonicalQuery, canonicalValue, queryPairs } from './canonical.ts'
import { readHeaders, trimBlanks } from './request.ts'

test('a path is encoded once more than it was sent, slashes apart', () => {
  assert.equal(canonicalPath('/functions/arn%3Aaws/versions'), '/functions/arn%253Aaws/versions')
  assert.equal(canonicalPath("/a b/c!'()*~"), '/a%20b/c%21%27%28%29%2A~')
})

test('dots and empty segments go unless the path stands as it is', () => {
  assert.equal(canonicalPath('/a/./b/../c//d/'), '/a/c/d/')
  assert.equal(canonicalPath('/a/./b/../c//d/', false), '/a/./b/../c//d/')
  assert.equal(canonicalPath('/../../a'), '/a')
  assert.equal(canonicalPath(''), '/')
})

test('a query is sorted by name and then by value, after encoding', () => {
  assert.equal(canonicalQuery(queryPairs('b=2&a=2&a=1&B=0')), 'B=0&a=1&a=2&b=2')
  assert.equal(canonicalQuery(queryPairs('flag&x=%zz&+=%20')), '%2B=%20&flag=&x=%25zz')
})

test('the canonical query does not depend on the order of what was sent', () => {
  fc.assert(
    fc.property(fc.array(fc.tuple(fc.string(), fc.string())), (pairs) => {
      assert.equal(canonicalQuery([...pairs].reverse()), canonicalQuery(pairs))
    }),
  )
})

test('blanks fold to one space and vanish at the ends, as trimming, splitting and joining would', () => {
  const blanks = fc.string({ unit: fc.constantFrom(' ', '\t', 'a', '"', '\n') })
  fc.assert(
    fc.property(blanks, (value) => {
      const words = value.split(/[ \t\n]+/).filter((word) => word !== '')
      assert.equal(canonicalValue(value), words.join(' '))
      assert.equal(canonicalValue(canonicalValue(value)), canonicalValue(value))
    }),
  )
})

test('trimming takes spaces and tabs and nothing else', () => {
  assert.equal(trimBlanks(' \t a\u00a0b \u00a0\t '), 'a\u00a0b \u00a0')
  assert.equal(trimBlanks('  \t'), '')
})

test('long runs of blanks do not stop the house', () => {
  const hostile = `a${' '.repeat(1_000_000)}b`
  assert.equal(trimBlanks(hostile), hostile)
  assert.equal(canonicalValue(hostile), 'a b')
})

test('a header that occurs twice, in whatever case, is refused', () => {
  const twice = [
    ['Host', 'a'],
    ['X-Pad', '1'],
    ['x-pad', '1'],
  ] as const
  assert.throws(() => readHeaders(twice), {
    code: 'IncompleteSignatureException',
    message: 'A header must not occur more than once in a signed request.',
  })
})

test('a header called like a member of every object is a header like any other', () => {
  const headers = readHeaders([['__proto__', 'x']])
  assert.equal(headers.get('__proto__'), 'x')
  assert.equal(headers.get('constructor'), undefined)
})
