import assert from 'node:assert/strict'
import { createSecretKey, randomBytes } from 'node:crypto'
import { test } from 'node:test'
import { PageTokens, parseToken, printToken } from './page.ts'
import { Sealer } from './sealer.ts'

const keys = new Map([[1, createSecretKey(randomBytes(32))]])
const tokens = new PageTokens(new Sealer('page tokens', { current: 1, keys }))

test('a plain token holds its place, of that many parts', () => {
  const token = printToken(['a', 7])
  assert.deepEqual(parseToken(token, 2), ['a', 7])
  assert.equal(parseToken(token, 1), undefined)
  for (const other of ['', 'x', '!', printToken([-1, 'a']), printToken(['\n', 'a'])]) {
    assert.equal(parseToken(other, 2), undefined, other)
  }
})

test('a sealed token opens for what it was printed for', () => {
  const token = tokens.print(['name', 7], ['caller', 'query'])
  assert.deepEqual(tokens.parse(token, 2, ['caller', 'query']), ['name', 7])
  assert.equal(tokens.parse(token, 3, ['caller', 'query']), undefined)
  for (const bound of [['caller', 'other'], ['callerq', 'uery'], ['query', 'caller'], []]) {
    assert.equal(tokens.parse(token, 2, bound), undefined, bound.join())
  }
})

test('a sealed token with any byte changed, cut or made up does not open', () => {
  const token = tokens.print(['name', 7], ['caller'])
  const bytes = Buffer.from(token, 'base64url')
  for (let at = 0; at < bytes.length; at++) {
    const altered = Buffer.from(bytes)
    altered[at] = (altered[at] ?? 0) ^ 1
    assert.equal(tokens.parse(altered.toString('base64url'), 2, ['caller']), undefined, `${at}`)
  }
  for (const other of ['', 'made-up', token.slice(0, -4), printToken(['name', 7])]) {
    assert.equal(tokens.parse(other, 2, ['caller']), undefined, other)
  }
})

test('a sealed token does not tell its place', () => {
  const bytes = Buffer.from(tokens.print(['visible'], ['caller']), 'base64url')
  assert.equal(bytes.includes('visible'), false)
})
