import assert from 'node:assert/strict'
import { test } from 'node:test'
import { isPassword, newSalt, stretchPassword } from './password.ts'

test('the password that was kept, and no other', async () => {
  const kept = await stretchPassword('Correct-horse', newSalt())
  assert.equal(await isPassword('Correct-horse', kept), true)
  assert.equal(await isPassword('correct-horse', kept), false)
  assert.equal(await isPassword('', kept), false)
})

test('one password under two salts is kept as two texts, none of which holds it', async () => {
  const [first, second] = [newSalt(), newSalt()]
  const kept = [
    await stretchPassword('Correct-horse', first),
    await stretchPassword('Correct-horse', second),
  ]
  assert.notEqual(kept[0]?.hash, kept[1]?.hash)
  assert.ok(!JSON.stringify(kept).includes('Correct'))
})

test('letters that are written in two ways are one password', async () => {
  const kept = await stretchPassword('Stra\u00dfe-\u00e9', newSalt())
  assert.equal(await isPassword('Stra\u00dfe-e\u0301', kept), true)
})

test('a record of other parameters is judged by those', async () => {
  const today = await stretchPassword('Correct-horse', newSalt())
  assert.equal(await isPassword('Correct-horse', { ...today, cost: 2 ** 14 }), false)
})
