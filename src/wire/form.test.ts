import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { utf8 } from '../lib/bytes.ts'
import { Fault } from '../lib/fault.ts'
import { type FormNode, parseForm } from './form.ts'

const at = (form: FormNode, name: string) =>
  name.split('.').reduce<FormNode | undefined>((node, step) => node?.branches.get(step), form)?.text

const parse = (text: string) => parseForm(utf8(text))

test('dotted names are a tree', () => {
  const form = parse('Action=A&Tags.member.1.Key=k&Tags.member.1.Value=v&Tags.member.2.Key=')
  assert.equal(at(form, 'Action'), 'A')
  assert.equal(at(form, 'Tags.member.1.Value'), 'v')
  assert.equal(at(form, 'Tags.member.2.Key'), '')
  assert.equal(at(form, 'Tags'), undefined)
})

test('a plus is a blank, an escape a byte of UTF-8, and a name may be escaped too', () => {
  const form = parse('a=x+y%2B&%C3%A9=%F0%9F%98%80&b=1=2&c&')
  assert.equal(at(form, 'a'), 'x y+')
  assert.equal(at(form, 'é'), '😀')
  assert.equal(at(form, 'b'), '1=2')
  assert.equal(at(form, 'c'), '')
})

test('names that objects inherit are names like others', () => {
  const form = parse('__proto__.polluted=1&constructor=2')
  assert.equal(at(form, '__proto__.polluted'), '1')
  assert.equal(({} as { polluted?: string }).polluted, undefined)
})

const refusals: readonly (readonly [string, Uint8Array, string])[] = [
  ['a name twice', utf8('a=1&a=1'), 'a parameter that occurs twice'],
  ['a name twice, once escaped', utf8('a=1&%61=1'), 'a parameter that occurs twice'],
  ['half an escape', utf8('a=%4'), 'a broken percent escape'],
  ['an escape of no digits', utf8('a=%zz'), 'a broken percent escape'],
  ['escapes that are not UTF-8', utf8('a=%FF'), 'a broken percent escape'],
  ['an overlong escape', utf8('a=%C0%AF'), 'a broken percent escape'],
  ['an escaped surrogate', utf8('a=%ED%A0%80'), 'a broken percent escape'],
  ['bytes that are not UTF-8', new Uint8Array([0x61, 0x3d, 0xff]), 'not UTF-8'],
  ['too many parts', utf8(`${'a.'.repeat(32)}a=1`), 'a name of more than 32 parts'],
  ['too many parameters', utf8('&'.repeat(5000)), 'more than 5000 parameters'],
]

for (const [what, bytes, words] of refusals) {
  test(`${what} is refused`, () => {
    assert.throws(
      () => parseForm(bytes),
      (error) => {
        assert.ok(error instanceof Fault)
        assert.equal(error.code, 'SerializationException')
        assert.equal(error.message, `The request holds ${words}`)
        return true
      },
    )
  })
}

test('what URLSearchParams writes is read back', () => {
  const names = fc.uniqueArray(fc.string({ unit: 'binary' }).filter((name) => !name.includes('.')))
  const text = fc.string({ unit: 'binary' })
  fc.assert(
    fc.property(names, text, (unique, value) => {
      const written = new URLSearchParams(unique.map((name) => [name, value]))
      const form = parse(written.toString())
      for (const name of unique) assert.equal(form.branches.get(name)?.text, value)
    }),
  )
})
