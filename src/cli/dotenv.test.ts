/** What readers of .env files agree on, held against Node's own; and where they do not. */
import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { parseEnv } from 'node:util'
import { parseDotenv, withPlainEnds } from './dotenv.ts'

const read = (text: string) => parseDotenv(withPlainEnds(text))
const valuesOf = (text: string) =>
  Object.fromEntries(read(text).entries.map(({ name, value }) => [name, value]))

const pem = '-----BEGIN PRIVATE KEY-----\nMIIEvQIBADANBg\n-----END PRIVATE KEY-----'

describe('as every reader has it', () => {
  const cases: readonly (readonly [what: string, text: string, Record<string, string>])[] = [
    ['a plain line', 'A=b\n', { A: 'b' }],
    ['no end of line', 'A=b', { A: 'b' }],
    ['lines that end as Windows ends them', 'A=b\r\nC=d\r\n', { A: 'b', C: 'd' }],
    ['an empty value', 'A=\nB=c\n', { A: '', B: 'c' }],
    ['quotes with nothing in them', 'A=""\nB=\'\'\n', { A: '', B: '' }],
    ['blanks around', '  A = b  \n', { A: 'b' }],
    ['blanks that are quoted', "A='  b  '\n", { A: '  b  ' }],
    ['export', 'export A=b\n', { A: 'b' }],
    ['comments and empty lines', '# one\n\nA=b # two\n  # three\n', { A: 'b' }],
    ['a hash in quotes', 'A="b # c"\nB=\'d#e\' # f\n', { A: 'b # c', B: 'd#e' }],
    ['an equals sign in a value', 'A=b=c==\n', { A: 'b=c==' }],
    ['quotes of the other kind', 'A="it\'s"\nB=\'say "hi"\'\n', { A: "it's", B: 'say "hi"' }],
    ['backticks', 'A=`"b" and \'c\'`\n', { A: '"b" and \'c\'' }],
    ['JSON', 'A=\'{"b":"c"}\'\n', { A: '{"b":"c"}' }],
    ['line ends that are written out', 'A="b\\nc"\nB=\'b\\nc\'\n', { A: 'b\nc', B: 'b\\nc' }],
    ['several lines', 'A="b\nc"\nB=d\n', { A: 'b\nc', B: 'd' }],
    ['a key in PEM', `KEY="${pem}"\nB=c\n`, { KEY: pem, B: 'c' }],
    ['a key in PEM on one line', `KEY="${pem.replaceAll('\n', '\\n')}"\n`, { KEY: pem }],
    ['a name twice: the last', 'A=b\nA=c\n', { A: 'c' }],
    ['names with dots', 'a.b=c\n', { 'a.b': 'c' }],
  ]
  for (const [what, text, expected] of cases) {
    test(what, () => {
      assert.deepEqual(valuesOf(text), expected)
      assert.deepEqual({ ...parseEnv(text) }, expected, "Node's own reader")
      assert.deepEqual(
        read(text).entries.flatMap(({ doubts }) => doubts),
        [],
      )
    })
  }
})

describe('with what stands above', () => {
  const cases: readonly (readonly [what: string, text: string, Record<string, string>])[] = [
    ['in braces', 'A=b\nC=${A}/d\n', { A: 'b', C: 'b/d' }],
    ['without', 'A=b\nC=$A-d\n', { A: 'b', C: 'b-d' }],
    ['in double quotes', 'A=b\nC="${A} d"\n', { A: 'b', C: 'b d' }],
    ['something else where there is none', 'C=${A:-d}\n', { C: 'd' }],
    ['something else for an empty one', 'A=\nC=${A:-d}\nE=${A-d}\n', { A: '', C: 'd', E: '' }],
    ['something else that is another', 'A=b\nC=${X:-${A}}\n', { A: 'b', C: 'b' }],
    ['a dollar that is escaped', 'A=b\nC=\\$A\n', { A: 'b', C: '$A' }],
    ['the one above, not the one below', 'A=b\nC=$A\nA=d\n', { A: 'd', C: 'b' }],
  ]
  for (const [what, text, expected] of cases) {
    test(what, () => assert.deepEqual(valuesOf(text), expected))
  }

  test('whose values went into one is told', () => {
    assert.deepEqual(read('A=b\nC=x${A}${D:-e}\n').entries[1]?.uses, ['A'])
  })
})

describe('where readers differ, nothing is lost and it is said', () => {
  const cases: readonly (readonly [what: string, text: string, value: string, RegExp])[] = [
    ['a dollar that names nothing', 'A=pa$word\n', 'pa$word', /names nothing/],
    ['braces that name nothing', 'A=pa${word}\n', 'pa${word}', /names nothing/],
    ['a hash in the middle', 'A=pa#ss\n', 'pa', /comment to some/],
    ['backslashes in double quotes', 'A="a\\"b"\n', 'a\\"b', /backslash/],
    ['a variable without braces', 'B=c\nA=$B\n', 'c', /without braces/],
    ['a variable in single quotes', "B=c\nA='$B'\n", '$B', /single quotes/],
  ]
  for (const [what, text, value, doubt] of cases) {
    test(what, () => {
      const entry = read(text).entries.at(-1)
      assert.equal(entry?.value, value)
      assert.match(entry?.doubts.join() ?? '', doubt)
      assert.doesNotMatch(entry?.doubts.join() ?? '', /word|pa/)
    })
  }
})

test('a backslash at the end of quotes is part of the value', () => {
  assert.equal(valuesOf('A="C:\\dir\\"\nB=c\n').A, 'C:\\dir\\')
})

test('a quote that is not closed is a character', () => {
  assert.deepEqual(valuesOf('A="b\nC=d\n'), { A: '"b', C: 'd' })
})

test('where an entry stands, and which lines nobody reads', () => {
  const text = '# a\nexport A="b\nc" # d\nwhat is this\nB=e\n'
  const { entries, unread } = read(text)
  assert.deepEqual(
    entries.map(({ start, end, line }) => [text.slice(start, end), line]),
    [
      ['export A="b\nc"', 2],
      ['B=e', 5],
    ],
  )
  assert.deepEqual(unread, [4])
})

test('a long file is read in time that grows with it', () => {
  const text = 'A="\\"\n'.repeat(20_000)
  assert.equal(read(text).entries.length > 0, true)
})
