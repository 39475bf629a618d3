import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { type ContextValue, contextOf } from '../context.ts'
import type { Effect } from '../statement.ts'
import { compileCondition, parseOperator } from './condition.ts'
import { operators } from './table.ts'

type Given = ContextValue | undefined

/** Whether a condition on the key `k:x` holds when the request has `given` there. */
function holds(
  operator: string,
  values: string | readonly string[],
  given: Given,
  effect: Effect = 'Allow',
): boolean {
  const condition = { operator, key: 'K:X', values: [values].flat() }
  const context = contextOf(given === undefined ? {} : { 'k:x': given })
  return compileCondition(condition, effect, true).holds(context, { stepsLeft: 100_000 })
}

/** Rows: operator, value of the policy, value of the request, whether it holds. */
const rows: readonly (readonly [string, string, Given, boolean])[] = [
  ['StringEquals', 'a', 'a', true],
  ['StringEquals', 'a', 'A', false],
  ['StringEqualsIgnoreCase', 'aB', 'Ab', true],
  ['StringEqualsIgnoreCase', 'k', '\u212a', false],
  ['StringNotEqualsIgnoreCase', 'a', 'A', false],
  ['StringLike', 'a*', 'abc', true],
  ['StringNotLike', 'a*', 'abc', false],
  ['NumericEquals', '7', '7.0', true],
  ['NumericEquals', '0007', '7', true],
  ['NumericLessThan', '-1', '-2', true],
  ['NumericGreaterThan', '7', '7', false],
  ['NumericGreaterThanEquals', '7', '7', true],
  ['NumericEquals', '7', '0x7', false],
  ['NumericEquals', '7', '7e0', false],
  ['NumericEquals', '7', ' 7', false],
  ['NumericEquals', '7', '', false],
  ['NumericEquals', '9007199254740993', '9007199254740992', false],
  ['NumericEquals', '900719925474099.30', '900719925474099.31', false],
  ['DateEquals', '2026-01-02T03:04:05Z', '2026-01-02T05:04:05+02:00', true],
  ['DateEquals', '2026-01-02T03:04Z', '2026-01-02T03:04:00.000Z', true],
  ['DateEquals', '2026-01-02', '1767312000', true],
  ['DateEquals', '2026', '2026-01-01T00:00:00Z', true],
  ['DateEquals', '2026-03', '2026-03-01', true],
  ['DateLessThan', '2026-03-02', '2026-02-30', false],
  ['DateLessThan', '2026-03-02', '2026-02-28T24:00:00Z', false],
  ['DateGreaterThan', '2026-01-01T00:00:00-01:00', '2026-01-01T00:59:59Z', false],
  ['DateGreaterThan', '2026-01-01T00:00:00-01:00', '2026-01-01T01:00:01Z', true],
  ['DateGreaterThan', '2026', 'tomorrow', false],
  ['DateEquals', '1950-01-01', '0050-01-01', false],
  ['Bool', 'TRUE', 'true', true],
  ['Bool', 'true', 'yes', false],
  ['BinaryEquals', 'QQ==', 'QQ==', true],
  ['BinaryEquals', 'QQ==', 'QR==', false],
  ['IpAddress', '10.0.0.0/8', '10.255.255.255', true],
  ['IpAddress', '10.0.0.0/8', '11.0.0.0', false],
  ['IpAddress', '10.0.0.7/8', '10.9.9.9', true],
  ['IpAddress', '0.0.0.0/0', '255.255.255.255', true],
  ['IpAddress', '0.0.0.0/0', '::1', false],
  ['IpAddress', '::/0', '10.0.0.1', false],
  ['IpAddress', '10.0.0.0/8', '::ffff:10.1.2.3', true],
  ['IpAddress', '::ffff:10.0.0.0/104', '10.1.2.3', true],
  ['IpAddress', '10.0.0.0/8', '012.0.0.1', false],
  ['IpAddress', '10.0.0.0/8', '10.1', false],
  ['IpAddress', '10.0.0.0/8', '10.0.0.256', false],
  ['IpAddress', '2001:db8::/32', '2001:db8:1', false],
  ['IpAddress', '1::/16', '1:2:3:4::5:6:7:8', false],
  ['IpAddress', '2001:db8::/32', '2001:0DB8:0:0:0:0:0:1', true],
  ['IpAddress', '2001:db8::/32', '2001:db8::1::', false],
  ['IpAddress', '2001:db8::/32', '2001:db8::1%eth0', false],
  ['NotIpAddress', '10.0.0.0/8', '10.1.2.3', false],
  ['ArnLike', 'arn:aws:s3:::a*', 'arn:aws:s3:::abc:d', true],
  ['ArnLike', 'arn:*:s3:*:1*:a', 'arn:aws:s3:x:111:a', true],
  ['ArnLike', 'arn:aws:*:a', 'arn:aws:s3:::a', false],
  ['ArnLike', '*:aws:s3:::a', 'arn:aws:s3:::a', true],
  ['ArnLike', '*:aws:s3:::a', 'urn:aws:s3:::a', false],
  ['ArnNotLike', 'arn:aws:s3:::a*', 'arn:aws:s3:::b', true],
  ['Null', 'true', undefined, true],
  ['Null', 'true', [], true],
  ['Null', 'false', undefined, false],
  ['Null', 'false', '', true],
  ['ForAllValues:StringEquals', 'a', undefined, true],
  ['ForAllValues:StringEquals', 'a', '', true],
  ['ForAllValues:StringEquals', 'a', ['a', 'b'], false],
  ['ForAllValues:StringEquals', 'a', [], true],
  ['ForAnyValue:StringEquals', 'a', ['a', 'b'], true],
  ['StringEquals', 'a', [], false],
  ['StringNotEquals', 'a', [], true],
  ['ForAnyValue:StringNotEquals', 'a', undefined, false],
  ['ForAnyValue:StringEqualsIfExists', 'a', undefined, true],
  ['StringEqualsIfExists', 'a', 'b', false],
]

test('each operator compares as documented', () => {
  for (const [operator, value, given, expected] of rows) {
    assert.equal(holds(operator, value, given), expected, `${operator} ${value} ${given}`)
  }
})

test('there are 27 operators, none of them inherited', () => {
  assert.equal(operators.size, 27)
  for (const name of ['constructor', '__proto__', 'toString', 'stringequals', 'StringMatches']) {
    assert.equal(parseOperator(name), undefined)
    assert.equal(parseOperator(`${name}IfExists`), undefined)
  }
})

test('Null goes with neither IfExists nor a set qualifier', () => {
  for (const name of ['NullIfExists', 'ForAllValues:Null', 'ForAnyValue:Null']) {
    assert.equal(parseOperator(name), undefined)
  }
})

test('a missing key is true to negated operators and IfExists, false to all others', () => {
  for (const [name, { negated, asksAbsence }] of operators) {
    if (asksAbsence) continue
    const value = sampleOf(name)
    assert.equal(holds(name, value, undefined), negated, name)
    assert.equal(holds(`${name}IfExists`, value, undefined), true, name)
  }
})

const samples: readonly (readonly [start: string, sample: string])[] = [
  ['Numeric', '7'],
  ['Date', '2026-01-01'],
  ['Bool', 'true'],
  ['Binary', 'QQ=='],
  ['Ip', '10.0.0.0/8'],
  ['NotIp', '10.0.0.0/8'],
  ['Arn', 'arn:aws:s3:::a'],
]
const sampleOf = (name: string): string =>
  samples.find(([start]) => name.startsWith(start))?.[1] ?? 'a'

test('what cannot be evaluated makes a Deny apply and an Allow not', () => {
  const cases: readonly (readonly [string, string, string])[] = [
    ['StringMatches', 'a', 'a'],
    ['NumericLessThan', 'seven', '3'],
    ['NumericLessThan', '7', 'Infinity'],
    ['NumericNotEquals', '7', 'NaN'],
    ['DateLessThan', '2026-13-01', '2026'],
    ['IpAddress', '10.0.0.0/33', '10.0.0.1'],
    ['NotIpAddress', '10.0.0.0/8', 'localhost'],
    ['BinaryEquals', 'QQ==', 'QQ'],
    ['ArnLike', '*', 'arn:aws:s3:::a'],
    ['Null', 'maybe', 'a'],
  ]
  for (const [operator, value, given] of cases) {
    assert.equal(holds(operator, value, given, 'Allow'), false, operator)
    assert.equal(holds(operator, value, given, 'Deny'), true, operator)
  }
})

test('a Null that asks neither for absence nor presence is an unknown', () => {
  assert.equal(holds('Null', 'maybe', undefined, 'Allow'), false)
  assert.equal(holds('Null', 'maybe', undefined, 'Deny'), true)
})

test('without a set qualifier all values are needed to allow, one to deny', () => {
  assert.equal(holds('StringEquals', 'a', ['a', 'b'], 'Allow'), false)
  assert.equal(holds('StringEquals', 'a', ['a', 'b'], 'Deny'), true)
  assert.equal(holds('StringEquals', ['a', 'b'], ['a', 'b'], 'Allow'), true)
  assert.equal(holds('StringNotEquals', 'a', ['a', 'b'], 'Allow'), false)
})

test('values of the policy are OR-ed, and NOR-ed under negation', () => {
  assert.equal(holds('StringEquals', ['a', 'b'], 'b'), true)
  assert.equal(holds('StringNotEquals', ['a', 'b'], 'b'), false)
  assert.equal(holds('StringNotEquals', ['a', 'b'], 'c'), true)
})

test('a version 4 range holds exactly the addresses that share its prefix', () => {
  const octets = fc.tuple(fc.nat(255), fc.nat(255), fc.nat(255), fc.nat(255))
  const bitsOf = (address: readonly number[]): string =>
    address.map((octet) => octet.toString(2).padStart(8, '0')).join('')
  fc.assert(
    fc.property(octets, octets, fc.nat(32), fc.nat(32), (base, other, prefix, shared) => {
      // Half of the runs share a prefix on purpose, else nothing would ever be inside.
      const bits = bitsOf(base).slice(0, shared) + bitsOf(other).slice(shared)
      const asked = [0, 8, 16, 24].map((at) => Number.parseInt(bits.slice(at, at + 8), 2))
      const inside = bitsOf(base).slice(0, prefix) === bits.slice(0, prefix)
      assert.equal(holds('IpAddress', `${base.join('.')}/${prefix}`, asked.join('.')), inside)
    }),
  )
})
