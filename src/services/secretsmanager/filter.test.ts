import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { AccountId } from '../../lib/brand.ts'
import { matcherOf, namePrefixes } from './filter.ts'
import type { SecretRecord } from './records.ts'

const shelf = { account: '000000000000' as AccountId, region: 'us-east-1' }

const secret = (change: Partial<SecretRecord>): SecretRecord => ({
  name: 'name',
  suffix: 'abcdef',
  madeBy: 'token',
  createdAt: 1,
  changedAt: 1,
  labels: [],
  versionsCount: 0,
  ...change,
})

const holds = (Key: string, value: string, change: Partial<SecretRecord>): boolean =>
  matcherOf([{ Key, Values: [value] }], shelf)(secret(change))

test('description: each word begins some word, in any case', () => {
  const cases: readonly (readonly [value: string, description: string, found: boolean])[] = [
    ['a', 'a secret', true],
    ['a', 'an secret', true],
    ['a', 'asecret', true],
    ['a', 'thesecret', false],
    ['a secret', 'a secret', true],
    ['a secret', 'an secret', true],
    ['a secret', 'asecret', false],
    ['A SECRET', 'Secret, of a kind', true],
    ['', 'a secret', false],
    ['/', 'a/secret', false],
  ]
  for (const [value, description, found] of cases) {
    assert.equal(holds('description', value, { description }), found, `${value} in ${description}`)
  }
  assert.equal(holds('description', 'a', {}), false)
})

test('all: over name, description and tags, whose words begin at signs and changes of case', () => {
  const change = {
    name: 'COMPANYthings/my-Secret_one',
    description: 'for the payroll',
    tags: [{ Key: 'costCenter', Value: 'blue.green' }],
  }
  const found = ['compan', 'yth', 'my', 'secret', 'one', 'pay', 'the pay', 'cost', 'cent', 'green']
  for (const value of found) assert.equal(holds('all', value, change), true, value)
  const missed = ['things', 'ecret', 'roll', 'enter', 'pay green']
  for (const value of missed) assert.equal(holds('all', value, change), false, value)
})

test('names, tags and regions by their beginning, in their case', () => {
  const change = {
    name: '/prod/db',
    tags: [{ Key: 'Team', Value: 'Red' }],
    primaryRegion: 'eu-west-1',
  }
  const found = [
    ['name', '/'],
    ['name', '/prod'],
    ['tag-key', 'Te'],
    ['tag-value', 'Red'],
    ['primary-region', 'eu-'],
  ] as const
  for (const [key, value] of found) assert.equal(holds(key, value, change), true, `${key} ${value}`)
  const missed = [
    ['name', 'prod'],
    ['name', '/Prod'],
    ['name', '/prod/db more'],
    ['tag-key', 'team'],
    ['tag-value', 'ed'],
    ['primary-region', 'us-'],
    ['owning-service', ''],
  ] as const
  for (const [key, value] of missed)
    assert.equal(holds(key, value, change), false, `${key} ${value}`)
})

test('a primary is in its own region, a secret without replicas in none', () => {
  assert.equal(holds('primary-region', 'us-', { replicas: [{ region: 'eu-west-1' }] }), true)
  assert.equal(holds('primary-region', 'us-', {}), false)
})

test('values are alternatives, filters hold together, the same key twice as well', () => {
  const both = [
    { Key: 'name', Values: ['x', 'a'] },
    { Key: 'name', Values: ['ab', '!a'] },
  ]
  const matches = matcherOf(both, shelf)
  assert.equal(matches(secret({ name: 'abc' })), true)
  assert.equal(matches(secret({ name: 'xyz' })), true)
  assert.equal(matches(secret({ name: 'acb' })), false)
  assert.equal(matches(secret({ name: 'b' })), false)
})

test('a negated value must hold for none of the texts', () => {
  const tags = [
    { Key: 'a', Value: '' },
    { Key: 'b', Value: '' },
  ]
  assert.equal(holds('tag-key', '!a', { tags }), false)
  assert.equal(holds('tag-key', '!c', { tags }), true)
  assert.equal(holds('tag-key', '!c', {}), true)
})

test('the beginnings that names must have: none of another, none where others may do', () => {
  const name = (...Values: string[]) => ({ Key: 'name', Values })
  assert.deepEqual(namePrefixes([name('b', 'ab', 'a', 'b')]), ['a', 'b'])
  assert.deepEqual(namePrefixes([{ Key: 'all', Values: ['a'] }, name('c')]), ['c'])
  assert.equal(namePrefixes([name('a', '!b')]), undefined)
  assert.equal(namePrefixes([]), undefined)
})
