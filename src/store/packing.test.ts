import assert from 'node:assert/strict'
import { createSecretKey, randomBytes } from 'node:crypto'
import { describe, test } from 'node:test'
import { sealedHeadBytes } from '../lib/sealer.ts'
import { firstLink, Journal, joinRecords } from './journal.ts'
import { pack, packedBytesMin, unpack } from './packing.ts'

const parents = () => ({ current: 1, keys: new Map([[1, createSecretKey(randomBytes(32))]]) })
const keys = { storeId: 'packing', seal: parents(), link: parents(), sign: parents(), floor: 1 }
const textOf = (bytes: number) => Buffer.from(`{"at":1,"x":"${'ä word '.repeat(bytes / 8)}"}`)

describe('packing', () => {
  test('what is short stays as it is', () => {
    const text = textOf(packedBytesMin / 2)
    assert.equal(pack(text), text)
    assert.equal(unpack(text), text)
  })

  test('what is long is packed, and is the same again', () => {
    for (const bytes of [packedBytesMin, 10 * packedBytesMin, 100 * packedBytesMin]) {
      const text = textOf(bytes + 100)
      const packed = pack(text)
      assert.ok(packed.length < text.length / 5)
      assert.deepEqual(unpack(packed), text)
    }
  })

  test('what does not get shorter is the same again, too', () => {
    const text = Buffer.from(JSON.stringify(randomBytes(packedBytesMin).toString('hex')))
    assert.deepEqual(unpack(pack(text)), text)
  })

  test('a batch opens to what was written, short and long, and is sealed again to the byte', () => {
    const journal = new Journal(keys)
    for (const count of [0, 1, 1000]) {
      const records = Array.from({ length: count }, (_, n) => ({ n, of: 'ünder test' }))
      const changes = [{ key: 'a', row: null }]
      const row = journal.write(7, firstLink, 5, joinRecords(records), changes)
      const batch = { at: 5, count, records }
      assert.deepEqual(journal.open(row), { ...batch, writes: [['a', '']] })
      const head = row.batch.subarray(0, sealedHeadBytes)
      assert.deepEqual(journal.sealAgain(7, head, journal.body(row)), row.batch)
    }
  })
})
