import assert from 'node:assert/strict'
import { test } from 'node:test'
import { alphabetOf, drawPassword } from './password.ts'

test('every fitting password comes about as often as any other', () => {
  // Two letters of a, b and two digits of 0, 1, each kind at least once: 4 of 8 of each order.
  const exclude = [...'cdefghijklmnopqrstuvwxyz23456789'].join('')
  const alphabet = alphabetOf({
    PasswordLength: 2,
    ExcludeCharacters: exclude,
    ExcludeUppercase: true,
    ExcludePunctuation: true,
  })
  const counts = new Map<string, number>()
  const draws = 8000
  for (let at = 0; at < draws; at++) {
    const password = drawPassword(alphabet)
    counts.set(password, (counts.get(password) ?? 0) + 1)
  }
  assert.deepEqual([...counts.keys()].sort(), ['0a', '0b', '1a', '1b', 'a0', 'a1', 'b0', 'b1'])
  // 1000 each are expected; 7 standard deviations are never seen.
  for (const [password, count] of counts) {
    assert.ok(Math.abs(count - draws / 8) < 7 * Math.sqrt(draws / 8), `${password}: ${count}`)
  }
})

test('the rarest passwords are found', () => {
  const keep = 'aA0!"#$%&()*+,-./:;<=>?@[]^_{|}~'
  const all = Array.from({ length: 95 }, (_, at) => String.fromCharCode(32 + at))
  const ExcludeCharacters = all.filter((each) => !keep.includes(each)).join('')
  const password = drawPassword(alphabetOf({ PasswordLength: 4, ExcludeCharacters }))
  for (const each of ['a', 'A', '0']) assert.ok(password.includes(each))
})

test('a kind of which nothing is left is not required', () => {
  const wishes = { PasswordLength: 3, ExcludeCharacters: '0123456789' }
  assert.doesNotMatch(drawPassword(alphabetOf(wishes)), /[0-9]/)
})

test('a blank only if it is asked for, and never because it must', () => {
  const space = { ExcludeLowercase: true, ExcludeUppercase: true, ExcludeNumbers: true }
  const wishes = { ...space, ExcludePunctuation: true, IncludeSpace: true, PasswordLength: 3 }
  assert.equal(drawPassword(alphabetOf(wishes)), '   ')
})
