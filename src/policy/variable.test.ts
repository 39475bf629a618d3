import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { compileText } from './arn-pattern.ts'
import { type Context, type ContextValue, contextOf } from './context.ts'
import { parseTemplate } from './variable.ts'

const given = (values: Record<string, ContextValue>): Context => contextOf(values)

function matches(pattern: string, text: string, context: Context, variables = true): boolean {
  const template = parseTemplate(pattern, { variables, wildcards: true })
  return compileText(template)(text, context, { stepsLeft: 100_000 })
}

test('a substituted value is literal text, whatever it holds', () => {
  fc.assert(
    fc.property(fc.string(), fc.string(), (tag, text) => {
      const context = given({ 'aws:PrincipalTag/team': tag })
      const expected = text.startsWith(`s:${tag}/`)
      assert.equal(matches(`s:\${aws:PrincipalTag/team}/*`, text, context), expected)
      assert.equal(matches(`s:\${aws:PrincipalTag/team}/*`, `s:${tag}/x`, context), true)
    }),
  )
})

test('a value that looks like a variable is not expanded again', () => {
  const context = given({ 'aws:PrincipalTag/a': `\${aws:username}`, 'aws:username': 'alice' })
  assert.equal(matches(`\${aws:PrincipalTag/a}`, 'alice', context), false)
  assert.equal(matches(`\${aws:PrincipalTag/a}`, `\${aws:username}`, context), true)
})

test('a variable without a value matches nothing, not even the empty text', () => {
  for (const key of ['aws:username', '__proto__', 'constructor', '', 'toString']) {
    assert.equal(matches(`\${${key}}`, '', given({})), false)
    assert.equal(matches(`*\${${key}}*`, 'x', given({})), false)
  }
})

test('a key with several values is not usable, not even with one of them', () => {
  assert.equal(matches(`\${aws:TagKeys}`, 'a', given({ 'aws:TagKeys': ['a'] })), false)
})

test('a default stands in for an absent value only, and is literal', () => {
  const pattern = `\${aws:PrincipalTag/team, 'all}*'}/x`
  assert.equal(matches(pattern, 'all}*/x', given({})), true)
  assert.equal(matches(pattern, 'all}!/x', given({})), false)
  assert.equal(matches(pattern, 'all}*/x', given({ 'aws:PrincipalTag/TEAM': 'blue' })), false)
  assert.equal(matches(`\${aws:username, none}`, 'none', given({})), false)
})

test('the three escapes are the characters themselves', () => {
  assert.equal(matches(`a\${*}b\${?}c\${$}{d}`, `a*b?c\${d}`, given({})), true)
  assert.equal(matches(`a\${*}b`, 'axxb', given({})), false)
})

test('what is never closed, and everything before 2012-10-17, is literal text', () => {
  const context = given({ 'aws:username': 'alice' })
  assert.equal(matches(`\${aws:username`, `\${aws:username`, context), true)
  assert.equal(matches(`\${aws:username}`, 'alice', context, false), false)
  assert.equal(matches(`\${aws:username}`, `\${aws:username}`, context, false), true)
})
