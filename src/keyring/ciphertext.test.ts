/** The reference in a ciphertext: read back as written, and refused once altered. */
import assert from 'node:assert/strict'
import { createSecretKey, randomBytes } from 'node:crypto'
import { suite, test } from 'node:test'
import { parseCiphertext, placeOf, printReference } from './ciphertext.ts'

const stampKey = createSecretKey(Buffer.alloc(32, 1))
const single = {
  account: '000000000012',
  keyId: '01234567-89ab-cdef-0123-456789abcdef',
  materialId: 'ab'.repeat(32),
}
const multi = { ...single, account: '999999999999', keyId: `mrk-${'0f'.repeat(16)}` }
const sealed = Buffer.from('sealed')

suite('references', () => {
  for (const reference of [single, multi]) {
    test(`of ${reference.keyId}`, () => {
      const header = printReference(stampKey, reference)
      assert.equal(header.length, 72)
      const parsed = parseCiphertext(stampKey, Buffer.concat([header, sealed]))
      assert.deepEqual(parsed, { reference, header, sealed })
    })
  }

  test('every flipped bit is refused', () => {
    const header = printReference(stampKey, single)
    for (let bit = 0; bit < 8 * header.length; bit++) {
      const altered = Buffer.concat([header, sealed])
      altered[bit >> 3] = (altered[bit >> 3] ?? 0) ^ (1 << (bit & 7))
      assert.equal(parseCiphertext(stampKey, altered), undefined, `bit ${bit}`)
    }
  })

  test('cut, empty, or stamped by another store', () => {
    const header = printReference(stampKey, single)
    for (let length = 0; length <= header.length; length++) {
      assert.equal(parseCiphertext(stampKey, header.subarray(0, length)), undefined)
    }
    const other = createSecretKey(randomBytes(32))
    assert.equal(parseCiphertext(other, Buffer.concat([header, sealed])), undefined)
  })
})

suite('places', () => {
  const header = printReference(stampKey, single)
  const placed = (context: Record<string, string>) =>
    Buffer.from(placeOf(header, context)).toString('hex')

  test('the order of a context does not matter', () =>
    assert.equal(placed({ a: '1', b: '2' }), placed({ b: '2', a: '1' })))

  test('two contexts never give one place', () => {
    const contexts = [
      {},
      { a: '' },
      { '': 'a' },
      { a: 'b' },
      { ab: '' },
      { a: '1', b: '2' },
      { a: '1b', '2': '' },
      { a: '2', b: '1' },
      { ä: '1' },
    ]
    assert.equal(new Set(contexts.map((each) => placed({ ...each }))).size, contexts.length)
  })
})
